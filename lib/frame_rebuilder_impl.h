/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_FRAME_REBUILDER_IMPL_H
#define INCLUDED_ISAC_FRAME_REBUILDER_IMPL_H

#include <gnuradio/isac/dsp/transmitter.h>
#include <gnuradio/isac/frame_rebuilder.h>
#include <atomic>
#include <deque>

namespace gr {
namespace isac {

class frame_rebuilder_impl : public frame_rebuilder
{
public:
    explicit frame_rebuilder_impl(const isac::waveform& waveform);

    std::uint64_t rebuilt() const override { return d_rebuilt; }
    std::uint64_t broken() const override { return d_broken; }
    std::uint64_t malformed() const override { return d_malformed; }
    std::uint64_t dropped() const override { return d_dropped; }

    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;

private:
    void take(const pmt::pmt_t& pdu);
    bool is_broken(const pmt::pmt_t& pdu) const;
    bool is_frame(const pmt::pmt_t& pdu) const;
    bool start_next();

    const int d_n_rows;
    const std::size_t d_row_len, d_payload_len;
    dsp::transmitter d_transmitter;
    std::deque<pmt::pmt_t> d_waiting; // PDUs
    int d_next_row;
    std::atomic<std::uint64_t> d_rebuilt{ 0 }, d_broken{ 0 }, d_malformed{ 0 },
        d_dropped{ 0 };
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_FRAME_REBUILDER_IMPL_H */

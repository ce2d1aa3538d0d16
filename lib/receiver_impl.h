/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_RECEIVER_IMPL_H
#define INCLUDED_ISAC_RECEIVER_IMPL_H

#include "frame_result.h"
#include "frame_tracker.h"
#include <gnuradio/isac/dsp/receiver.h>
#include <gnuradio/isac/receiver.h>

namespace gr {
namespace isac {

class receiver_impl : public receiver
{
public:
    receiver_impl(const isac::waveform& waveform,
                  isac::interpolation method,
                  double max_speed_mps);

    std::uint64_t frames() const override { return d_result.frames(); }
    std::uint64_t crc_errors() const override { return d_result.crc_errors(); }
    std::uint64_t lost_pdus() const override { return d_result.lost_pdus(); }

    void forecast(int noutput_items, gr_vector_int& ninput_items_required) override;

    int general_work(int noutput_items,
                     gr_vector_int& ninput_items,
                     gr_vector_const_void_star& input_items,
                     gr_vector_void_star& output_items) override;

private:
    pmt::pmt_t frame_meta() const;
    void finish_frame();
    void drop_frame();
    void take_row();
    bool take_event();
    int make_row(dsp::span<gr_complex> row, dsp::span<gr_complex> symbols);

    const isac::waveform d_waveform;
    frame_tracker d_tracker;
    dsp::receiver d_receiver;
    bool d_is_open = false;              // rows of a frame may be waiting in d_receiver
    bool d_is_full = false;              // the output was
    int d_n_out = 0;                     // rows of the frame that have come out
    int d_n_missing = 0;                 // rows still to be made up for
    std::vector<std::uint8_t> d_payload; // [payload_len]
    pmt::pmt_t d_meta;
    frame_result d_result;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_RECEIVER_IMPL_H */

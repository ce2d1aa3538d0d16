/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_TRANSMITTER_IMPL_H
#define INCLUDED_ISAC_TRANSMITTER_IMPL_H

#include "frame_samples.h"
#include "payload_input.h"
#include <gnuradio/isac/transmitter.h>

namespace gr {
namespace isac {

class transmitter_impl : public transmitter
{
public:
    transmitter_impl(const isac::waveform& waveform,
                     const std::string& payload,
                     bool repeat,
                     int n_frames,
                     bool idle,
                     int queue_len);

    std::uint64_t malformed() const override { return d_input.malformed(); }
    std::uint64_t dropped() const override { return d_input.dropped(); }

    bool start() override;

    int general_work(int noutput_items,
                     gr_vector_int& ninput_items,
                     gr_vector_const_void_star& input_items,
                     gr_vector_void_star& output_items) override;

private:
    int start_frame(gr_complex* samples, int room);

    const isac::waveform d_waveform;
    frame_samples d_frame;
    payload_input d_input;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_TRANSMITTER_IMPL_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_FRAME_ENCODER_IMPL_H
#define INCLUDED_ISAC_FRAME_ENCODER_IMPL_H

#include <gnuradio/isac/dsp/frame_encoder.h>
#include <gnuradio/isac/frame_encoder.h>

namespace gr {
namespace isac {

class frame_encoder_impl : public frame_encoder
{
public:
    explicit frame_encoder_impl(const isac::waveform& waveform);

    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;

private:
    const std::size_t d_payload_len, d_bits_per_frame;
    dsp::frame_encoder d_encoder;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_FRAME_ENCODER_IMPL_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_FRAME_DECODER_IMPL_H
#define INCLUDED_ISAC_FRAME_DECODER_IMPL_H

#include "frame_result.h"
#include <gnuradio/isac/dsp/frame_decoder.h>
#include <gnuradio/isac/frame_decoder.h>

namespace gr {
namespace isac {

class frame_decoder_impl : public frame_decoder
{
public:
    explicit frame_decoder_impl(const isac::waveform& waveform);

    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;

    std::uint64_t frames() const override { return d_result.frames(); }
    std::uint64_t crc_errors() const override { return d_result.crc_errors(); }
    std::uint64_t lost_pdus() const override { return d_result.lost_pdus(); }

private:
    void start_frame(pmt::pmt_t dict);
    void finish_frame();

    const int d_n_rows, d_row_len;
    dsp::frame_decoder d_decoder;
    std::vector<float> d_llrs;           // [bits_per_frame]
    std::vector<std::uint8_t> d_payload; // [payload_len]
    std::vector<gr::tag_t> d_tags;
    pmt::pmt_t d_dict;
    int d_next_row = 0;
    std::uint64_t d_number = 0; // of the next frame, if it does not say
    frame_result d_result;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_FRAME_DECODER_IMPL_H */

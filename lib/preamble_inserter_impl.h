/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_PREAMBLE_INSERTER_IMPL_H
#define INCLUDED_ISAC_PREAMBLE_INSERTER_IMPL_H

#include <gnuradio/isac/dsp/preamble.h>
#include <gnuradio/isac/preamble_inserter.h>

namespace gr {
namespace isac {

class preamble_inserter_impl : public preamble_inserter
{
public:
    explicit preamble_inserter_impl(const isac::waveform& waveform);

    void forecast(int noutput_items, gr_vector_int& ninput_items_required) override;

    int general_work(int noutput_items,
                     gr_vector_int& ninput_items,
                     gr_vector_const_void_star& input_items,
                     gr_vector_void_star& output_items) override;

private:
    void start_frame();

    const int d_frame_len, d_preamble_len, d_payload_len;
    dsp::preamble d_maker;
    std::vector<gr_complex> d_preamble; // [preamble_len], of this frame
    std::vector<gr::tag_t> d_tags;
    std::uint32_t d_number = 0; // of the next frame
    int d_at = 0;               // output samples of this frame so far
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_PREAMBLE_INSERTER_IMPL_H */

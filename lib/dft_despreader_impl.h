/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DFT_DESPREADER_IMPL_H
#define INCLUDED_ISAC_DFT_DESPREADER_IMPL_H

#include <gnuradio/isac/dft_despreader.h>
#include <gnuradio/isac/dsp/dft_spread.h>

namespace gr {
namespace isac {

class dft_despreader_impl : public dft_despreader
{
public:
    explicit dft_despreader_impl(const isac::waveform& waveform);

    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;

private:
    const int d_data_len, d_dft_len;
    dsp::dft_despreader d_despreader;
    std::vector<gr::tag_t> d_tags;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DFT_DESPREADER_IMPL_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DFT_SPREADER_IMPL_H
#define INCLUDED_ISAC_DFT_SPREADER_IMPL_H

#include <gnuradio/isac/dft_spreader.h>
#include <gnuradio/isac/dsp/dft_spread.h>

namespace gr {
namespace isac {

class dft_spreader_impl : public dft_spreader
{
public:
    explicit dft_spreader_impl(const isac::waveform& waveform);

    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;

private:
    const int d_data_len, d_dft_len;
    dsp::dft_spreader d_spreader;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DFT_SPREADER_IMPL_H */

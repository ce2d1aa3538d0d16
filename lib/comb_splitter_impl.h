/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_COMB_SPLITTER_IMPL_H
#define INCLUDED_ISAC_COMB_SPLITTER_IMPL_H

#include <gnuradio/isac/comb_splitter.h>

namespace gr {
namespace isac {

class comb_splitter_impl : public comb_splitter
{
public:
    comb_splitter_impl(const isac::waveform& waveform, int n_antennas);

    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;

private:
    const int d_n_subcarriers;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_COMB_SPLITTER_IMPL_H */

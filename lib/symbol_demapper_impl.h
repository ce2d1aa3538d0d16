/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_SYMBOL_DEMAPPER_IMPL_H
#define INCLUDED_ISAC_SYMBOL_DEMAPPER_IMPL_H

#include <gnuradio/isac/dsp/symbol_demapper.h>
#include <gnuradio/isac/symbol_demapper.h>

namespace gr {
namespace isac {

class symbol_demapper_impl : public symbol_demapper
{
public:
    symbol_demapper_impl(const isac::waveform& waveform, isac::demapping method);

    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;

private:
    const std::size_t d_n_data, d_bits_per_row;
    dsp::symbol_demapper d_demapper;
    std::vector<gr::tag_t> d_tags;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_SYMBOL_DEMAPPER_IMPL_H */

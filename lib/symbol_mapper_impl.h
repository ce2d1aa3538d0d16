/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_SYMBOL_MAPPER_IMPL_H
#define INCLUDED_ISAC_SYMBOL_MAPPER_IMPL_H

#include <gnuradio/isac/dsp/symbol_mapper.h>
#include <gnuradio/isac/symbol_mapper.h>

namespace gr {
namespace isac {

class symbol_mapper_impl : public symbol_mapper
{
public:
    explicit symbol_mapper_impl(const isac::waveform& waveform);

    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;

private:
    const std::size_t d_bits_per_row, d_n_data;
    dsp::symbol_mapper d_mapper;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_SYMBOL_MAPPER_IMPL_H */

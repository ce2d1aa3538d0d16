/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_GRID_MAPPER_IMPL_H
#define INCLUDED_ISAC_GRID_MAPPER_IMPL_H

#include <gnuradio/isac/dsp/grid.h>
#include <gnuradio/isac/grid_mapper.h>

namespace gr {
namespace isac {

class grid_mapper_impl : public grid_mapper
{
public:
    explicit grid_mapper_impl(const isac::waveform& waveform);

    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;

private:
    const int d_data_len, d_row_len;
    dsp::grid_mapper d_mapper;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_GRID_MAPPER_IMPL_H */

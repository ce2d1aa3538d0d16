/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_GRID_MAPPER_IMPL_H
#define INCLUDED_ISAC_GRID_MAPPER_IMPL_H

#include "row_groups.h"
#include <gnuradio/isac/dsp/grid.h>
#include <gnuradio/isac/grid_mapper.h>

namespace gr {
namespace isac {

class grid_mapper_impl : public grid_mapper
{
public:
    explicit grid_mapper_impl(const isac::waveform& waveform);

    void forecast(int noutput_items, gr_vector_int& ninput_items_required) override;

    int general_work(int noutput_items,
                     gr_vector_int& ninput_items,
                     gr_vector_const_void_star& input_items,
                     gr_vector_void_star& output_items) override;

private:
    const isac::waveform d_waveform;
    const row_groups d_groups;
    dsp::grid_mapper d_mapper;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_GRID_MAPPER_IMPL_H */

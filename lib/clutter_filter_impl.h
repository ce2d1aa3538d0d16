/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_CLUTTER_FILTER_IMPL_H
#define INCLUDED_ISAC_CLUTTER_FILTER_IMPL_H

#include <gnuradio/isac/clutter_filter.h>
#include <gnuradio/isac/dsp/clutter_filter.h>
#include <atomic>

namespace gr {
namespace isac {

class clutter_filter_impl : public clutter_filter
{
public:
    clutter_filter_impl(const isac::waveform& waveform, const clutter_params& params);

    double kept(double range_m, double velocity_mps) const override
    {
        return d_filter.kept(range_m, velocity_mps);
    }
    std::uint64_t bad_cells() const override { return d_bad_cells; }

    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;

private:
    const std::size_t d_grid_len;
    const int d_n_symbols;
    dsp::clutter_filter d_filter;
    std::atomic<std::uint64_t> d_bad_cells{ 0 };
    std::vector<gr::tag_t> d_tags;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_CLUTTER_FILTER_IMPL_H */

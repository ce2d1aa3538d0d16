/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_RANGE_DOPPLER_IMPL_H
#define INCLUDED_ISAC_RANGE_DOPPLER_IMPL_H

#include <gnuradio/isac/dsp/range_doppler.h>
#include <gnuradio/isac/range_doppler.h>

namespace gr {
namespace isac {

class range_doppler_impl : public range_doppler
{
public:
    range_doppler_impl(const isac::waveform& waveform, const sensing_params& params);

    int work(int noutput_items,
             gr_vector_const_void_star& input_items,
             gr_vector_void_star& output_items) override;

private:
    const std::size_t d_grid_len;
    dsp::range_doppler d_range_doppler;
    const std::size_t d_map_len;
    std::vector<gr::tag_t> d_tags;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_RANGE_DOPPLER_IMPL_H */

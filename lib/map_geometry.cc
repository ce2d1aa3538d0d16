/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "dsp/require.h"
#include <gnuradio/isac/map_geometry.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {

namespace {

// More cells a bin show nothing new: eight lose 0.06 dB at worst.
constexpr int MAX_PADDING = 16;

int checked(const char* name, int padding)
{
    dsp::require(padding >= 1 && padding <= MAX_PADDING,
                 "map_geometry",
                 name,
                 padding,
                 "it must be in [1, 16]");
    return padding;
}

} // namespace

map_geometry::map_geometry(const waveform& w, const sensing_params& p)
    : d_range_padding(checked("range_padding", p.range_padding)),
      d_velocity_padding(checked("velocity_padding", p.velocity_padding)),
      d_n_velocities(d_velocity_padding * w.n_symbols()),
      d_range_step_m(w.range_bin_m() / d_range_padding),
      d_velocity_step_mps(w.velocity_bin_mps() / d_velocity_padding)
{
    // Up to the first cell that no echo within the prefix exceeds.
    const int last = static_cast<int>(std::ceil(w.max_range_m() / d_range_step_m));
    d_n_ranges = std::min(d_range_padding * w.n_subcarriers(), last + 1);
}

} // namespace isac
} // namespace gr

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

constexpr double LEAST_ICI_DB = -20, MOST_MIGRATION_BINS = 0.5;

int checked(const char* name, int value, int most)
{
    dsp::require(value >= 1 && value <= most,
                 "map_geometry",
                 name,
                 value,
                 "it must be in [1, " + std::to_string(most) + "]");
    return value;
}

/// Interference over echo at this shift, in subcarrier spacings.
double ici(double shift)
{
    const double x = M_PI * shift;
    const double kept = x == 0 ? 1 : std::pow(std::sin(x) / x, 2);
    return (1 - kept) / kept;
}

} // namespace

map_geometry::map_geometry(const waveform& w, const sensing_params& p)
    : d_range_padding(checked("range_padding", p.range_padding, MAX_PADDING)),
      d_velocity_padding(checked("velocity_padding", p.velocity_padding, MAX_PADDING)),
      d_coherent_frames(checked("coherent_frames", p.coherent_frames, 64)),
      // One frame needs no preamble, and its bin is that of the waveform.
      d_n_slots(d_coherent_frames == 1
                    ? w.n_symbols()
                    : d_coherent_frames * (w.n_symbols() + w.n_preamble_symbols())),
      d_n_velocities(d_velocity_padding * d_n_slots),
      d_range_step_m(w.range_bin_m() / d_range_padding),
      d_velocity_step_mps(w.velocity_bin_mps() * w.n_symbols() / d_n_velocities),
      d_shift_per_mps(2 / w.wavelength_m() / w.params().subcarrier_spacing_hz),
      d_duration_s(d_n_slots * w.symbol_duration_s()),
      d_unambiguous_mps(w.max_velocity_mps())
{
    // Up to the first cell that no echo within the prefix exceeds.
    const int last = static_cast<int>(std::ceil(w.max_range_m() / d_range_step_m));
    d_n_ranges = std::min(d_range_padding * w.n_subcarriers(), last + 1);
    dsp::require(p.max_velocity_mps >= 0 && p.max_velocity_mps <= max_velocity_mps(),
                 "map_geometry",
                 "max_velocity_mps",
                 p.max_velocity_mps,
                 "it must be in [0, " + std::to_string(max_velocity_mps()) +
                     "]: what is faster leaks into other subcarriers or leaves its range "
                     "bin while the map is taken");
}

double map_geometry::ici_db(double velocity_mps) const
{
    return 10 * std::log10(ici(velocity_mps * d_shift_per_mps));
}

double map_geometry::migration_bins(double velocity_mps) const
{
    return std::abs(velocity_mps) * d_duration_s / (d_range_step_m * d_range_padding);
}

double map_geometry::max_velocity_mps() const
{
    // Where the leak is: 1 - sinc^2 grows all the way to the first zero.
    const double most = std::pow(10, LEAST_ICI_DB / 10);
    double low = 0, high = 1;
    for (int i = 0; i < 60; ++i) {
        const double shift = (low + high) / 2;
        (ici(shift) < most ? low : high) = shift;
    }
    return std::min({ low / d_shift_per_mps,
                      MOST_MIGRATION_BINS / migration_bins(1),
                      d_unambiguous_mps });
}

} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include "symbol_filter.h"
#include <gnuradio/isac/dsp/range_doppler.h>
#include <gnuradio/isac/dsp/window.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

// Range bins that are turned into columns at once: eight complex floats are a cache line.
constexpr int TILE = 8;

constexpr int round_up(int n, int step) { return (n + step - 1) / step * step; }

// A column starts where FFTW keeps its SIMD plan.
constexpr int column_len(int n_symbols) { return round_up(n_symbols, TILE); }

} // namespace

range_doppler::range_doppler(const waveform& w, const sensing_params& p)
    : d_geometry(w, p),
      d_n_symbols(w.n_symbols()),
      d_n_subcarriers(w.n_subcarriers()),
      // Whole tiles, and no power of two: its rows would share their cache lines.
      d_stride(round_up(d_geometry.n_ranges(), 2 * TILE) + TILE),
      d_range_window(window_values(p.range_window, w.n_subcarriers())),
      d_velocity_window(window_values(p.velocity_window, w.n_symbols())),
      d_over_subcarriers(p.range_padding * w.n_subcarriers(), direction::INVERSE),
      d_over_symbols(d_geometry.n_velocities(), direction::FORWARD),
      d_filter(std::make_unique<symbol_filter>(w, p.filter)),
      d_row(d_over_subcarriers.len()),
      d_profile(d_over_subcarriers.len()),
      d_profiles(static_cast<std::size_t>(w.n_symbols()) * d_stride),
      d_columns(TILE * column_len(d_geometry.n_velocities())),
      d_velocities(d_columns.size())
{
    const float unitary = 1 / std::sqrt(static_cast<float>(w.grid_len()));
    for (auto& value : d_velocity_window) {
        value *= unitary;
    }
}

range_doppler::~range_doppler() = default;

void range_doppler::compute(span<const std::complex<float>> tx,
                            span<const std::complex<float>> rx,
                            span<std::complex<float>> map)
{
    const std::size_t grid_len = static_cast<std::size_t>(d_n_symbols) * d_n_subcarriers;
    require_len("tx", tx.size(), grid_len);
    require_len("rx", rx.size(), grid_len);
    require_len("map", map.size(), d_geometry.map_len());

    d_filter->measure(tx, rx);
    range_profiles(tx, rx);
    velocities(map);
}

void range_doppler::range_profiles(span<const std::complex<float>> tx,
                                   span<const std::complex<float>> rx)
{
    // Both transforms count from the middle: what comes before it wraps to the end, and
    // the padding lies between.
    const int n_below = d_n_subcarriers / 2, n_above = d_n_subcarriers - n_below;
    const int n_before = d_n_symbols / 2, n_after = d_n_symbols - n_before;
    const auto* window = d_range_window.data();

    for (int m = 0; m < d_n_symbols; ++m) {
        const auto* x = tx.data() + static_cast<std::size_t>(m) * d_n_subcarriers;
        const auto* y = rx.data() + static_cast<std::size_t>(m) * d_n_subcarriers;
        const float scale = d_velocity_window[m];
        d_filter->begin_row(x);
        d_filter->apply(x, y, window, scale, n_below, n_above, d_row.data());
        d_filter->apply(
            x, y, window, scale, 0, n_below, d_row.data() + d_row.size() - n_below);

        d_over_subcarriers.execute_unscaled(d_row.data(), d_profile.data());
        const int turned = m < n_before ? m + n_after : m - n_before;
        std::copy_n(d_profile.begin(),
                    d_geometry.n_ranges(),
                    d_profiles.begin() + static_cast<std::size_t>(turned) * d_stride);
    }
}

void range_doppler::velocities(span<std::complex<float>> map)
{
    const int n_ranges = d_geometry.n_ranges(), n_velocities = d_geometry.n_velocities();
    const int column_step = column_len(n_velocities);
    const int standstill = d_geometry.standstill_row();
    const int n_after = d_n_symbols - d_n_symbols / 2;
    for (int first = 0; first < n_ranges; first += TILE) {
        for (int m = 0; m < d_n_symbols; ++m) {
            const auto* profile =
                d_profiles.data() + static_cast<std::size_t>(m) * d_stride + first;
            const int at = m < n_after ? m : m + n_velocities - d_n_symbols;
            for (int i = 0; i < TILE; ++i) {
                d_columns[i * column_step + at] = profile[i];
            }
        }
        const int n = std::min(TILE, n_ranges - first);
        for (int i = 0; i < n; ++i) {
            d_over_symbols.execute_unscaled(d_columns.data() + i * column_step,
                                            d_velocities.data() + i * column_step);
        }
        for (int q = 0; q < n_velocities; ++q) {
            const int row = q < n_velocities - standstill ? q + standstill
                                                          : q + standstill - n_velocities;
            auto* cells = map.data() + static_cast<std::size_t>(row) * n_ranges + first;
            for (int i = 0; i < n; ++i) {
                cells[i] = d_velocities[i * column_step + q];
            }
        }
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

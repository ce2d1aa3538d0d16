/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "map_kernels.h"
#include "require.h"
#include "symbol_filter.h"
#include <gnuradio/isac/dsp/range_doppler.h>
#include <gnuradio/isac/dsp/window.h>
#include <type_traits>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int LINE = 64 / sizeof(std::complex<float>);

// Maps beyond this are gone from the caches before anybody reads them.
constexpr std::size_t CACHED_LEN = std::size_t(4) << 20;

// Rows and columns start on a cache line, which also keeps FFTW's SIMD plans, and never a
// power of two apart: their lines would push each other out of the cache.
constexpr int apart(int n) { return (n + 2 * LINE - 1) / (2 * LINE) * 2 * LINE + LINE; }

void turn_tile(strided<const std::complex<float>> from,
               int n_rows,
               int n_columns,
               strided<std::complex<float>> to,
               bool)
{
    turn(from, n_rows, n_columns, to);
}

void turn_tile(strided<const float> from,
               int n_rows,
               int n_columns,
               strided<float> to,
               bool past_caches)
{
    if (past_caches && n_rows == MAP_TILE) {
        turn_past_caches(from, n_columns, to);
    } else {
        turn(from, n_rows, n_columns, to);
    }
}

} // namespace

range_doppler::range_doppler(const waveform& w, const sensing_params& p)
    : d_geometry(w, p),
      d_powers_of(p.in_db ? powers_db : powers),
      d_n_symbols(w.n_symbols()),
      d_n_subcarriers(w.n_subcarriers()),
      d_stride(apart(d_geometry.n_ranges())),
      d_column_step(apart(d_geometry.n_velocities())),
      d_range_window(window_values(p.range_window, w.n_subcarriers())),
      d_velocity_window(window_values(p.velocity_window, w.n_symbols())),
      d_over_subcarriers(p.range_padding * w.n_subcarriers(), direction::INVERSE),
      d_over_symbols(d_geometry.n_velocities(), direction::FORWARD),
      d_filter(std::make_unique<symbol_filter>(w, p.filter)),
      d_row(d_over_subcarriers.len()),
      d_profile(d_over_subcarriers.len()),
      d_profiles(static_cast<std::size_t>(w.n_symbols()) * d_stride),
      d_columns(MAP_TILE * d_column_step),
      d_velocities(MAP_TILE * d_column_step),
      d_powers(MAP_TILE * d_column_step)
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
    require_len("map", map.size(), d_geometry.map_len());
    range_profiles(tx, rx);
    velocities(map.data(), d_velocities, [](auto*, auto*, int) {});
}

void range_doppler::compute_power(span<const std::complex<float>> tx,
                                  span<const std::complex<float>> rx,
                                  span<float> power)
{
    require_len("power", power.size(), d_geometry.map_len());
    range_profiles(tx, rx);
    velocities(power.data(), d_powers, d_powers_of);
}

void range_doppler::power_of(span<const std::complex<float>> map, span<float> power) const
{
    require_len("map", map.size(), d_geometry.map_len());
    require_len("power", power.size(), map.size());
    d_powers_of(map.data(), power.data(), static_cast<int>(map.size()));
}

void range_doppler::range_profiles(span<const std::complex<float>> tx,
                                   span<const std::complex<float>> rx)
{
    const std::size_t grid_len = static_cast<std::size_t>(d_n_symbols) * d_n_subcarriers;
    require_len("tx", tx.size(), grid_len);
    require_len("rx", rx.size(), grid_len);
    d_filter->measure(tx, rx);

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

        if (m + 1 < d_n_symbols) {
            prefetch(x + d_n_subcarriers, d_n_subcarriers);
            prefetch(y + d_n_subcarriers, d_n_subcarriers);
        }
        d_over_subcarriers.execute_unscaled(d_row.data(), d_profile.data());
        const int turned = m < n_before ? m + n_after : m - n_before;
        std::copy_n(d_profile.begin(),
                    d_geometry.n_ranges(),
                    d_profiles.begin() + static_cast<std::size_t>(turned) * d_stride);
    }
}

/// Some symbols of the tile after this one, into the second cache while a transform is at
/// work in the first: the rows are too far apart for the processor to guess.
void range_doppler::want(int first, int from_symbol, int to_symbol) const
{
    const int n = std::min(MAP_TILE, d_geometry.n_ranges() - first);
    for (int m = from_symbol; n > 0 && m < to_symbol; ++m) {
        prefetch(d_profiles.data() + static_cast<std::size_t>(m) * d_stride + first, n);
    }
}

/// \p n ranges from \p first on, as columns in d_columns.
void range_doppler::gather(int first, int n)
{
    const int n_before = d_n_symbols / 2, n_after = d_n_symbols - n_before;
    const auto* profiles = d_profiles.data() + first;
    const std::size_t stride = d_stride, column_step = d_column_step;
    turn({ profiles, stride }, n_after, n, { d_columns.data(), column_step });
    auto* before = d_columns.data() + d_geometry.n_velocities() - n_before;
    turn({ profiles + n_after * stride, stride }, n_before, n, { before, column_step });
}

/// Transforms columns tile by tile; what \p finish makes of one goes to \p tile, and the
/// tile to the map.
template <class T, class Finish>
void range_doppler::velocities(T* map, volk::vector<T>& tile, Finish finish)
{
    const int n_ranges = d_geometry.n_ranges(), n_velocities = d_geometry.n_velocities();
    // Standstill goes to the middle: what moves away comes first.
    const int standstill = d_geometry.standstill_row();
    const int n_approaching = n_velocities - standstill;
    const std::size_t step = d_column_step, row_len = n_ranges;
    constexpr bool IS_POWER = std::is_same<T, float>::value;
    const bool is_long = n_velocities * row_len * sizeof(T) > CACHED_LEN;
    for (int first = 0; first < n_ranges; first += MAP_TILE) {
        const int n = std::min(MAP_TILE, n_ranges - first);
        gather(first, n);
        for (int i = 0; i < n; ++i) {
            want(first + MAP_TILE, i * d_n_symbols / n, (i + 1) * d_n_symbols / n);
            auto* finished = tile.data() + i * step;
            auto* column = d_velocities.data() + (IS_POWER ? 0 : i * step);
            d_over_symbols.execute_unscaled(d_columns.data() + i * step, column);
            finish(column, finished, n_velocities);
        }
        auto* receding = map + first;
        turn_tile({ tile.data() + n_approaching, step },
                  n,
                  standstill,
                  { receding, row_len },
                  is_long);
        turn_tile({ tile.data(), step },
                  n,
                  n_approaching,
                  { receding + standstill * row_len, row_len },
                  is_long);
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

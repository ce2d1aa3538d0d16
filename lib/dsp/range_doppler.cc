/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "map_kernels.h"
#include "require.h"
#include "row_window.h"
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

int checked(int averaged_maps, const map_geometry& g)
{
    require(averaged_maps >= 1 && averaged_maps * g.coherent_frames() <= 64,
            "range_doppler",
            "averaged_maps",
            averaged_maps,
            "it must be at least 1, and at most 64 frames make a map");
    return averaged_maps;
}

} // namespace

range_doppler::range_doppler(const waveform& w, const sensing_params& p)
    : d_geometry(w, p),
      d_in_db(p.in_db),
      d_n_symbols(w.n_symbols()),
      d_n_subcarriers(w.n_subcarriers()),
      d_n_rows(d_geometry.coherent_frames() * d_n_symbols),
      d_averaged_maps(checked(p.averaged_maps, d_geometry)),
      d_stride(apart(d_geometry.n_ranges())),
      d_column_step(apart(d_geometry.n_velocities())),
      d_range_window(window_values(p.range_window, w.n_subcarriers())),
      d_velocity_window(row_window(p.velocity_window, d_geometry, d_n_symbols)),
      d_over_subcarriers(p.range_padding * w.n_subcarriers(), direction::INVERSE),
      d_over_symbols(d_geometry.n_velocities(), direction::FORWARD),
      d_filter(std::make_unique<symbol_filter>(w, p.filter)),
      d_row(d_over_subcarriers.len()),
      d_profile(d_over_subcarriers.len()),
      d_profiles(static_cast<std::size_t>(d_n_rows) * d_stride),
      d_columns(MAP_TILE * d_column_step),
      d_velocities(MAP_TILE * d_column_step),
      d_powers(MAP_TILE * d_column_step),
      d_one(d_averaged_maps > 1 ? d_geometry.map_len() : 0)
{
    const float unitary = 1 / std::sqrt(static_cast<float>(d_n_rows) * d_n_subcarriers);
    for (auto& value : d_velocity_window) {
        value *= unitary;
    }
}

range_doppler::~range_doppler() = default;

void range_doppler::compute(span<const std::complex<float>> tx,
                            span<const std::complex<float>> rx,
                            span<std::complex<float>> map,
                            presence frames)
{
    require_len("map", map.size(), d_geometry.map_len());
    range_profiles(tx, rx, frames);
    velocities(map.data(), d_velocities, [](auto*, auto*, int) {});
}

void range_doppler::compute_power(span<const std::complex<float>> tx,
                                  span<const std::complex<float>> rx,
                                  span<float> power,
                                  presence frames)
{
    require_len("power", power.size(), d_geometry.map_len());
    if (d_averaged_maps == 1) {
        range_profiles(tx, rx, frames);
        return velocities(power.data(), d_powers, d_in_db ? powers_db : powers);
    }
    average(tx, rx, power, frames, [this](auto sent, auto received, auto present) {
        range_profiles(sent, received, present);
        velocities(d_one.data(), d_powers, powers);
    });
}

void range_doppler::compute_both(span<const std::complex<float>> tx,
                                 span<const std::complex<float>> rx,
                                 span<std::complex<float>> map,
                                 span<float> power,
                                 presence frames)
{
    require_len("power", power.size(), d_geometry.map_len());
    if (d_averaged_maps == 1) {
        compute(tx, rx, map, frames);
        return power_of(map, power);
    }
    average(tx, rx, power, frames, [&](auto sent, auto received, auto present) {
        compute(sent, received, map, present);
        powers(map.data(), d_one.data(), static_cast<int>(map.size()));
    });
}

/// The mean of what \p make leaves in d_one, over the maps of which a frame is present.
template <class Make>
void range_doppler::average(span<const std::complex<float>> tx,
                            span<const std::complex<float>> rx,
                            span<float> power,
                            presence frames,
                            Make make)
{
    const std::size_t rows_len = static_cast<std::size_t>(d_n_rows) * d_n_subcarriers;
    require_len("tx", tx.size(), d_averaged_maps * rows_len);
    require_len("rx", rx.size(), tx.size());
    const auto mine = ALL >> (64 - d_geometry.coherent_frames());
    const int n = static_cast<int>(power.size());
    int n_maps = 0;
    std::fill(power.begin(), power.end(), 0.0f);
    for (int i = 0; i < d_averaged_maps; ++i, frames >>= d_geometry.coherent_frames()) {
        if (frames & mine) {
            make(tx.subspan(i * rows_len, rows_len),
                 rx.subspan(i * rows_len, rows_len),
                 frames);
            add(d_one.data(), power.data(), n);
            ++n_maps;
        }
    }
    finish_mean(power.data(), n_maps, d_in_db, n);
}

void range_doppler::power_of(span<const std::complex<float>> map, span<float> power) const
{
    require_len("map", map.size(), d_geometry.map_len());
    require_len("power", power.size(), map.size());
    const auto make = d_in_db ? powers_db : powers;
    make(map.data(), power.data(), static_cast<int>(map.size()));
}

/// Some rows of the tile after this one, into the second cache while a transform is at
/// work in the first: the rows are too far apart for the processor to guess.
void range_doppler::want(int first, int from_row, int to_row) const
{
    const int n = std::min(MAP_TILE, d_geometry.n_ranges() - first);
    for (int m = from_row; n > 0 && m < to_row; ++m) {
        prefetch(d_profiles.data() + static_cast<std::size_t>(m) * d_stride + first, n);
    }
}

/// \p n ranges from \p first on, as columns in d_columns. They count from the middle,
/// too.
void range_doppler::gather(int first, int n)
{
    const int n_velocities = d_geometry.n_velocities(), middle = d_geometry.n_slots() / 2;
    const std::size_t stride = d_stride, column_step = d_column_step;
    for (int frame = 0; frame < d_geometry.coherent_frames(); ++frame) {
        const int slot = frame * d_geometry.frame_step();
        const int n_before = std::clamp(middle - slot, 0, d_n_symbols);
        const auto* rows = d_profiles.data() +
                           frame * static_cast<std::size_t>(d_n_symbols) * stride + first;
        if (n_before > 0) {
            auto* before = d_columns.data() + n_velocities + slot - middle;
            turn({ rows, stride }, n_before, n, { before, column_step });
        }
        if (n_before < d_n_symbols) {
            auto* after = d_columns.data() + std::max(slot - middle, 0);
            turn({ rows + n_before * stride, stride },
                 d_n_symbols - n_before,
                 n,
                 { after, column_step });
        }
    }
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
            want(first + MAP_TILE, i * d_n_rows / n, (i + 1) * d_n_rows / n);
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

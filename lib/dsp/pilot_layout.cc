/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pilot_kernels.h"
#include "pilot_layout.h"
#include "require.h"
#include <gnuradio/isac/dsp/grid.h>
#include <gnuradio/isac/dsp/reference.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int N_TAPS = 16; // rows that are averaged
constexpr int N_REFERENCES = 4;

// Turns a row that pilots may still move at standstill: what a clock moves the edge of
// the band before the tracker knows it, 40 ppm of 1000 samples at a quarter of the band.
constexpr double LEAST_DOPPLER = 0.004;

// The phase of reference rows is not tracked: their filter has room for what is left of a
// carrier offset, of an estimate from 2048 samples at 5 dB three standard deviations.
constexpr double OFFSET_LEFT = 0.008;
constexpr double MOST_DOPPLER = 0.2;

// Somebody walks, and the carrier is known to a standard deviation at 10 dB.
constexpr double STILL_DOPPLER = 0.002;

// Turns of the longest delay over a bundle of pilots, from side to side of the prefix:
// the sum loses 1 - sinc(0.15)^2 of a path there, 0.3 dB of what it adds to the noise.
constexpr double MOST_BUNDLED = 0.3;
constexpr int MOST_IN_BUNDLE = 4;

std::vector<std::complex<float>> pilot_divisors(const waveform& w)
{
    std::vector<std::complex<float>> divisors;
    if (w.params().precoding == precoding::DFT) {
        for (const auto& x : reference_cells(w, false)) {
            divisors.push_back(1.0f / x);
        }
    } else {
        const auto pilots = pilot_sequence(w); // +1 or -1
        divisors.assign(pilots.begin(), pilots.end());
    }
    return divisors;
}

double doppler_of(const waveform& w, double max_speed_mps)
{
    require(std::isfinite(max_speed_mps) && max_speed_mps >= 0,
            "channel_estimator",
            "max_speed_mps",
            max_speed_mps,
            "it must be >= 0");
    const double turns = max_speed_mps / w.wavelength_m() * w.symbol_duration_s();
    const bool is_tracked = w.params().precoding == precoding::NONE;
    return std::min(turns + (is_tracked ? LEAST_DOPPLER : OFFSET_LEFT), MOST_DOPPLER);
}

/// Rows from anchor to anchor. A straight line over `step` rows of the spectrum of Jakes
/// misses 3/512 (2 pi doppler step)^4 of the power in its middle: below -26 dB.
int anchor_step(double doppler)
{
    int step = 1;
    while (step < 8 && 2 * M_PI * doppler * 2 * step < 0.8) {
        step *= 2;
    }
    return step;
}

/// Both sides of DC hold whole bundles.
int bundle_of(const pilot_layout& l)
{
    int bundle = l.has_references ? MOST_IN_BUNDLE : 1;
    while (bundle > 1 && (bundle * l.max_delay > MOST_BUNDLED * l.fft_len ||
                          l.pilots.size() % (2 * bundle) != 0)) {
        bundle /= 2;
    }
    return bundle;
}

} // namespace

double max_delay_of(const waveform& w)
{
    const bool dense = w.params().precoding == precoding::DFT;
    const int spacing = dense ? 1 : w.params().pilot_spacing;
    return std::min(w.max_delay_len() + 2.0, 0.8 * w.fft_len() / spacing);
}

const std::vector<int>& known_cells(const waveform& w)
{
    return w.params().precoding == precoding::DFT ? w.data_cells() : w.pilot_cells();
}

std::vector<int> pilot_offsets(const waveform& w)
{
    auto offsets = known_cells(w);
    for (auto& o : offsets) {
        o -= w.n_subcarriers() / 2;
    }
    return offsets;
}

std::size_t lane_count(std::size_t n)
{
    return (n + PILOT_GROUPS - 1) / PILOT_GROUPS * PILOT_GROUPS;
}

std::vector<int> lane_places(int n, int stride)
{
    const int n_tracked = (n + stride - 1) / stride;
    const int per_lane = static_cast<int>(lane_count(n_tracked)) / PILOT_GROUPS;
    std::vector<int> places;
    for (int i = 0; i < n_tracked; ++i) {
        places.push_back(i % per_lane * PILOT_GROUPS + i / per_lane);
    }
    return places;
}

std::vector<int>
lane_offsets(const std::vector<int>& offsets, int stride, const std::vector<int>& places)
{
    std::vector<int> lanes(lane_count(places.size()), offsets.back());
    for (std::size_t i = 0; i < places.size(); ++i) {
        lanes[places[i]] = offsets[i * stride];
    }
    return lanes;
}

pilot_lanes::pilot_lanes(const waveform& w)
{
    const auto offsets = pilot_offsets(w);
    const auto divisors = pilot_divisors(w);
    const int n = static_cast<int>(offsets.size());
    const int per_lane = (n + PILOT_GROUPS - 1) / PILOT_GROUPS;
    const int size = per_lane * PILOT_GROUPS;
    d_divisors.resize(2 * size);
    for (int i = 0; i < size; ++i) {
        const int place = i % per_lane * PILOT_GROUPS + i / per_lane;
        const int pilot = std::min(i, n - 1);
        d_places.push_back(place);
        d_offsets.resize(size);
        d_cells.resize(size);
        d_cells[place] = offsets[pilot] + w.n_subcarriers() / 2;
        // Past the last one they go on as before, so that a regular comb stays one.
        d_offsets[place] =
            offsets[pilot] + (i - pilot) * (n > 1 ? offsets[1] - offsets[0] : 1);
        if (i < n) {
            d_divisors[place] = divisors[i].real();
            d_divisors[size + place] = divisors[i].imag();
        }
    }
    d_places.resize(n);
    d_stride = common_step(d_offsets.data(), size);
}

void pilot_lanes::read(const std::complex<float>* cells, float scale, float* out) const
{
    const auto* each = reinterpret_cast<const double*>(cells);
    read_pilots(
        { each, d_cells.data(), d_divisors.data(), scale }, size(), out, out + size());
}

void pilot_lanes::turn(double turns_per_cell, float* pilots) const
{
    turn_pilots({ 0, angle_of(turns_per_cell), d_offsets.data(), d_stride },
                size(),
                pilots,
                pilots + size());
}

pilot_layout layout_of(const waveform& w, double max_speed_mps)
{
    pilot_layout l;
    l.fft_len = w.fft_len();
    l.n_cells = w.n_subcarriers();
    l.max_delay = max_delay_of(w);
    l.doppler = doppler_of(w, max_speed_mps);
    l.still_doppler = std::min(STILL_DOPPLER, l.doppler);
    l.pilots = known_cells(w);
    l.has_references = w.params().precoding == precoding::DFT;
    l.n_taps = l.has_references ? N_REFERENCES : N_TAPS;
    l.bundle = bundle_of(l);
    for (int row = 0; row < w.n_symbols(); ++row) {
        if (!l.has_references || w.is_reference_row(row)) {
            l.rows.push_back(row);
        }
        if (l.has_references || row % anchor_step(l.doppler) == 0 ||
            row == w.n_symbols() - 1) {
            l.anchors.push_back(row);
        }
    }
    return l;
}

} // namespace dsp
} // namespace isac
} // namespace gr

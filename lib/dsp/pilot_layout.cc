/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pilot_kernels.h"
#include "pilot_layout.h"
#include "require.h"
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
constexpr double MOST_DOPPLER = 0.2;

double doppler_of(const waveform& w, double max_speed_mps)
{
    require(std::isfinite(max_speed_mps) && max_speed_mps >= 0,
            "channel_estimator",
            "max_speed_mps",
            max_speed_mps,
            "it must be >= 0");
    const double turns = max_speed_mps / w.wavelength_m() * w.symbol_duration_s();
    return std::min(turns + LEAST_DOPPLER, MOST_DOPPLER);
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

pilot_lanes::pilot_lanes(const std::vector<int>& offsets)
{
    const int n = static_cast<int>(offsets.size());
    const int per_lane = (n + PILOT_GROUPS - 1) / PILOT_GROUPS;
    d_offsets.assign(per_lane * PILOT_GROUPS, offsets.back());
    for (int i = 0; i < n; ++i) {
        d_places.push_back(i % per_lane * PILOT_GROUPS + i / per_lane);
        d_offsets[d_places[i]] = offsets[i];
    }
}

pilot_layout layout_of(const waveform& w, double max_speed_mps)
{
    pilot_layout l;
    l.fft_len = w.fft_len();
    l.n_cells = w.n_subcarriers();
    l.max_delay = max_delay_of(w);
    l.doppler = doppler_of(w, max_speed_mps);
    l.pilots = known_cells(w);
    const bool has_references = w.params().precoding == precoding::DFT;
    l.n_taps = has_references ? N_REFERENCES : N_TAPS;
    for (int row = 0; row < w.n_symbols(); ++row) {
        if (has_references) {
            if (w.is_reference_row(row)) {
                l.rows.push_back(row);
                l.anchors.push_back(row);
            }
            continue;
        }
        l.rows.push_back(row);
        if (row % anchor_step(l.doppler) == 0 || row == w.n_symbols() - 1) {
            l.anchors.push_back(row);
        }
    }
    return l;
}

} // namespace dsp
} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "phase_slopes.h"
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int N_STEPS = 3; // each leaves the square of what was wrong

/// What was not received adds nothing.
std::complex<float> finite(std::complex<float> x)
{
    return std::isfinite(x.real()) && std::isfinite(x.imag()) ? x : 0;
}

} // namespace

phase_slopes::phase_slopes(const echo_snapshots& parts)
    : d_parts(parts), d_series(parts.n_parts()), d_in_phase(parts.n_elements())
{
}

/// By which a part comes into phase with the middle of the frame.
cd phase_slopes::turn(int part) const
{
    return std::polar(1.0,
                      -d_per_cell * d_parts.band_centre(part) -
                          d_per_symbol * d_parts.time_centre(part));
}

void phase_slopes::step()
{
    cd sum = 0, over_cells = 0, over_symbols = 0;
    double cells = 0, symbols = 0;
    for (int p = 0; p < d_parts.n_parts(); ++p) {
        const double cell = d_parts.band_centre(p), symbol = d_parts.time_centre(p);
        const cd term = d_series[p] * turn(p);
        sum += term;
        over_cells += cell * term;
        over_symbols += symbol * term;
        cells += cell * cell;
        symbols += symbol * symbol;
    }
    const double n = d_parts.n_parts();
    d_power = std::norm(sum) / (n * n);
    if (d_power > 0) {
        d_per_cell += cells > 0 ? (over_cells / sum).imag() * n / cells : 0;
        d_per_symbol += symbols > 0 ? (over_symbols / sum).imag() * n / symbols : 0;
    }
}

void phase_slopes::fit(span<const std::complex<float>> snapshots,
                       const std::complex<float>* weights)
{
    const int n = d_parts.n_elements();
    for (int p = 0; p < d_parts.n_parts(); ++p) {
        d_series[p] = 0;
        for (int i = 0; i < n; ++i) {
            d_series[p] += finite(weights[i] * snapshots[p * n + i]);
        }
    }
    clear();
    for (int i = 0; i < N_STEPS; ++i) {
        step();
    }
}

const std::vector<std::complex<float>>&
phase_slopes::in_phase(span<const std::complex<float>> snapshots)
{
    const int n = d_parts.n_elements();
    std::fill(d_in_phase.begin(), d_in_phase.end(), 0);
    for (int p = 0; p < d_parts.n_parts(); ++p) {
        const std::complex<float> share(turn(p) / (1.0 * d_parts.n_parts()));
        for (int i = 0; i < n; ++i) {
            d_in_phase[i] += share * finite(snapshots[p * n + i]);
        }
    }
    return d_in_phase;
}

} // namespace dsp
} // namespace isac
} // namespace gr

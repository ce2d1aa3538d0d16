/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "grid_fit.h"
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

using complex = std::complex<double>;

/// exp(2 pi j turns)
complex turned(double turns) { return std::polar(1.0, 2 * M_PI * turns); }

} // namespace

grid_fit::grid_fit(const waveform& w, int max_points)
    : d_n_rows(w.n_symbols()),
      d_n_columns(w.n_subcarriers()),
      d_k(padded(d_n_columns)),
      d_re(d_k.size()),
      d_im(d_k.size()),
      d_power(d_k.size()),
      d_ramps(2 * max_points * d_k.size()),
      d_tracks(max_points)
{
    for (int i = 0; i < d_n_columns; ++i) {
        d_k[i] = static_cast<float>(i - d_n_columns / 2);
    }
    for (int i = 0; i < max_points; ++i) {
        float* ramp = d_ramps.data() + 2 * i * d_k.size();
        d_tracks[i].ramp = { ramp, ramp + d_k.size() };
    }
}

bool grid_fit::refine(span<const std::complex<float>> x,
                      span<const std::complex<float>> y,
                      point_fit& fit)
{
    constexpr int MOST_STEPS = 3;
    constexpr double SETTLED_STDS = 1; // the next move is a tenth of this one or less
    for (int n = 0; n < MOST_STEPS && fit.n_points() > 0; ++n) {
        begin(fit);
        pass(x.data(), y.data(), fit);
        if (!is_explained(fit)) {
            return false;
        }
        double moved = 0;
        for (std::size_t i = 0; i < fit.n_points(); ++i) {
            if (!fit.is_crowded(i)) {
                moved = std::max(moved, step(fit, i));
            }
        }
        if (moved < SETTLED_STDS) {
            break;
        }
    }
    return true;
}

void grid_fit::begin(const point_fit& fit)
{
    for (std::size_t i = 0; i < fit.n_points(); ++i) {
        auto& t = d_tracks[i];
        t.one = t.k = t.m = 0;
        const double step = -fit.at(i).range_bin / d_n_columns;
        constexpr int BLOCK = 32; // turned on from an exact start, for as long
        const complex by = turned(step);
        for (int first = 0; first < d_n_columns; first += BLOCK) {
            complex value = turned(step * static_cast<double>(d_k[first]));
            for (int k = first; k < std::min(first + BLOCK, d_n_columns); ++k) {
                t.ramp.re[k] = static_cast<float>(value.real());
                t.ramp.im[k] = static_cast<float>(value.imag());
                value *= by;
            }
        }
    }
    d_p = d_pk = d_pkk = d_pm = d_pmm = d_pkm = d_left = 0;
}

void grid_fit::pass(const std::complex<float>* x,
                    const std::complex<float>* y,
                    const point_fit& fit)
{
    const row_planes u{ d_re.data(), d_im.data() };
    for (int row = 0; row < d_n_rows; ++row, x += d_n_columns, y += d_n_columns) {
        const int m = row - d_n_rows / 2;
        add_row(m, matched_row(x, y, d_k.data(), u, d_power.data(), d_n_columns));
        for (std::size_t i = 0; i < fit.n_points(); ++i) {
            const auto& p = fit.at(i);
            const auto factor = p.amplitude * turned(p.velocity_bin * m / d_n_rows);
            subtract_ramp(d_power.data(),
                          std::complex<float>(factor),
                          d_tracks[i].ramp,
                          u,
                          d_n_columns);
        }
        d_left += row_energy(u, d_n_columns);
        for (std::size_t i = 0; i < fit.n_points(); ++i) {
            auto& t = d_tracks[i];
            const auto back = turned(-fit.at(i).velocity_bin * m / d_n_rows);
            const auto sums = project_ramp(u, t.ramp, d_k.data(), d_n_columns);
            t.one += back * sums.one;
            t.k += back * sums.k;
            t.m += static_cast<double>(m) * back * sums.one;
        }
    }
}

void grid_fit::add_row(int m, const row_moments& moments)
{
    d_p += moments.one;
    d_pk += moments.k;
    d_pkk += moments.kk;
    d_pm += m * moments.one;
    d_pmm += m * m * moments.one;
    d_pkm += m * moments.k;
}

/// Whether what is left in a cell is no more than the map takes for noise.
bool grid_fit::is_explained(const point_fit& fit) const
{
    constexpr double MOST_LEFT = 1.5; // of the noise, itself known to half a dB
    const double n_cells = static_cast<double>(d_n_rows) * d_n_columns;
    const double left = d_left * n_cells / (d_p * d_p); // of a channel, like the noise
    double noise = INFINITY;
    for (std::size_t i = 0; i < fit.n_points(); ++i) {
        noise = std::min(noise, fit.at(i).noise);
    }
    return left <= MOST_LEFT * noise;
}

/// One Gauss-Newton step; returns how far it went, in standard deviations.
double grid_fit::step(point_fit& fit, std::size_t i) const
{
    const auto& p = fit.at(i);
    const auto& t = d_tracks[i];
    const double per_range = -2 * M_PI / d_n_columns, per_velocity = 2 * M_PI / d_n_rows;
    const double k = d_pk / d_p, m = d_pm / d_p;
    // The slopes without what the amplitude absorbs.
    const auto slope = [&](complex sum, double mean, double per_bin) {
        return (std::conj(p.amplitude) * complex(0, -per_bin) * (sum - mean * t.one))
            .real();
    };
    const double by_range = slope(t.k, k, per_range);
    const double by_velocity = slope(t.m, m, per_velocity);
    const double power = std::norm(p.amplitude);
    const double rr = power * per_range * per_range * (d_pkk - k * d_pk);
    const double vv = power * per_velocity * per_velocity * (d_pmm - m * d_pm);
    const double rv = power * per_range * per_velocity * (d_pkm - k * d_pm);
    const double determinant = rr * vv - rv * rv;
    const double range = (vv * by_range - rv * by_velocity) / determinant;
    const double velocity = (rr * by_velocity - rv * by_range) / determinant;
    if (!(determinant > 0) || !(std::abs(range) < 0.5) || !(std::abs(velocity) < 0.5)) {
        return 0;
    }
    const double noise = d_left / d_p / (2 * p.noise * determinant);
    const position_covariance spread{ vv * noise, rr * noise, -rv * noise };
    const complex amplitude =
        p.amplitude + t.one / d_p -
        p.amplitude * complex(0, per_range * k * range + per_velocity * m * velocity);
    const double moved = std::hypot(range / std::sqrt(p.noise * spread.range),
                                    velocity / std::sqrt(p.noise * spread.velocity));
    fit.set(i, p.range_bin + range, p.velocity_bin + velocity, amplitude, spread);
    return moved;
}

} // namespace dsp
} // namespace isac
} // namespace gr

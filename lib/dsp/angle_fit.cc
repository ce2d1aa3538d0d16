/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "angle_fit.h"
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int MAX_STEPS = 20;
constexpr double SETTLED = 1e-3;  // moves of this part of the standard deviation
constexpr double MIN_STEP = 1e-3; // shorter ones would not help any more

} // namespace

angle_fit::angle_fit(std::vector<cd> calibration, double spacing_wavelengths)
    : d_calibration(std::move(calibration)),
      d_turns(spacing_wavelengths),
      d_n(static_cast<int>(d_calibration.size()))
{
}

/// What is left of the covariance with these directions, and the matrices for it.
bool angle_fit::solve(const std::vector<cd>& covariance, const std::vector<double>& sines)
{
    d_a.resize(d_n * d_p);
    for (int i = 0; i < d_n; ++i) {
        for (int p = 0; p < d_p; ++p) {
            d_a[i * d_p + p] =
                d_calibration[i] * std::polar(1.0, 2 * M_PI * d_turns * i * sines[p]);
        }
    }
    d_gram.assign(d_p * d_p, 0);
    for (int i = 0; i < d_n; ++i) {
        for (int p = 0; p < d_p; ++p) {
            for (int q = 0; q < d_p; ++q) {
                d_gram[p * d_p + q] += std::conj(d_a[i * d_p + p]) * d_a[i * d_p + q];
            }
        }
    }
    if (!invert(d_gram, d_p)) {
        return false;
    }
    d_separator.assign(d_p * d_n, 0);
    d_sr.assign(d_p * d_n, 0);
    for (int p = 0; p < d_p; ++p) {
        for (int q = 0; q < d_p; ++q) {
            for (int i = 0; i < d_n; ++i) {
                d_separator[p * d_n + i] +=
                    d_gram[p * d_p + q] * std::conj(d_a[i * d_p + q]);
            }
        }
        for (int i = 0; i < d_n; ++i) {
            for (int j = 0; j < d_n; ++j) {
                d_sr[p * d_n + j] += d_separator[p * d_n + i] * covariance[i * d_n + j];
            }
        }
    }
    d_left = 0;
    for (int i = 0; i < d_n; ++i) {
        d_left += covariance[i * d_n + i].real();
        for (int p = 0; p < d_p; ++p) {
            d_left -= (d_sr[p * d_n + i] * d_a[i * d_p + p]).real();
        }
    }
    return std::isfinite(d_left);
}

/// Slope and curvature of V at the directions of the last solve().
void angle_fit::derive(const std::vector<cd>& covariance)
{
    d_powers.assign(d_p * d_p, 0);
    for (int p = 0; p < d_p; ++p) {
        for (int q = 0; q < d_p; ++q) {
            for (int i = 0; i < d_n; ++i) {
                d_powers[p * d_p + q] +=
                    d_sr[p * d_n + i] * std::conj(d_separator[q * d_n + i]);
            }
        }
    }
    // The derivative of each wave, less what the waves themselves explain of it.
    d_slope.resize(d_n * d_p);
    for (int q = 0; q < d_p; ++q) {
        for (int i = 0; i < d_n; ++i) {
            d_slope[i * d_p + q] = cd(0, 2 * M_PI * d_turns * i) * d_a[i * d_p + q];
        }
        for (int p = 0; p < d_p; ++p) {
            cd part = 0;
            for (int i = 0; i < d_n; ++i) {
                part += d_separator[p * d_n + i] * cd(0, 2 * M_PI * d_turns * i) *
                        d_a[i * d_p + q];
            }
            for (int i = 0; i < d_n; ++i) {
                d_slope[i * d_p + q] -= part * d_a[i * d_p + p];
            }
        }
    }
    d_gradient.assign(d_p, 0);
    d_curvature.assign(d_p * d_p, 0);
    for (int p = 0; p < d_p; ++p) {
        for (int i = 0; i < d_n; ++i) {
            d_gradient[p] -= 2 * (d_sr[p * d_n + i] * d_slope[i * d_p + p]).real();
        }
        for (int q = 0; q < d_p; ++q) {
            cd overlap = 0;
            for (int i = 0; i < d_n; ++i) {
                overlap += std::conj(d_slope[i * d_p + p]) * d_slope[i * d_p + q];
            }
            d_curvature[p * d_p + q] = 2 * (overlap * d_powers[q * d_p + p]).real();
        }
    }
}

void angle_fit::report(int n_snapshots)
{
    // Every direction takes a complex amplitude from each snapshot, and itself.
    const double n_free = d_n - d_p * (1 + 0.5 / n_snapshots);
    d_noise_var = std::max(0.0, d_left) / std::max(0.5, n_free);
    d_power.resize(d_p);
    d_sine_std.resize(d_p);
    for (int p = 0; p < d_p; ++p) {
        const double with_noise = d_powers[p * d_p + p].real();
        const double noise = d_noise_var * d_gram[p * d_p + p].real();
        d_power[p] = std::max(with_noise - noise, 0.01 * with_noise);
        // The inverse curvature is the covariance of the sines in unit noise. It knows
        // the power with its noise; a share of noise also adds to the error.
        const double variance =
            d_noise_var * d_curvature[p * d_p + p].real() / n_snapshots;
        d_sine_std[p] = std::sqrt(std::max(0.0, variance)) * with_noise / d_power[p];
    }
}

/// One step downhill. \returns false where there is no more to gain.
bool angle_fit::step(const std::vector<cd>& covariance,
                     int n_snapshots,
                     std::vector<double>& sines)
{
    derive(covariance);
    if (!invert(d_curvature, d_p)) {
        return false;
    }
    const double left = d_left;
    double moved = 0; // in standard deviations at noise of unit variance
    bool better = false;
    for (double length = 1; !better && length > MIN_STEP; length /= 2) {
        moved = 0;
        for (int p = 0; p < d_p; ++p) {
            double move = 0;
            for (int q = 0; q < d_p; ++q) {
                move -= d_curvature[p * d_p + q].real() * d_gradient[q];
            }
            d_trial[p] = std::clamp(sines[p] + length * move, -1.0, 1.0);
            const double unit = std::sqrt(d_curvature[p * d_p + p].real());
            moved = std::max(moved, std::abs(d_trial[p] - sines[p]) / unit);
        }
        better = solve(covariance, d_trial) && d_left <= left;
    }
    if (better) {
        sines = d_trial;
    }
    return better &&
           moved > SETTLED * std::sqrt(std::max(0.0, left) / (d_n * n_snapshots));
}

void angle_fit::refine(const std::vector<cd>& covariance,
                       int n_snapshots,
                       std::vector<double>& sines)
{
    for (d_p = static_cast<int>(sines.size()); d_p > 1; --d_p) {
        if (solve(covariance, sines)) {
            break;
        }
        sines.pop_back(); // two guesses of one direction
    }
    d_trial.resize(d_p);
    solve(covariance, sines);
    for (int i = 0; i < MAX_STEPS && step(covariance, n_snapshots, sines); ++i) {
    }
    solve(covariance, sines);
    derive(covariance);
    if (!invert(d_curvature, d_p)) {
        d_curvature.assign(d_p * d_p, 0);
    }
    report(n_snapshots);
}

} // namespace dsp
} // namespace isac
} // namespace gr

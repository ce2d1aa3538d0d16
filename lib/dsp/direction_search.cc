/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "direction_search.h"
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int POINTS_PER_ELEMENT = 64; // of the grid: a thirtieth of a beamwidth
constexpr int HALVINGS = 30;           // of its step, around a peak

} // namespace

direction_search::direction_search(angle_method method, double spacing_wavelengths)
    : d_method(method),
      d_spacing(spacing_wavelengths),
      d_edge(std::min(1.0, 0.5 / spacing_wavelengths))
{
}

double direction_search::sine_of(cd z) const
{
    const double sine = std::arg(z) / (2 * M_PI * d_spacing);
    return std::clamp(sine, -d_edge, d_edge);
}

/// The sum of each diagonal: a quadratic form of a steering vector depends on no more.
void direction_search::sum_diagonals(const std::vector<cd>& matrix, int n)
{
    d_lags.assign(n, 0);
    for (int i = 0; i < n; ++i) {
        for (int j = 0; j <= i; ++j) {
            d_lags[i - j] += matrix[i * n + j];
        }
    }
}

void direction_search::noise_polynomial(const hermitian_eigen& eigen,
                                        int n,
                                        int n_sources)
{
    d_matrix.assign(n * n, 0);
    for (int k = n_sources; k < n; ++k) {
        for (int i = 0; i < n; ++i) {
            for (int j = 0; j <= i; ++j) {
                d_matrix[i * n + j] += eigen.vector(i, k) * std::conj(eigen.vector(j, k));
            }
        }
    }
    sum_diagonals(d_matrix, n);
}

void direction_search::prepare(const array_covariance& covariance, int n_sources)
{
    d_is_power =
        d_method == angle_method::BEAMFORMING || d_method == angle_method::MONOPULSE;
    if (d_is_power) {
        sum_diagonals(covariance.calibrated(), covariance.n_elements());
    } else {
        noise_polynomial(covariance.eigen(), covariance.subarray_len(), n_sources);
    }
}

double direction_search::value(double sine) const
{
    const cd z = std::polar(1.0, -2 * M_PI * d_spacing * sine);
    cd sum = 0;
    for (int lag = static_cast<int>(d_lags.size()) - 1; lag > 0; --lag) {
        sum = (sum + d_lags[lag]) * z;
    }
    const double form = d_lags[0].real() + 2 * sum.real();
    return d_is_power ? form : -form;
}

/// The highest local maxima of value(), each refined by halving the step around it.
void direction_search::peaks(int n_sources, std::vector<double>& sines)
{
    const int n = POINTS_PER_ELEMENT * static_cast<int>(d_lags.size());
    const double step = 2 * d_edge / n;
    d_found.clear();
    double before = -INFINITY, here = value(-d_edge);
    for (int i = 0; i <= n; ++i) {
        const double sine = -d_edge + i * step;
        const double after = i < n ? value(sine + step) : -INFINITY;
        if (here >= before && here > after) {
            double best = here, at = sine;
            double reach = step;
            for (int halving = 0; halving < HALVINGS; ++halving, reach /= 2) {
                for (const double other : { at - reach, at + reach }) {
                    const double there = value(std::clamp(other, -d_edge, d_edge));
                    if (there > best) {
                        best = there;
                        at = std::clamp(other, -d_edge, d_edge);
                    }
                }
            }
            d_found.emplace_back(best, at);
        }
        before = here;
        here = after;
    }
    std::sort(d_found.rbegin(), d_found.rend());
    sines.clear();
    for (int i = 0; i < std::min<int>(n_sources, d_found.size()); ++i) {
        sines.push_back(d_found[i].second);
    }
}

/// Of each pair of roots mirrored in the unit circle one; those closest to it.
void direction_search::roots(const array_covariance& covariance,
                             int n_sources,
                             std::vector<double>& sines)
{
    const int n = static_cast<int>(d_lags.size());
    d_polynomial.resize(2 * n - 1);
    for (int lag = 0; lag < n; ++lag) {
        d_polynomial[n - 1 + lag] = std::conj(d_lags[lag]);
        d_polynomial[n - 1 - lag] = d_lags[lag];
    }
    polynomial_roots(d_polynomial, d_roots);
    std::sort(d_roots.begin(), d_roots.end(), [](cd a, cd b) {
        return std::abs(std::log(std::abs(a))) < std::abs(std::log(std::abs(b)));
    });
    sines.clear();
    for (std::size_t i = 0; i < d_roots.size(); ++i) {
        const cd z = d_roots[i] / std::abs(d_roots[i]);
        const bool is_mirror =
            std::any_of(d_roots.begin(), d_roots.begin() + i, [&](cd r) {
                return std::abs(d_roots[i] * std::conj(r) - 1.0) < 1e-4 * std::abs(r);
            });
        if (!is_mirror && static_cast<int>(sines.size()) < n_sources) {
            sines.push_back(sine_of(z));
        }
    }
    if (static_cast<int>(sines.size()) < n_sources) { // a pair off the circle is one
        rotations(covariance.eigen(), n, n_sources, sines);
    }
}

/// What turns the first elements of the signal subspace into the last ones.
void direction_search::rotations(const hermitian_eigen& eigen,
                                 int n,
                                 int n_sources,
                                 std::vector<double>& sines)
{
    const int p = n_sources;
    d_matrix.assign(p * p, 0);
    d_cross.assign(p * p, 0);
    d_rotation.assign(p * p, 0);
    for (int a = 0; a < p; ++a) {
        for (int b = 0; b < p; ++b) {
            for (int i = 0; i + 1 < n; ++i) {
                const cd left = std::conj(eigen.vector(i, a));
                d_matrix[a * p + b] += left * eigen.vector(i, b);
                d_cross[a * p + b] += left * eigen.vector(i + 1, b);
            }
        }
    }
    invert(d_matrix, p);
    for (int a = 0; a < p; ++a) {
        for (int b = 0; b < p; ++b) {
            for (int c = 0; c < p; ++c) {
                d_rotation[a * p + b] += d_matrix[a * p + c] * d_cross[c * p + b];
            }
        }
    }
    characteristic_polynomial(d_rotation, p, d_polynomial, d_work);
    polynomial_roots(d_polynomial, d_roots);
    sines.clear();
    for (const auto& z : d_roots) {
        sines.push_back(sine_of(z));
    }
}

void direction_search::find(const array_covariance& covariance,
                            int n_sources,
                            std::vector<double>& sines)
{
    const int n = covariance.n_elements();
    prepare(covariance, n_sources);
    if (d_method == angle_method::MONOPULSE) {
        sines.assign(1, sine_of(covariance.calibrated()[n]));
    } else if (d_method == angle_method::ESPRIT) {
        rotations(covariance.eigen(), covariance.subarray_len(), n_sources, sines);
    } else if (d_method == angle_method::ROOT_MUSIC) {
        roots(covariance, n_sources, sines);
    } else {
        peaks(n_sources, sines);
    }
    if (sines.empty()) {
        sines.push_back(0); // of a spectrum without a peak
    }
}

void direction_search::beams(const array_covariance& covariance,
                             int n_sources,
                             std::vector<double>& sines)
{
    d_is_power = true;
    sum_diagonals(covariance.calibrated(), covariance.n_elements());
    peaks(n_sources, sines);
}

} // namespace dsp
} // namespace isac
} // namespace gr

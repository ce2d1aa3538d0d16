/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cholesky.h"
#include "leakage_fit.h"
#include "slow_functions.h"
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

std::complex<double> turned(double bins, int k, int n)
{
    return std::polar(1.0, -2 * M_PI * bins * (k - n / 2) / n);
}

} // namespace

leakage_fit::leakage_fit(int n_subcarriers, double last_bin)
    : d_n_subcarriers(n_subcarriers),
      d_middle_bin(last_bin / 2),
      d_functions(slow_functions(n_subcarriers,
                                 static_cast<int>(std::ceil(2 * last_bin)) + MARGIN)),
      d_centred(n_subcarriers),
      d_matrix(d_functions.size() * d_functions.size()),
      d_sides(2 * d_functions.size())
{
    for (int k = 0; k < n_subcarriers; ++k) {
        d_turns.push_back(std::complex<float>(turned(d_middle_bin, k, n_subcarriers)));
    }
}

void leakage_fit::project(const float* power, std::complex<float>* channel)
{
    constexpr double RIDGE = 1e-9; // for a band of which hardly anything was sent
    const int n = static_cast<int>(d_functions.size());
    double total = 0;
    for (int k = 0; k < d_n_subcarriers; ++k) {
        d_centred[k] = channel[k] * std::conj(d_turns[k]);
        total += power[k];
    }
    if (!(total > 0)) {
        return;
    }
    for (int d = 0; d < n; ++d) {
        std::complex<double> side = 0;
        for (int k = 0; k < d_n_subcarriers; ++k) {
            side += power[k] * d_functions[d][k] * d_centred[k];
        }
        d_sides[2 * d] = side.real();
        d_sides[2 * d + 1] = side.imag();
        for (int e = 0; e <= d; ++e) {
            double sum = d == e ? RIDGE * total : 0;
            for (int k = 0; k < d_n_subcarriers; ++k) {
                sum += power[k] * d_functions[d][k] * d_functions[e][k];
            }
            d_matrix[d * n + e] = sum;
        }
    }
    solve_in_place(d_matrix.data(), n, d_sides.data(), 2);
    for (int k = 0; k < d_n_subcarriers; ++k) {
        std::complex<double> sum = 0;
        for (int d = 0; d < n; ++d) {
            sum += d_functions[d][k] *
                   std::complex<double>(d_sides[2 * d], d_sides[2 * d + 1]);
        }
        channel[k] = std::complex<float>(sum) * d_turns[k];
    }
}

double leakage_fit::share(double range_bin) const
{
    double share = 0;
    for (const auto& f : d_functions) {
        std::complex<double> inner = 0;
        for (int k = 0; k < d_n_subcarriers; ++k) {
            inner += f[k] * turned(range_bin - d_middle_bin, k, d_n_subcarriers);
        }
        share += std::norm(inner / static_cast<double>(d_n_subcarriers));
    }
    return share;
}

} // namespace dsp
} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "noise_whitener.h"
#include <gnuradio/isac/dsp/window.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

// White noise that is taken to be in every cell besides: where a window is zero nothing
// is left to be recovered but rounding errors, 60 dB down at most.
constexpr double ROUNDING = 1e-6;

/// Correlation of the noise of cells so many bins apart: the transform of w^2.
std::vector<double> correlations(window kind)
{
    const auto terms = window_terms(kind);
    const int reach = static_cast<int>(terms.size()) - 1;
    const auto two_sided = [&](int c) {
        return std::abs(c) > reach ? 0 : terms[std::abs(c)] / (c == 0 ? 1 : 2);
    };
    std::vector<double> result(2 * reach + 1);
    for (int apart = 0; apart <= 2 * reach; ++apart) {
        for (int c = -reach; c <= reach; ++c) {
            result[apart] += two_sided(c) * two_sided(apart - c);
        }
    }
    result[0] += ROUNDING;
    return result;
}

} // namespace

noise_whitener::noise_whitener(window kind, int longest)
{
    const auto r = correlations(kind);
    d_reach = static_cast<int>(r.size()) - 1;
    d_rows.resize(static_cast<std::size_t>(longest) * (d_reach + 1));
    // Cholesky, row by row; entry [i][k] of the band is L(i, i - k).
    const auto at = [&](int i, int k) -> double& {
        return d_rows[i * (d_reach + 1) + k];
    };
    for (int i = 0; i < longest; ++i) {
        for (int k = std::min(d_reach, i); k >= 0; --k) {
            double left = r[k];
            for (int m = k + 1; m <= std::min(d_reach, i); ++m) {
                left -= at(i, m) * at(i - k, m - k);
            }
            at(i, k) = k > 0 ? left * at(i - k, 0) : 1 / std::sqrt(left);
        }
    }
}

void noise_whitener::apply(std::complex<double>* cells, int n, int step) const
{
    for (int i = 0; i < n; ++i) {
        const double* row = d_rows.data() + static_cast<std::size_t>(i) * (d_reach + 1);
        auto left = cells[i * step];
        for (int k = 1; k <= std::min(d_reach, i); ++k) {
            left -= row[k] * cells[(i - k) * step];
        }
        cells[i * step] = left * row[0];
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

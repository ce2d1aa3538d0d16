/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "noise_whitener.h"
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

// White noise that is taken to be in every cell besides: where a window is zero nothing
// is left to be recovered but rounding errors, 60 dB down at most.
constexpr double ROUNDING = 1e-6;

} // namespace

noise_whitener::noise_whitener(std::vector<double> r, int longest)
    : d_reach(static_cast<int>(r.size()) - 1)
{
    for (std::size_t k = r.size(); k-- > 0;) {
        r[k] /= r[0];
    }
    r[0] += ROUNDING;
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

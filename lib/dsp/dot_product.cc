/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "dot_product.h"
#include "simd.h"
#include <array>

namespace gr {
namespace isac {
namespace dsp {

using cf = std::complex<float>;

ISAC_SIMD cf dot_product(const cf* a, const cf* b, int n)
{
    const float* x = reinterpret_cast<const float*>(a);
    const float* y = reinterpret_cast<const float*>(b);
    constexpr int LANES = 8; // sums that do not wait for each other
    std::array<float, LANES> re = {}, im = {};
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (int l = 0; l < LANES; ++l) {
            const int at = 2 * (i + l);
            re[l] += x[at] * y[at] + x[at + 1] * y[at + 1];
            im[l] += x[at] * y[at + 1] - x[at + 1] * y[at];
        }
    }
    cf sum = 0;
    for (int l = 0; l < LANES; ++l) {
        sum += cf(re[l], im[l]);
    }
    for (; i < n; ++i) {
        sum += std::conj(a[i]) * b[i];
    }
    return sum;
}

} // namespace dsp
} // namespace isac
} // namespace gr

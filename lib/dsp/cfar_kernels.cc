/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cfar_kernels.h"
#include "lanes.h"
#include "simd.h"
#include <cstddef>
#include <cstdint>
#include <limits>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr float INFINITE = std::numeric_limits<float>::infinity();

} // namespace

ISAC_SIMD void threshold_of_mean(const sector_rows& sums,
                                 const float* factor,
                                 float* __restrict__ thresholds,
                                 int n)
{
    const float *a = sums[0], *b = sums[1], *c = sums[2], *d = sums[3];
    for (int i = 0; i < n; ++i) {
        const float sum = (a[i] + b[i]) + (c[i] + d[i]);
        thresholds[i] = factor[i] * sum + 0 * sum;
    }
}

ISAC_SIMD void threshold_of_greatest(const sector_rows& sums,
                                     const sector_rows& factors,
                                     float* __restrict__ thresholds,
                                     int n)
{
    const float *a = sums[0], *b = sums[1], *c = sums[2], *d = sums[3];
    const float *fa = factors[0], *fb = factors[1], *fc = factors[2], *fd = factors[3];
    for (int i = 0; i < n; ++i) {
        const float ta = fa[i] * a[i], tb = fb[i] * b[i];
        const float tc = fc[i] * c[i], td = fd[i] * d[i];
        const float ab = ta > tb ? ta : tb, cd = tc > td ? tc : td;
        thresholds[i] = (ab > cd ? ab : cd) + 0 * ((a[i] + b[i]) + (c[i] + d[i]));
    }
}

ISAC_SIMD void threshold_of_smallest(const sector_rows& sums,
                                     const sector_rows& factors,
                                     float* __restrict__ thresholds,
                                     int n)
{
    const float *a = sums[0], *b = sums[1], *c = sums[2], *d = sums[3];
    const float *fa = factors[0], *fb = factors[1], *fc = factors[2], *fd = factors[3];
    for (int i = 0; i < n; ++i) {
        const float ta = fa[i] > 0 ? fa[i] * a[i] : INFINITE;
        const float tb = fb[i] > 0 ? fb[i] * b[i] : INFINITE;
        const float tc = fc[i] > 0 ? fc[i] * c[i] : INFINITE;
        const float td = fd[i] > 0 ? fd[i] * d[i] : INFINITE;
        const float ab = ta < tb ? ta : tb, cd = tc < td ? tc : td;
        thresholds[i] = (ab < cd ? ab : cd) + 0 * ((a[i] + b[i]) + (c[i] + d[i]));
    }
}

ISAC_SIMD bool is_any_suspect(const float* x, const float* thresholds, int n)
{
    std::int32_t suspect = 0;
    for (int i = 0; i < n; ++i) {
        suspect |= !(x[i] <= thresholds[i]);
    }
    return suspect != 0;
}

ISAC_SIMD float
sum_box(const float* x, int stride, int first_row, int n_rows, int wraps_at, int n)
{
    constexpr int LANES = 8;
    lanes sum = {}, more;
    float rest[LANES] = {};
    for (int i = 0, row = first_row; i < n_rows; ++i) {
        const float* cells = x + static_cast<std::ptrdiff_t>(row) * stride;
        int k = 0;
        for (; k + LANES <= n; k += LANES) {
            load(cells + k, more);
            sum += more;
        }
        for (int j = 0; j < n - k; ++j) {
            rest[j] += cells[k + j];
        }
        row = row + 1 < wraps_at ? row + 1 : 0;
    }
    load(rest, more);
    return sum_of(sum + more);
}

ISAC_SIMD void add_blocks(const float* a,
                          const float* b,
                          float* __restrict__ sum,
                          float* __restrict__ greatest,
                          int n)
{
    for (int i = 0; i < n / 2; ++i) {
        const float a0 = a[2 * i], a1 = a[2 * i + 1], b0 = b[2 * i], b1 = b[2 * i + 1];
        const float top_a = a0 > a1 ? a0 : a1, top_b = b0 > b1 ? b0 : b1;
        sum[i] = (a0 + a1) + (b0 + b1);
        greatest[i] = top_a > top_b ? top_a : top_b;
    }
    if (n % 2) {
        sum[n / 2] = a[n - 1] + b[n - 1];
        greatest[n / 2] = a[n - 1] > b[n - 1] ? a[n - 1] : b[n - 1];
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

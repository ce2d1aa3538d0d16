/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fast_math.h"
#include "reference_kernels.h"
#include "simd.h"
#include <algorithm>

namespace gr {
namespace isac {
namespace dsp {

namespace {

// The compiler splits these where the registers are shorter.
typedef float lanes __attribute__((vector_size(32)));
typedef float unaligned_lanes __attribute__((vector_size(32), aligned(4), may_alias));

} // namespace

ISAC_SIMD void read_reference(const float* cells,
                              const float* known_re,
                              const float* known_im,
                              float scale,
                              std::uint32_t start,
                              std::uint32_t step,
                              int n,
                              float* __restrict__ re,
                              float* __restrict__ im)
{
    for (int i = 0; i < n; ++i) {
        float c, s;
        fast_cos_sin(start + step * static_cast<std::uint32_t>(i), c, s);
        const float a = scale * cells[2 * i], b = scale * cells[2 * i + 1];
        const float x = a * known_re[i] - b * known_im[i];
        const float y = a * known_im[i] + b * known_re[i];
        re[i] = x * c - y * s;
        im[i] = x * s + y * c;
    }
}

ISAC_SIMD void turn_planes(std::uint32_t start,
                           std::uint32_t step,
                           int n,
                           float* __restrict__ re,
                           float* __restrict__ im)
{
    for (int i = 0; i < n; ++i) {
        float c, s;
        fast_cos_sin(start + step * static_cast<std::uint32_t>(i), c, s);
        const float x = re[i] * c - im[i] * s;
        im[i] = re[i] * s + im[i] * c;
        re[i] = x;
    }
}

ISAC_SIMD void add_bundles(const float* x, int n, int bundle, float* __restrict__ sums)
{
    if (bundle == 4) {
        for (int i = 0; i < n / 4; ++i) {
            sums[i] = (x[4 * i] + x[4 * i + 1]) + (x[4 * i + 2] + x[4 * i + 3]);
        }
    } else if (bundle == 2) {
        for (int i = 0; i < n / 2; ++i) {
            sums[i] = x[2 * i] + x[2 * i + 1];
        }
    } else {
        std::copy(x, x + n, sums);
    }
}

ISAC_SIMD void combine_planes(const float* const* planes,
                              const float* weights_a,
                              const float* weights_b,
                              int n_planes,
                              int n,
                              float* __restrict__ out_a,
                              float* __restrict__ out_b)
{
    for (int i = 0; i < n; i += PLANE_BLOCK) {
        lanes a0 = {}, a1 = {}, b0 = {}, b1 = {};
        for (int p = 0; p < n_planes; ++p) {
            // No auto here: it would drop the alignment.
            const unaligned_lanes* x =
                reinterpret_cast<const unaligned_lanes*>(planes[p] + i);
            const lanes x0 = x[0], x1 = x[1];
            a0 += weights_a[p] * x0;
            a1 += weights_a[p] * x1;
            b0 += weights_b[p] * x0;
            b1 += weights_b[p] * x1;
        }
        unaligned_lanes* to_a = reinterpret_cast<unaligned_lanes*>(out_a + i);
        unaligned_lanes* to_b = reinterpret_cast<unaligned_lanes*>(out_b + i);
        to_a[0] = a0;
        to_a[1] = a1;
        to_b[0] = b0;
        to_b[1] = b1;
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "lanes.h"
#include "reference_kernels.h"
#include "simd.h"
#include <algorithm>

namespace gr {
namespace isac {
namespace dsp {

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
    constexpr lane_indices RE = { 0, 2, 4, 6, 8, 10, 12, 14 };
    constexpr lane_indices IM = { 1, 3, 5, 7, 9, 11, 13, 15 };
    lanes c, s;
    float step_c, step_s;
    cos_sin_from(start, step, c, s);
    c *= scale;
    s *= scale;
    fast_cos_sin(8 * step, step_c, step_s);
    int i = 0;
    for (; i + 8 <= n; i += 8) {
        lanes low, high, kr, ki;
        load(cells + 2 * i, low);
        load(cells + 2 * i + 8, high);
        load(known_re + i, kr);
        load(known_im + i, ki);
        lanes x = __builtin_shuffle(low, high, RE), y = __builtin_shuffle(low, high, IM);
        turn(kr, ki, x, y);
        turn(c, s, x, y);
        store(x, re + i);
        store(y, im + i);
        const lanes next = c * step_c - s * step_s;
        s = c * step_s + s * step_c;
        c = next;
    }
    for (int lane = 0; i < n; ++i, ++lane) {
        const float a = cells[2 * i], b = cells[2 * i + 1];
        const float x = a * known_re[i] - b * known_im[i];
        const float y = a * known_im[i] + b * known_re[i];
        re[i] = x * c[lane] - y * s[lane];
        im[i] = x * s[lane] + y * c[lane];
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
                              const float* weights,
                              int n_planes,
                              int n,
                              float* __restrict__ out)
{
    for (int i = 0; i < n; i += PLANE_BLOCK) {
        lanes a = {}, b = {};
        for (int p = 0; p < n_planes; ++p) {
            lanes x, y;
            load(planes[p] + i, x);
            load(planes[p] + i + 8, y);
            a += weights[p] * x;
            b += weights[p] * y;
        }
        store(a, out + i);
        store(b, out + i + 8);
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "lanes.h"
#include "simd.h"
#include "spread_kernels.h"
#include <cstdint>

namespace gr {
namespace isac {
namespace dsp {

namespace {

// Of four complex numbers.
constexpr lane_indices RE = { 0, 0, 2, 2, 4, 4, 6, 6 }, IM = { 1, 1, 3, 3, 5, 5, 7, 7 };
constexpr lane_indices SWAPPED = { 1, 0, 3, 2, 5, 4, 7, 6 };

/// Four complex numbers times i.
ISAC_INLINE void turn_left(const lanes& x, lanes& out)
{
    constexpr lane_indices SIGNS = { INT32_MIN, 0, INT32_MIN, 0,
                                     INT32_MIN, 0, INT32_MIN, 0 };
    const lanes swapped = __builtin_shuffle(x, SWAPPED);
    out = (lanes)((lane_indices)swapped ^ SIGNS);
}

// A complex float as the eight bytes that it is: four of them make eight lanes.
typedef double two_floats __attribute__((may_alias));
typedef double four_pairs __attribute__((vector_size(32)));

ISAC_SIMD void multiply_all(const float* __restrict__ x,
                            const float* __restrict__ a,
                            const float* __restrict__ b,
                            float share,
                            int n,
                            float* __restrict__ out)
{
    int i = 0;
    for (; i + 8 <= 2 * n; i += 8) {
        lanes y, gain, to;
        load(x + i, y);
        load(a + i, gain);
        load(b + i, to);
        gain += share * (to - gain);
        lanes turned;
        turn_left(y, turned);
        y = y * __builtin_shuffle(gain, RE) + turned * __builtin_shuffle(gain, IM);
        store(y, out + i);
    }
    for (; i < 2 * n; i += 2) {
        const float re = a[i] + share * (b[i] - a[i]);
        const float im = a[i + 1] + share * (b[i + 1] - a[i + 1]);
        out[i] = x[i] * re - x[i + 1] * im;
        out[i + 1] = x[i + 1] * re + x[i] * im;
    }
}

ISAC_SIMD void multiply_all(const float* __restrict__ x,
                            const float* __restrict__ a,
                            int n,
                            float* __restrict__ out)
{
    int i = 0;
    for (; i + 8 <= 2 * n; i += 8) {
        lanes y, gain, turned;
        load(x + i, y);
        load(a + i, gain);
        turn_left(y, turned);
        y = y * __builtin_shuffle(gain, RE) + turned * __builtin_shuffle(gain, IM);
        store(y, out + i);
    }
    for (; i < 2 * n; i += 2) {
        out[i] = x[i] * a[i] - x[i + 1] * a[i + 1];
        out[i + 1] = x[i + 1] * a[i] + x[i] * a[i + 1];
    }
}

ISAC_SIMD void correlate_all(
    const float* chips, int step, const float* known, int n, float* re, float* im)
{
    lanes re_sums[2] = {}, im_sums[2] = {}; // pairs of lanes are one sum
    const auto* x = reinterpret_cast<const two_floats*>(chips);
    int i = 0;
    for (; i + 8 <= n; i += 8) {
        for (int k = 0; k < 2; ++k, x += 4 * step) {
            const four_pairs four = { x[0], x[step], x[2 * step], x[3 * step] };
            const lanes y = (lanes)four;
            lanes p, turned;
            load(known + 2 * i + 8 * k, p);
            turn_left(p, turned);
            re_sums[k] += y * p;
            im_sums[k] += y * turned;
        }
    }
    *re = sum_of(re_sums[0] + re_sums[1]);
    *im = sum_of(im_sums[0] + im_sums[1]);
    for (chips += 2 * i * step; i < n; ++i, chips += 2 * step) {
        *re += chips[0] * known[2 * i] + chips[1] * known[2 * i + 1];
        *im += chips[1] * known[2 * i] - chips[0] * known[2 * i + 1];
    }
}

} // namespace

void multiply_by_line(
    const float* x, const float* a, const float* b, float share, int n, float* out)
{
    b ? multiply_all(x, a, b, share, n, out) : multiply_all(x, a, n, out);
}

std::complex<float>
correlate(const std::complex<float>* chips, int step, const float* known, int n)
{
    float re, im;
    correlate_all(reinterpret_cast<const float*>(chips), step, known, n, &re, &im);
    return { re, im };
}

} // namespace dsp
} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pilot_kernels.h"
#include "simd.h"

namespace gr {
namespace isac {
namespace dsp {

namespace {

// Of the prediction, critically damped: it remembers 0.7 of what it knew a row ago.
constexpr float LEVEL_GAIN = 0.51f, TREND_GAIN = 0.09f;

} // namespace

ISAC_SIMD void turn_pilots(std::uint32_t start,
                           std::uint32_t step,
                           const int* at,
                           int n,
                           float* __restrict__ re,
                           float* __restrict__ im)
{
    for (int i = 0; i < n; ++i) {
        float c, s;
        fast_cos_sin(start + step * static_cast<std::uint32_t>(at[i]), c, s);
        const float x = re[i] * c - im[i] * s;
        im[i] = re[i] * s + im[i] * c;
        re[i] = x;
    }
}

ISAC_SIMD float sum_of_squares(const float* re, const float* im, int n)
{
    constexpr int LANES = 8;
    float s[LANES] = {};
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (int j = 0; j < LANES; ++j) {
            s[j] += re[i + j] * re[i + j] + im[i + j] * im[i + j];
        }
    }
    for (; i < n; ++i) {
        s[0] += re[i] * re[i] + im[i] * im[i];
    }
    return ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));
}

ISAC_SIMD void correlate(const float* xr,
                         const float* xi,
                         const float* yr,
                         const float* yi,
                         const float* tr,
                         const float* ti,
                         float back,
                         int n,
                         double* sum_re,
                         double* sum_im)
{
    constexpr int LANES = 8;
    float sr[LANES] = {}, si[LANES] = {};
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (int j = 0; j < LANES; ++j) {
            const float zr = yr[i + j] - back * tr[i + j];
            const float zi = yi[i + j] - back * ti[i + j];
            sr[j] += xr[i + j] * zr + xi[i + j] * zi;
            si[j] += xi[i + j] * zr - xr[i + j] * zi;
        }
    }
    for (; i < n; ++i) {
        const float zr = yr[i] - back * tr[i], zi = yi[i] - back * ti[i];
        sr[0] += xr[i] * zr + xi[i] * zi;
        si[0] += xi[i] * zr - xr[i] * zi;
    }
    *sum_re = ((sr[0] + sr[1]) + (sr[2] + sr[3])) + ((sr[4] + sr[5]) + (sr[6] + sr[7]));
    *sum_im = ((si[0] + si[1]) + (si[2] + si[3])) + ((si[4] + si[5]) + (si[6] + si[7]));
}

ISAC_SIMD void turn_and_predict(std::complex<float> by,
                                float* __restrict__ re,
                                float* __restrict__ im,
                                float* __restrict__ next_re,
                                float* __restrict__ next_im,
                                float* __restrict__ trend_re,
                                float* __restrict__ trend_im,
                                int n)
{
    const float c = by.real(), s = by.imag();
    for (int i = 0; i < n; ++i) {
        const float x = re[i] * c - im[i] * s;
        const float y = re[i] * s + im[i] * c;
        const float dx = x - next_re[i], dy = y - next_im[i];
        re[i] = x;
        im[i] = y;
        trend_re[i] += TREND_GAIN * dx;
        trend_im[i] += TREND_GAIN * dy;
        next_re[i] += LEVEL_GAIN * dx + trend_re[i];
        next_im[i] += LEVEL_GAIN * dy + trend_im[i];
    }
}

ISAC_SIMD void add_scaled_pilots(const float* __restrict__ in,
                                 float weight,
                                 int n,
                                 float* __restrict__ out)
{
    for (int i = 0; i < n; ++i) {
        out[i] += weight * in[i];
    }
}

ISAC_SIMD float bend(const float* a, const float* b, const float* c, int n)
{
    float sums[8] = {};
    for (int i = 0; i < n; ++i) {
        const float x = b[i] - 0.5f * (a[i] + c[i]);
        sums[i % 8] += x * x;
    }
    float sum = 0;
    for (const float s : sums) {
        sum += s;
    }
    return sum;
}

} // namespace dsp
} // namespace isac
} // namespace gr

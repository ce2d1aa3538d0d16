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
    float s[PILOT_GROUPS] = {};
    for (int i = 0; i < n; i += PILOT_GROUPS) {
        for (int g = 0; g < PILOT_GROUPS; ++g) {
            s[g] += re[i + g] * re[i + g] + im[i + g] * im[i + g];
        }
    }
    return ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));
}

ISAC_SIMD void correlate(const float* xr,
                         const float* xi,
                         const float* yr,
                         const float* yi,
                         const float* tr,
                         const float* ti,
                         int n,
                         group_sums* ahead,
                         group_sums* level)
{
    constexpr int G = PILOT_GROUPS;
    float yy_re[G] = {}, yy_im[G] = {}, tt_re[G] = {}, tt_im[G] = {};
    for (int i = 0; i < n; i += G) {
        for (int g = 0; g < G; ++g) {
            const float a = xr[i + g], b = xi[i + g];
            yy_re[g] += a * yr[i + g] + b * yi[i + g];
            yy_im[g] += b * yr[i + g] - a * yi[i + g];
            tt_re[g] += a * tr[i + g] + b * ti[i + g];
            tt_im[g] += b * tr[i + g] - a * ti[i + g];
        }
    }
    for (int g = 0; g < G; ++g) {
        ahead->re[g] = yy_re[g];
        ahead->im[g] = yy_im[g];
        level->re[g] = yy_re[g] - tt_re[g];
        level->im[g] = yy_im[g] - tt_im[g];
    }
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

ISAC_SIMD void combine_rows(const float* const* rows,
                            const float* weights,
                            int n_rows,
                            int n,
                            float* __restrict__ out)
{
    for (int i = 0; i < n; i += PILOT_GROUPS) {
        float sums[PILOT_GROUPS] = {};
        for (int row = 0; row < n_rows; ++row) {
            for (int g = 0; g < PILOT_GROUPS; ++g) {
                sums[g] += weights[row] * rows[row][i + g];
            }
        }
        for (int g = 0; g < PILOT_GROUPS; ++g) {
            out[i + g] = sums[g];
        }
    }
}

ISAC_SIMD float bend(const float* a, const float* b, const float* c, int n)
{
    float sums[PILOT_GROUPS] = {};
    for (int i = 0; i < n; i += PILOT_GROUPS) {
        for (int g = 0; g < PILOT_GROUPS; ++g) {
            const float x = b[i + g] - 0.5f * (a[i + g] + c[i + g]);
            sums[g] += x * x;
        }
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

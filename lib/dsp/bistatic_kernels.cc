/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bistatic_kernels.h"
#include "fast_math.h"
#include "simd.h"
#include <cstdint>

namespace gr {
namespace isac {
namespace dsp {

namespace {

// Of the mean power of a cell. Weaker cells count less than dividing by them would make
// them: for spread symbols the noise grows by 3.7 dB, and echoes that reach the line of
// sight's tap through the unequal powers are 14 dB below those of a matched filter.
constexpr float WEAK = 0.05f;

constexpr int LANES = 8; // separate sums, or the additions wait for each other

/// Whether both are finite: the exponent of neither is all ones. No compiler option may
/// take this for always true.
ISAC_INLINE bool is_finite(float a, float b)
{
    constexpr std::uint32_t exponent = 0x7f800000;
    return ((bits_as<std::uint32_t>(a) & exponent) != exponent) &
           ((bits_as<std::uint32_t>(b) & exponent) != exponent);
}

} // namespace

ISAC_SIMD float take_row(const float* x,
                         const float* y,
                         const float* w,
                         int n,
                         float* __restrict__ re,
                         float* __restrict__ im)
{
    float energy[LANES] = {};
    for (int k = 0; k < n; ++k) {
        const float power = x[2 * k] * x[2 * k] + x[2 * k + 1] * x[2 * k + 1];
        const float share = w[k] / (power + WEAK);
        const float xr = x[2 * k] * share, xi = x[2 * k + 1] * share;
        const float a = y[2 * k] * xr + y[2 * k + 1] * xi;
        const float b = y[2 * k + 1] * xr - y[2 * k] * xi;
        const bool good = is_finite(a, b);
        re[k] = good ? a : 0.0f;
        im[k] = good ? b : 0.0f;
        energy[k % LANES] += good ? x[2 * k] * xr + x[2 * k + 1] * xi : 0.0f;
    }
    float sum = 0;
    for (const float e : energy) {
        sum += e;
    }
    return sum;
}

ISAC_SIMD tap_sums sum_turned(
    const float* re, const float* im, std::uint32_t start, std::uint32_t step, int n)
{
    float s[4][LANES] = {};
    for (int at = 0; at < n; at += LANES) { // planes are filled up with zeros
        for (int i = 0; i < LANES; ++i) {
            const int k = at + i;
            float c, d;
            fast_cos_sin(start + step * static_cast<std::uint32_t>(k), c, d);
            const float a = re[k] * c - im[k] * d, b = re[k] * d + im[k] * c;
            const float far = static_cast<float>(k - n / 2);
            s[0][i] += a;
            s[1][i] += b;
            s[2][i] += a * far;
            s[3][i] += b * far;
        }
    }
    float sums[4] = {};
    for (int j = 0; j < 4; ++j) {
        for (int i = 0; i < LANES; ++i) {
            sums[j] += s[j][i];
        }
    }
    return { sums[0], sums[1], sums[2], sums[3] };
}

ISAC_SIMD void
turn_row(const float* y, std::uint32_t start, std::uint32_t step, int n, float* out)
{
    for (int k = 0; k < n; ++k) {
        float c, s;
        fast_cos_sin(start + step * static_cast<std::uint32_t>(k), c, s);
        const float re = y[2 * k], im = y[2 * k + 1];
        const bool good = is_finite(re, im);
        out[2 * k] = good ? re * c - im * s : 0.0f;
        out[2 * k + 1] = good ? re * s + im * c : 0.0f;
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

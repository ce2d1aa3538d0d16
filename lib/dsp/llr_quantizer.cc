/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fast_math.h"
#include "require.h"
#include "simd.h"
#include <gnuradio/isac/dsp/llr_quantizer.h>
#include <algorithm>
#include <cmath>
#include <limits>

namespace gr {
namespace isac {
namespace dsp {

namespace {

// Steps per unit of LLR: more clips more, less rounds more. The kernel keeps 6 bits of a
// pair. Against a decoder in float, from QPSK to 256-QAM, rate 1/2 to 3/4, with and
// without fading, this multiplies the bit error rate by 1.0 to 1.5: below 0.1 dB. Half
// and twice as many steps, or a noise variance that is wrong by as much, cost 0.2 to
// 0.4 dB more.
constexpr float STEPS_PER_LLR = 12.0f;

// What the mean magnitude has at least, of 128: LLRs that are all too small still decode.
constexpr float LEAST_MEAN = 24.0f;

// Finite, but no longer a likelihood; a sum of any number of them is finite too.
constexpr float HUGE_LLR = 1e25f;

constexpr int N_LANES = 16; // sums side by side: one would be a chain of additions

// No function of std here: in the AVX2 version of a function GCC would call it and not
// vectorise.
ISAC_INLINE float larger(float a, float b) { return a > b ? a : b; }
ISAC_INLINE float smaller(float a, float b) { return a < b ? a : b; }
ISAC_INLINE float known(float llr)
{
    return fabsf(llr) <= std::numeric_limits<float>::max() ? llr : 0.0f;
}

ISAC_SIMD float mean_magnitude(const float* llrs, int n)
{
    float sums[N_LANES] = {};
    const int n_whole = n - n % N_LANES;
    for (int i = 0; i < n_whole; i += N_LANES) {
        for (int lane = 0; lane < N_LANES; ++lane) {
            sums[lane] += smaller(fabsf(known(llrs[i + lane])), HUGE_LLR);
        }
    }
    for (int i = n_whole; i < n; ++i) {
        sums[0] += smaller(fabsf(known(llrs[i])), HUGE_LLR);
    }
    float sum = 0;
    for (const float s : sums) {
        sum += s;
    }
    return sum / n;
}

ISAC_SIMD void quantize(const float* llrs, int n, float scale, std::uint8_t* soft)
{
    for (int i = 0; i < n; ++i) {
        const float x = known(llrs[i]) * scale;
        soft[i] = static_cast<int>(128.5f - smaller(larger(x, -127.0f), 128.0f));
    }
}

ISAC_SIMD void quantize_signed(const float* llrs, int n, std::int8_t* soft)
{
    // Adding 1.5 * 2^23 rounds to nearest even: what is left of the mantissa is the
    // number.
    constexpr float ROUNDER = 12582912.0f;
    for (int i = 0; i < n; ++i) {
        const float x = known(llrs[i]) * LLR_STEPS;
        const float y = smaller(larger(x, -SOFT_MAX), SOFT_MAX) + ROUNDER;
        soft[i] = static_cast<std::int8_t>(bits_as<std::int32_t>(y));
    }
}

} // namespace

void quantize_llrs(span<const float> llrs, span<std::int8_t> soft)
{
    require_len("soft", soft.size(), llrs.size());
    quantize_signed(llrs.data(), static_cast<int>(llrs.size()), soft.data());
}

void quantize_llrs(span<const float> llrs, span<std::uint8_t> soft)
{
    require_len("soft", soft.size(), llrs.size());
    const int n = static_cast<int>(llrs.size());
    const float mean = n > 0 ? mean_magnitude(llrs.data(), n) : 0;
    // A mean too small to divide by is no information either.
    const float least = mean > 1e-30f ? LEAST_MEAN / mean : 0;
    const float scale = std::max(STEPS_PER_LLR, least);
    quantize(llrs.data(), n, scale, soft.data());
}

} // namespace dsp
} // namespace isac
} // namespace gr

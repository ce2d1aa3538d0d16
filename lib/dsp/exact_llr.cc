/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "exact_llr.h"
#include "fast_math.h"
#include "simd.h"
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int BLOCK = 64; // parts
constexpr int MAX_LEVELS = 16;
constexpr float LOG2_E = 1.4426950408889634f;
constexpr float LEAST_EXPONENT = -120; // what is less adds nothing to 1

/// Amplitude of the bits in \p index, the first of them on top, in units of a half
/// distance: 3GPP TS 38.211, 5.1.
int amplitude(int index, int n_bits)
{
    int a = 1;
    for (int bit = 0; bit < n_bits; ++bit) {
        const int sign = index >> bit & 1 ? -1 : 1;
        a = sign * (bit == 0 ? a : (1 << bit) - a);
    }
    return a;
}

ISAC_INLINE float smaller(float a, float b) { return a < b ? a : b; }
ISAC_INLINE float larger(float a, float b) { return a > b ? a : b; }

/// log sum exp(-d / noise) over the amplitudes whose bit is 0, less the same where it is
/// 1: each sum relative to its largest term.
ISAC_SIMD void llrs_of_bit(const float* parts,
                           const float* inverse_noise,
                           const float* levels,
                           int n_levels,
                           int mask,
                           float* __restrict__ llrs)
{
    for (int i = 0; i < BLOCK; ++i) {
        float nearest[2] = { 1e30f, 1e30f }, sum[2] = { 0, 0 };
        for (int x = 0; x < n_levels; ++x) {
            const float d = (parts[i] - levels[x]) * (parts[i] - levels[x]);
            const bool one = x & mask;
            nearest[0] = one ? nearest[0] : smaller(nearest[0], d);
            nearest[1] = one ? smaller(nearest[1], d) : nearest[1];
        }
        for (int x = 0; x < n_levels; ++x) {
            const float d = (parts[i] - levels[x]) * (parts[i] - levels[x]);
            const bool one = x & mask;
            const float exponent =
                (one ? nearest[1] - d : nearest[0] - d) * inverse_noise[i] * LOG2_E;
            const float term = fast_exp2(larger(exponent, LEAST_EXPONENT));
            sum[0] += one ? 0 : term;
            sum[1] += one ? term : 0;
        }
        llrs[i] = (nearest[1] - nearest[0]) * inverse_noise[i] + fast_log(sum[0]) -
                  fast_log(sum[1]);
    }
}

} // namespace

void exact_llrs(
    int n_bits, const float* parts, const float* noise_var, int n, float* llrs)
{
    const int n_levels = 1 << n_bits;
    const float a = std::sqrt(1.5f / ((1 << 2 * n_bits) - 1));
    float levels[MAX_LEVELS];
    for (int x = 0; x < n_levels; ++x) {
        levels[x] = a * amplitude(x, n_bits);
    }
    for (int first = 0; first < 2 * n; first += BLOCK) {
        float part[BLOCK] = {}, inverse[BLOCK] = {}, out[BLOCK];
        const int here = 2 * n - first < BLOCK ? 2 * n - first : BLOCK;
        for (int i = 0; i < here; ++i) {
            part[i] = parts[first + i];
            inverse[i] = 1 / noise_var[(first + i) / 2];
        }
        for (int bit = 0; bit < n_bits; ++bit) {
            llrs_of_bit(part, inverse, levels, n_levels, 1 << (n_bits - 1 - bit), out);
            for (int i = 0; i < here; ++i) {
                const int symbol = (first + i) / 2;
                llrs[2 * (symbol * n_bits + bit) + i % 2] = out[i];
            }
        }
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

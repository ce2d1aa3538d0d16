/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "lanes.h"
#include "mmse_kernels.h"
#include "simd.h"

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int N = 8;
constexpr int SAMPLED = 4; // every so many groups of N cells tell how straight they are

/// A turn from which to go on by others.
struct turner {
    lanes c, s;
    float step_c, step_s;

    ISAC_INLINE turner(std::uint32_t start, std::uint32_t step, int n_cells)
    {
        cos_sin_from(start, step, c, s);
        fast_cos_sin(step * static_cast<std::uint32_t>(n_cells), step_c, step_s);
    }

    ISAC_INLINE void go_on()
    {
        const lanes x = c * step_c - s * step_s;
        s = c * step_s + s * step_c;
        c = x;
    }
};

ISAC_INLINE void between(const float* a, const float* b, float share, lanes& x)
{
    lanes to;
    load(a, x);
    load(b, to);
    x += share * (to - x);
}

/// Gains of N cells from \p at on, re and im apart, and 1 / (|h|^2 + noise_var).
ISAC_INLINE void gains_of(
    const gain_side& s, const turner& t, int at, lanes& re, lanes& im, lanes& inverse)
{
    lanes hr, hi;
    between(s.from_re + at, s.to_re + at, s.share, hr);
    between(s.from_im + at, s.to_im + at, s.share, hi);
    inverse = 1 / (hr * hr + hi * hi + s.noise_var);
    re = inverse * (hr * t.c - hi * t.s);
    im = -inverse * (hr * t.s + hi * t.c);
}

/// To the order in memory.
ISAC_INLINE void interleave(const lanes& re, const lanes& im, lanes& low, lanes& high)
{
    constexpr lane_indices LOW = { 0, 8, 1, 9, 2, 10, 3, 11 };
    constexpr lane_indices HIGH = { 4, 12, 5, 13, 6, 14, 7, 15 };
    low = __builtin_shuffle(re, im, LOW);
    high = __builtin_shuffle(re, im, HIGH);
}

} // namespace

ISAC_SIMD float make_gains(const gain_side& in, float* gains)
{
    const gain_side s = in; // what is stored cannot change this one
    turner t(s.start, s.step, N);
    lanes sums = {}, inverse;
    float rest = 0;
    for (int at = 0; at < s.n; at += N, gains += 2 * N) {
        lanes re, im, low, high;
        gains_of(s, t, at, re, im, inverse);
        interleave(re, im, low, high);
        store(low, gains);
        store(high, gains + N);
        t.go_on();
        if (at + N <= s.n) {
            sums += inverse;
        }
    }
    for (int i = 0; i < s.n % N; ++i) {
        rest += inverse[i];
    }
    return sum_of(sums) + rest;
}

ISAC_SIMD void
compare_gains(const gain_side& s, const float* from, const float* to, gain_deviation* sum)
{
    constexpr int STRIDE = SAMPLED * N;
    turner t(s.start, s.step, STRIDE);
    lanes line = {}, ends = {}, noise = {};
    for (int at = 0; at < s.n; at += STRIDE) {
        lanes re, im, inverse, x[2];
        gains_of(s, t, at, re, im, inverse);
        interleave(re, im, x[0], x[1]);
        const lanes power = 1 / inverse;
        lanes weights[2];
        interleave(power, power, weights[0], weights[1]);
        for (int i = 0; i < 2; ++i) {
            lanes a, b;
            load(from + 2 * at + i * N, a);
            load(to + 2 * at + i * N, b);
            const lanes off = x[i] - 0.5f * (a + b), half = 0.5f * (b - a);
            line += weights[i] * off * off;
            ends += weights[i] * half * half;
        }
        noise += s.noise_var * inverse;
        t.go_on();
    }
    sum->line += sum_of(line);
    sum->ends += sum_of(ends);
    sum->noise += sum_of(noise);
}

ISAC_SIMD void
halve(const float* from, const float* to, int n, float* __restrict__ middle)
{
    for (int i = 0; i < n; ++i) {
        middle[i] = 0.5f * (from[i] + to[i]);
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

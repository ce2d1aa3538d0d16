/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "lanes.h"
#include "pilot_kernels.h"
#include "simd.h"
#include <gnuradio/isac/dsp/mmse_gains.h>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int N = mmse_gains::LANES;

// What straight lines may add to the error that the noise leaves.
constexpr float LINE_ERROR = 0.02f;
constexpr int SAMPLED = 4; // every so many groups of N cells tell how straight they are

// Samples that the timing of a row may be off its line: the edge of the widest band turns
// by 1e-3 rad then, and leaves -60 dB behind.
constexpr double MOST_OFF = 3e-4;

/// The cells of a side, and the channel on them: between two planes, turned.
struct side {
    const float *from_re, *from_im, *to_re, *to_im;
    float share, noise_var;
    std::uint32_t start, step; // turn of the first cell, and from each to the next
    int n;
};

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
ISAC_INLINE void
gains_of(const side& s, const turner& t, int at, lanes& re, lanes& im, lanes& inverse)
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

/// Moves on by the step, which then leads to x.
ISAC_INLINE void aim_at(const lanes& x, bool is_fresh, float* from, float* step)
{
    lanes base = {}, last;
    if (!is_fresh) {
        load(from, base);
        load(step, last);
        base += last;
    }
    store(base, from);
    store(x - base, step);
}

/// \returns the sum of 1 / (|h|^2 + noise_var).
ISAC_SIMD float aim_side(const side& in, bool is_fresh, float* from, float* step)
{
    const side s = in; // what is stored cannot change this one
    turner t(s.start, s.step, N);
    lanes sums = {}, inverse;
    float rest = 0;
    for (int at = 0; at < s.n; at += N, from += 2 * N, step += 2 * N) {
        lanes re, im, low, high;
        gains_of(s, t, at, re, im, inverse);
        interleave(re, im, low, high);
        aim_at(low, is_fresh, from, step);
        aim_at(high, is_fresh, from + N, step + N);
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

/// What the lines miss by in the middle, and what the noise leaves there.
struct deviation {
    float line, noise;
};

/// Both summed over some of the cells.
ISAC_SIMD void
compare_side(const side& s, const float* from, const float* step, deviation* sum)
{
    constexpr int STRIDE = SAMPLED * N;
    turner t(s.start, s.step, STRIDE);
    lanes line = {}, noise = {};
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
            load(step + 2 * at + i * N, b);
            const lanes off = x[i] - (a + 0.5f * b);
            line += weights[i] * off * off;
        }
        noise += s.noise_var * inverse;
        t.go_on();
    }
    sum->line += sum_of(line);
    sum->noise += sum_of(noise);
}

/// The channel above DC, or below it.
side side_of(const row_channel& c,
             float share,
             double delay,
             float noise_var,
             const mmse_gains::band& b,
             bool is_below)
{
    const double step = -delay / b.fft_len;
    const int from_dc = is_below ? -b.half : 1, first = b.dc + from_dc;
    return { c.from_re + first,
             c.from_im + first,
             c.to_re + first,
             c.to_im + first,
             share,
             noise_var,
             angle_of(step * from_dc),
             angle_of(step),
             b.half };
}

float* floats(volk::vector<std::complex<float>>& x, int at)
{
    return reinterpret_cast<float*>(x.data() + at);
}

} // namespace

mmse_gains::mmse_gains(int fft_len, int n_cells, int n_used)
    : d_band{ fft_len, n_cells / 2, n_used / 2 }, d_stride((d_band.half + N - 1) / N * N)
{
    for (auto* l : { &d_span_lines, &d_row_lines }) {
        l->from.resize(2 * d_stride);
        l->step.resize(2 * d_stride);
    }
}

/// \returns 1 minus the mean of the MMSE weights.
float mmse_gains::aim(const row_channel& c,
                      float share,
                      double delay,
                      float noise_var,
                      bool is_fresh,
                      lines& l)
{
    float sum = 0;
    for (int i = 0; i < 2; ++i) {
        sum += aim_side(side_of(c, share, delay, noise_var, d_band, i == 1),
                        is_fresh,
                        floats(l.from, i * d_stride),
                        floats(l.step, i * d_stride));
    }
    return noise_var * sum / (2 * d_band.half);
}

bool mmse_gains::is_straight(const row_channel& c, float noise_var)
{
    const double delay = 0.5 * (c.from_delay + c.to_delay);
    deviation sum = {};
    for (int i = 0; i < 2; ++i) {
        compare_side(side_of(c, 0.5f, delay, noise_var, d_band, i == 1),
                     floats(d_span_lines.from, i * d_stride),
                     floats(d_span_lines.step, i * d_stride),
                     &sum);
    }
    return sum.line <= LINE_ERROR * sum.noise;
}

void mmse_gains::begin_span(const row_channel& c, float noise_var)
{
    const bool goes_on = c.span == d_span + 1 && c.from_re == d_to_re &&
                         c.from_re != c.to_re && c.from_delay == d_to_delay;
    d_from_missing =
        goes_on ? d_to_missing : aim(c, 0, c.from_delay, noise_var, true, d_span_lines);
    d_to_missing = aim(c, 1, c.to_delay, noise_var, false, d_span_lines);
    d_is_straight = is_straight(c, noise_var);
    d_span = c.span;
    d_to_re = c.to_re;
    d_to_delay = c.to_delay;
}

mmse_gains::view mmse_gains::of(const row_channel& c, float noise_var)
{
    if (c.span != d_span) {
        begin_span(c, noise_var);
    }
    const double on_line = c.from_delay + c.share * (c.to_delay - c.from_delay);
    if (d_is_straight && std::abs(c.rotation.delay - on_line) < MOST_OFF) {
        return view_of(d_span_lines,
                       c.share,
                       d_from_missing + c.share * (d_to_missing - d_from_missing));
    }
    const float missing = aim(c, c.share, c.rotation.delay, noise_var, true, d_row_lines);
    return view_of(d_row_lines, 1, missing);
}

mmse_gains::view mmse_gains::view_of(const lines& l, float share, float missing) const
{
    return { { l.from.data(), l.step.data() },
             { l.from.data() + d_stride, l.step.data() + d_stride },
             share,
             missing };
}

} // namespace dsp
} // namespace isac
} // namespace gr

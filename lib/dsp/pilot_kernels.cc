/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "lanes.h"
#include "pilot_kernels.h"
#include "simd.h"

namespace gr {
namespace isac {
namespace dsp {

namespace {

// Of the prediction, critically damped: it remembers 0.7 of what it knew a row ago.
constexpr float LEVEL_GAIN = 0.51f, TREND_GAIN = 0.09f;

typedef double four_cells __attribute__((vector_size(32)));
constexpr lane_indices EVEN = { 0, 2, 8, 10, 4, 6, 12, 14 };
constexpr lane_indices ODD = { 1, 3, 9, 11, 5, 7, 13, 15 };

ISAC_INLINE void turns_at(
    std::uint32_t start, std::uint32_t step, const int* at, lanes& cosine, lanes& sine)
{
    float c[PILOT_GROUPS], s[PILOT_GROUPS];
    for (int g = 0; g < PILOT_GROUPS; ++g) {
        fast_cos_sin(start + step * static_cast<std::uint32_t>(at[g]), c[g], s[g]);
    }
    load(c, cosine);
    load(s, sine);
}

/// Turns of the places in order; a regular comb needs no more than two of them.
class turner
{
public:
    ISAC_INLINE explicit turner(const pilot_turns& turns) : d_turns(turns)
    {
        turns_at(turns.start, turns.step, turns.at, d_c, d_s);
        float c, s;
        fast_cos_sin(turns.step * static_cast<std::uint32_t>(turns.stride), c, s);
        d_step_c = c - lanes{};
        d_step_s = s - lanes{};
    }

    ISAC_INLINE void turn_next(int i, lanes& re, lanes& im)
    {
        if (d_turns.stride == 0) {
            turns_at(d_turns.start, d_turns.step, d_turns.at + i, d_c, d_s);
        }
        turn(d_c, d_s, re, im);
        turn(d_step_c, d_step_s, d_c, d_s);
    }

private:
    const pilot_turns& d_turns;
    lanes d_c, d_s, d_step_c, d_step_s;
};

ISAC_INLINE void
take_moments(const lanes& re, const lanes& im, const lanes& c, moments* m)
{
    lanes x = re, y = im;
    for (int i = 0; i < 3; ++i) {
        m->re[i] = sum_of(x);
        m->im[i] = sum_of(y);
        x *= c;
        y *= c;
    }
}

ISAC_INLINE float norm(float re, float im) { return re * re + im * im; }

} // namespace

int common_step(const int* at, int n)
{
    const int step = n > PILOT_GROUPS ? at[PILOT_GROUPS] - at[0] : 0;
    for (int i = PILOT_GROUPS; i < n; ++i) {
        if (at[i] - at[i - PILOT_GROUPS] != step) {
            return 0;
        }
    }
    return step;
}

ISAC_SIMD float read_pilots(const double* cells,
                            const int* from,
                            const float* divisors,
                            float scale,
                            const pilot_turns& turns,
                            int n,
                            float* re,
                            float* im)
{
    turner t(turns);
    lanes power = {};
    for (int i = 0; i < n; i += PILOT_GROUPS, from += PILOT_GROUPS) {
        const four_cells a = {
            cells[from[0]], cells[from[1]], cells[from[4]], cells[from[5]]
        };
        const four_cells b = {
            cells[from[2]], cells[from[3]], cells[from[6]], cells[from[7]]
        };
        const auto x = reinterpret_cast<const lanes&>(a);
        const auto y = reinterpret_cast<const lanes&>(b);
        lanes yr = scale * __builtin_shuffle(x, y, EVEN);
        lanes yi = scale * __builtin_shuffle(x, y, ODD);
        lanes pr, pi;
        load(divisors + i, pr);
        load(divisors + n + i, pi);
        turn(pr, pi, yr, yi);
        t.turn_next(i, yr, yi);
        power += yr * yr + yi * yi;
        store(yr, re + i);
        store(yi, im + i);
    }
    return sum_of(power);
}

ISAC_SIMD void turn_pilots(const pilot_turns& turns, int n, float* re, float* im)
{
    turner t(turns);
    for (int i = 0; i < n; i += PILOT_GROUPS) {
        lanes x, y;
        load(re + i, x);
        load(im + i, y);
        t.turn_next(i, x, y);
        store(x, re + i);
        store(y, im + i);
    }
}

ISAC_SIMD float sum_of_squares(const float* re, const float* im, int n)
{
    lanes sum = {};
    for (int i = 0; i < n; i += PILOT_GROUPS) {
        lanes x, y;
        load(re + i, x);
        load(im + i, y);
        sum += x * x + y * y;
    }
    return sum_of(sum);
}

ISAC_SIMD void compare_pilots(const float* xr,
                              const float* xi,
                              const float* yr,
                              const float* yi,
                              const float* tr,
                              const float* ti,
                              const float* centres,
                              const float* jump,
                              int n,
                              row_likeness* out)
{
    lanes ahead_re = {}, ahead_im = {}, trend_re = {}, trend_im = {};
    for (int i = 0; i < n; i += PILOT_GROUPS) {
        lanes a, b, c, d;
        load(xr + i, a);
        load(xi + i, b);
        load(yr + i, c);
        load(yi + i, d);
        ahead_re += a * c + b * d;
        ahead_im += b * c - a * d;
        load(tr + i, c);
        load(ti + i, d);
        trend_re += a * c + b * d;
        trend_im += b * c - a * d;
    }
    lanes c, jr, ji;
    load(centres, c);
    load(jump, jr);
    load(jump + PILOT_GROUPS, ji);
    take_moments(ahead_re, ahead_im, c, &out->ahead);
    take_moments(ahead_re - trend_re, ahead_im - trend_im, c, &out->level);
    const float rr = sum_of(ahead_re * jr), ii = sum_of(ahead_im * ji);
    const float ri = sum_of(ahead_re * ji), ir = sum_of(ahead_im * jr);
    out->stay = norm(out->ahead.re[0], out->ahead.im[0]);
    out->later = norm(rr - ii, ri + ir);
    out->sooner = norm(rr + ii, ir - ri);
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

ISAC_SIMD void combine_rows(
    const float* const* rows, const float* weights, int n_rows, int n, float* out)
{
    // Two sums each, or additions would wait for each other.
    for (int i = 0; i < n; i += 2 * PILOT_GROUPS) {
        lanes a0 = {}, a1 = {}, b0 = {}, b1 = {}, x, y;
        for (int row = 0; row + 1 < n_rows; row += 2) {
            load(rows[row] + i, x);
            load(rows[row] + i + PILOT_GROUPS, y);
            a0 += weights[row] * x;
            b0 += weights[row] * y;
            load(rows[row + 1] + i, x);
            load(rows[row + 1] + i + PILOT_GROUPS, y);
            a1 += weights[row + 1] * x;
            b1 += weights[row + 1] * y;
        }
        if (n_rows % 2) {
            load(rows[n_rows - 1] + i, x);
            load(rows[n_rows - 1] + i + PILOT_GROUPS, y);
            a0 += weights[n_rows - 1] * x;
            b0 += weights[n_rows - 1] * y;
        }
        store(a0 + a1, out + i);
        store(b0 + b1, out + i + PILOT_GROUPS);
    }
}

ISAC_SIMD float bend(const float* a, const float* b, const float* c, float share, int n)
{
    lanes sum = {};
    for (int i = 0; i < n; i += PILOT_GROUPS) {
        lanes x, y, z;
        load(a + i, x);
        load(b + i, y);
        load(c + i, z);
        const lanes off = y - x - share * (z - x);
        sum += off * off;
    }
    return sum_of(sum);
}

} // namespace dsp
} // namespace isac
} // namespace gr

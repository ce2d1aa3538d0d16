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
    const pilot_turns d_turns; // a copy: what is stored cannot change it
    lanes d_c, d_s, d_step_c, d_step_s;
};

/// Eight pilots as they come, their values divided out.
ISAC_INLINE void gather(const pilot_source& source, int i, int n, lanes& re, lanes& im)
{
    const double* cells = source.cells;
    const int* from = source.from + i;
    const four_cells a = {
        cells[from[0]], cells[from[1]], cells[from[4]], cells[from[5]]
    };
    const four_cells b = {
        cells[from[2]], cells[from[3]], cells[from[6]], cells[from[7]]
    };
    const auto x = reinterpret_cast<const lanes&>(a);
    const auto y = reinterpret_cast<const lanes&>(b);
    re = source.scale * __builtin_shuffle(x, y, EVEN);
    im = source.scale * __builtin_shuffle(x, y, ODD);
    lanes pr, pi;
    load(source.divisors + i, pr);
    load(source.divisors + n + i, pi);
    turn(pr, pi, re, im);
}

/// Eight pilots as they should be, and what they change by.
struct prediction {
    lanes re, im, trend_re, trend_im;

    ISAC_INLINE void load_from(const float* x)
    {
        load(x, re);
        load(x + PILOT_GROUPS, im);
        load(x + 2 * PILOT_GROUPS, trend_re);
        load(x + 3 * PILOT_GROUPS, trend_im);
    }

    ISAC_INLINE void store_to(float* x) const
    {
        store(re, x);
        store(im, x + PILOT_GROUPS);
        store(trend_re, x + 2 * PILOT_GROUPS);
        store(trend_im, x + 3 * PILOT_GROUPS);
    }

    /// They came as x.
    ISAC_INLINE void follow(const lanes& xr, const lanes& xi)
    {
        const lanes off_re = xr - re, off_im = xi - im;
        trend_re += TREND_GAIN * off_re;
        trend_im += TREND_GAIN * off_im;
        re += LEVEL_GAIN * off_re + trend_re;
        im += LEVEL_GAIN * off_im + trend_im;
    }
};

/// Settles a row, eight pilots at a time, and keeps the prediction.
class settler
{
public:
    ISAC_INLINE settler(const unsettled_pilots& row, float* predicted)
        : d_c(row.by.real() - lanes{}),
          d_s(row.by.imag() - lanes{}),
          d_re(row.re),
          d_im(row.im),
          d_predicted(predicted)
    {
    }

    ISAC_INLINE void settle(int i, prediction& next)
    {
        lanes x, y;
        load(d_re + i, x);
        load(d_im + i, y);
        turn(d_c, d_s, x, y);
        store(x, d_re + i);
        store(y, d_im + i);
        next.load_from(d_predicted + 4 * i);
        next.follow(x, y);
        next.store_to(d_predicted + 4 * i);
    }

private:
    const lanes d_c, d_s;
    float *const d_re, *const d_im, *const d_predicted;
};

ISAC_INLINE float norm(float re, float im) { return re * re + im * im; }

/// The sums of row_likeness, each part of the band for itself.
struct comparison {
    lanes power = {}, ahead_re = {}, ahead_im = {}, trend_re = {}, trend_im = {};

    ISAC_INLINE void add(const lanes& re, const lanes& im, const prediction& y)
    {
        power += re * re + im * im;
        ahead_re += re * y.re + im * y.im;
        ahead_im += im * y.re - re * y.im;
        trend_re += re * y.trend_re + im * y.trend_im;
        trend_im += im * y.trend_re - re * y.trend_im;
    }

    ISAC_INLINE row_likeness sum_up(const pilot_model& model) const
    {
        lanes c, jr, ji;
        load(model.centres, c);
        load(model.jump, jr);
        load(model.jump + PILOT_GROUPS, ji);
        const lanes &re = ahead_re, &im = ahead_im;
        const lanes level_re = re - trend_re, level_im = im - trend_im, cc = c * c;
        const lanes x[] = { re, re * c, re * cc, re * jr - im * ji,
                            im, im * c, im * cc, re * ji + im * jr };
        const lanes y[] = { level_re, level_re * c, level_re * cc, re * jr + im * ji,
                            level_im, level_im * c, level_im * cc, im * jr - re * ji };
        float a[8], b[8];
        sums_of(x, a);
        sums_of(y, b);
        return { sum_of(power),
                 { { a[0], a[1], a[2] }, { a[4], a[5], a[6] } },
                 { { b[0], b[1], b[2] }, { b[4], b[5], b[6] } },
                 norm(a[0], a[4]),
                 norm(a[3], a[7]),
                 norm(b[3], b[7]) };
    }
};

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

ISAC_SIMD void read_pilots(const pilot_source& source, int n, float* re, float* im)
{
    const pilot_source from = source;
    for (int i = 0; i < n; i += PILOT_GROUPS) {
        lanes x, y;
        gather(from, i, n, x, y);
        store(x, re + i);
        store(y, im + i);
    }
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

ISAC_SIMD row_likeness compare_pilots(const pilot_model& model,
                                      int n,
                                      const float* re,
                                      const float* im)
{
    comparison sums;
    for (int i = 0; i < n; i += PILOT_GROUPS) {
        lanes x, y;
        load(re + i, x);
        load(im + i, y);
        prediction next;
        next.load_from(model.predicted + 4 * i);
        sums.add(x, y, next);
    }
    return sums.sum_up(model);
}

ISAC_SIMD void settle_pilots(const unsettled_pilots& row, const pilot_model& model, int n)
{
    settler s(row, model.predicted);
    for (int i = 0; i < n; i += PILOT_GROUPS) {
        prediction next;
        s.settle(i, next);
    }
}

ISAC_SIMD row_likeness follow_pilots(const unsettled_pilots& before,
                                     const pilot_turns& turns,
                                     const pilot_model& model,
                                     int n,
                                     float* re,
                                     float* im)
{
    turner t(turns);
    settler s(before, model.predicted);
    comparison sums;
    for (int i = 0; i < n; i += PILOT_GROUPS) {
        prediction next;
        s.settle(i, next);
        lanes x, y;
        load(re + i, x);
        load(im + i, y);
        t.turn_next(i, x, y);
        sums.add(x, y, next);
        store(x, re + i);
        store(y, im + i);
    }
    return sums.sum_up(model);
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

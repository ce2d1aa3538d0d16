/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "lanes.h"
#include "pilot_turner.h"
#include "simd.h"
#include "tracking_kernels.h"

namespace gr {
namespace isac {
namespace dsp {

namespace {

// Of the prediction, critically damped: it remembers 0.7 of what it knew a row ago.
constexpr float LEVEL_GAIN = 0.51f, TREND_GAIN = 0.09f;

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
        row_likeness like;
        static_assert(sizeof(moments) == 8 * sizeof(float), "eight sums");
        sums_of(x, like.ahead.re);
        sums_of(y, like.level.re);
        like.power = sum_of(power);
        return like;
    }
};

} // namespace

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

} // namespace dsp
} // namespace isac
} // namespace gr

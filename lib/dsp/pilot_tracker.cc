/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pilot_kernels.h"
#include <gnuradio/isac/dsp/pilot_tracker.h>
#include <algorithm>
#include <cmath>
#include <complex>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr double POWER_GAIN = 0.25;
constexpr double DELAY_GAIN = 0.15; // of the loop; with the next, damped by 0.75
constexpr double STEP_GAIN = 0.01;
constexpr double LARGEST_STEP = 0.5;  // samples a row: far beyond any clock
constexpr double LARGEST_POWER = 1e8; // over the mean: an impulse, not a channel
constexpr double FADED = 0.25;        // of the mean power

constexpr double TURN = 2 * M_PI;

std::complex<float> phasor(double turns)
{
    float re, im;
    fast_cos_sin(angle_of(turns), re, im);
    return { re, im };
}

} // namespace

pilot_tracker::pilot_tracker(int fft_len,
                             std::vector<int> offsets,
                             int n_pilots,
                             bool finds_jumps)
    : d_fft_len(fft_len),
      d_finds_jumps(finds_jumps),
      d_offsets(std::move(offsets)),
      d_stride(common_step(d_offsets.data(), n())),
      d_next_re(d_offsets.size()),
      d_next_im(d_offsets.size()),
      d_trend_re(d_offsets.size()),
      d_trend_im(d_offsets.size())
{
    static_assert(LANES == PILOT_GROUPS, "");
    const int per_lane = n() / LANES;
    for (int g = 0; g < LANES; ++g) {
        const int here = std::clamp(n_pilots - g * per_lane, 1, per_lane);
        d_centres[g] = 0;
        for (int i = 0; i < here; ++i) {
            d_centres[g] += static_cast<float>(d_offsets[i * LANES + g]) / here;
        }
        const auto jump = phasor(d_centres[g] / fft_len);
        d_jump[g] = jump.real();
        d_jump[LANES + g] = jump.imag();
    }
}

void pilot_tracker::start(double delay_per_step)
{
    d_first = true;
    d_turns = 0;
    d_delay = 0;
    d_step = delay_per_step;
    d_power = 0;
}

bool pilot_tracker::is_usable(double power) const
{
    return power > 0 && std::isfinite(power) &&
           (d_first || power < LARGEST_POWER * d_power);
}

void pilot_tracker::turn(double delay, float* re, float* im) const
{
    turn_pilots(
        { 0, angle_of(-delay / d_fft_len), d_offsets.data(), d_stride }, n(), re, im);
}

void pilot_tracker::compare(const float* re, const float* im, row_likeness* out) const
{
    compare_pilots(re,
                   im,
                   d_next_re.data(),
                   d_next_im.data(),
                   d_trend_re.data(),
                   d_trend_im.data(),
                   d_centres.data(),
                   d_jump.data(),
                   n(),
                   out);
}

double pilot_tracker::find_jump(const row_likeness& like, double power) const
{
    const float likeness = std::max(like.later, like.sooner);
    if (!d_finds_jumps || !(likeness > 1.3f * like.stay) || !(power > FADED * d_power)) {
        return 0; // a fade turns phases by itself
    }
    const double expected = sum_of_squares(d_next_re.data(), d_next_im.data(), n());
    if (!(likeness - like.stay > 0.1 * power * expected)) {
        return 0;
    }
    return like.later > like.sooner ? 1 : -1;
}

/// Normal equations of phase + slope * x, linear around the common phase.
pilot_tracker::fit pilot_tracker::fit_line(const moments& m, bool wants_turns) const
{
    const float re = m.re[0], im = m.im[0];
    const float p0 = re * re + im * im;
    if (!(p0 > 0)) {
        return { 0, 0 };
    }
    const float p1 = m.re[1] * re + m.im[1] * im;
    const float p2 = m.re[2] * re + m.im[2] * im;
    const float b = m.im[1] * re - m.re[1] * im;
    const double det = double(p0) * p2 - double(p1) * p1;
    const double slope = det > 1e-6 * p0 * p2 ? p0 * b / det : 0;
    const double phase = wants_turns ? std::atan2(im, re) - p1 / p0 * slope : 0;
    return { static_cast<float>(phase / TURN),
             static_cast<float>(-slope * d_fft_len / TURN) };
}

void pilot_tracker::begin(const float* re, const float* im)
{
    d_first = false;
    std::copy_n(re, n(), d_next_re.begin());
    std::copy_n(im, n(), d_next_im.begin());
    std::fill(d_trend_re.begin(), d_trend_re.end(), 0.0f);
    std::fill(d_trend_im.begin(), d_trend_im.end(), 0.0f);
}

row_rotation pilot_tracker::expect()
{
    d_delay += d_first ? 0 : d_step;
    return { d_turns, d_delay, false };
}

row_rotation pilot_tracker::track(float power, float* re, float* im)
{
    if (!is_usable(power)) {
        std::copy(d_next_re.begin(), d_next_re.end(), re);
        std::copy(d_next_im.begin(), d_next_im.end(), im);
        return { d_turns, d_delay, true };
    }
    if (d_first) {
        d_power = power;
        begin(re, im);
        return { d_turns, d_delay, false };
    }
    row_likeness likeness;
    compare(re, im, &likeness);
    const double jump = find_jump(likeness, power);
    if (jump != 0) {
        turn(-jump, re, im);
        compare(re, im, &likeness);
        d_delay += jump;
    }
    const double applied = d_delay;
    const float phase = fit_line(likeness.ahead, true).turns;
    d_turns += phase;
    d_turns -= std::round(d_turns);
    // What the prediction runs ahead of must not pass for a channel that moves.
    const float late = fit_line(likeness.level, false).delay;
    const double error = std::min(1.0, power / d_power) * late;
    d_delay += DELAY_GAIN * error;
    d_step = std::clamp(d_step + STEP_GAIN * error, -LARGEST_STEP, LARGEST_STEP);
    d_power += POWER_GAIN * (power - d_power);
    turn_and_predict(phasor(-phase),
                     re,
                     im,
                     d_next_re.data(),
                     d_next_im.data(),
                     d_trend_re.data(),
                     d_trend_im.data(),
                     n());
    return { d_turns, applied, false };
}

void pilot_tracker::shift(double delay)
{
    d_delay += delay;
    turn(-delay, d_next_re.data(), d_next_im.data());
    turn(-delay, d_trend_re.data(), d_trend_im.data());
}

} // namespace dsp
} // namespace isac
} // namespace gr

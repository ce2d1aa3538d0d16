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

pilot_tracker::pilot_tracker(int fft_len, std::vector<int> offsets, int n_pilots)
    : d_fft_len(fft_len),
      d_offsets(std::move(offsets)),
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
        d_jump_re[g] = jump.real();
        d_jump_im[g] = jump.imag();
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

void pilot_tracker::turn(double turns, double delay, float* re, float* im) const
{
    turn_pilots(
        angle_of(turns), angle_of(-delay / d_fft_len), d_offsets.data(), n(), re, im);
}

void pilot_tracker::compare(const float* re, const float* im)
{
    group_sums ahead, level;
    correlate(re,
              im,
              d_next_re.data(),
              d_next_im.data(),
              d_trend_re.data(),
              d_trend_im.data(),
              n(),
              &ahead,
              &level);
    std::copy_n(ahead.re, LANES, d_ahead.re);
    std::copy_n(ahead.im, LANES, d_ahead.im);
    std::copy_n(level.re, LANES, d_level.re);
    std::copy_n(level.im, LANES, d_level.im);
}

double pilot_tracker::find_jump(double power) const
{
    if (!(power > FADED * d_power)) {
        return 0; // a fade turns phases by itself
    }
    std::complex<float> stay = 0, late = 0, early = 0;
    for (int g = 0; g < LANES; ++g) {
        const std::complex<float> sum(d_ahead.re[g], d_ahead.im[g]);
        const float rr = sum.real() * d_jump_re[g], ii = sum.imag() * d_jump_im[g];
        const float ri = sum.real() * d_jump_im[g], ir = sum.imag() * d_jump_re[g];
        stay += sum;
        late += std::complex<float>(rr - ii, ri + ir);
        early += std::complex<float>(rr + ii, ir - ri);
    }
    const float likeness = std::max(std::norm(late), std::norm(early));
    if (!(likeness > 1.3f * std::norm(stay))) {
        return 0;
    }
    const double expected = sum_of_squares(d_next_re.data(), d_next_im.data(), n());
    if (!(likeness - std::norm(stay) > 0.1 * power * expected)) {
        return 0;
    }
    return std::norm(late) > std::norm(early) ? 1 : -1;
}

pilot_tracker::fit pilot_tracker::fit_line(const float* sum_re, const float* sum_im) const
{
    float re = 0, im = 0;
    for (int g = 0; g < LANES; ++g) {
        re += sum_re[g];
        im += sum_im[g];
    }
    const float power = re * re + im * im;
    if (!(power > 0)) {
        return { 0, 0 };
    }
    // Normal equations of phase + slope * x, linear around the common phase.
    float p0 = 0, p1 = 0, p2 = 0, b = 0;
    for (int g = 0; g < LANES; ++g) {
        const float along = sum_re[g] * re + sum_im[g] * im;
        const float across = sum_im[g] * re - sum_re[g] * im;
        p0 += along;
        p1 += along * d_centres[g];
        p2 += along * d_centres[g] * d_centres[g];
        b += across * d_centres[g];
    }
    const double det = double(p0) * p2 - double(p1) * p1;
    const double slope = det > 1e-6 * p0 * p2 ? p0 * b / det : 0;
    return { (std::atan2(im, re) - p1 / p0 * slope) / TURN, -slope * d_fft_len / TURN };
}

void pilot_tracker::begin(const float* re, const float* im)
{
    d_first = false;
    std::copy_n(re, n(), d_next_re.begin());
    std::copy_n(im, n(), d_next_im.begin());
    std::fill(d_trend_re.begin(), d_trend_re.end(), 0.0f);
    std::fill(d_trend_im.begin(), d_trend_im.end(), 0.0f);
}

row_rotation pilot_tracker::track(float* re, float* im)
{
    const double power = sum_of_squares(re, im, n());
    d_delay += d_first ? 0 : d_step;
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
    turn(-d_turns, -d_delay, re, im);
    compare(re, im);
    const double jump = find_jump(power);
    if (jump != 0) {
        turn(0, -jump, re, im);
        compare(re, im);
        d_delay += jump;
    }
    const double applied = d_delay;
    const auto phase = fit_line(d_ahead.re, d_ahead.im);
    d_turns += phase.turns;
    d_turns -= std::round(d_turns);
    // What the prediction runs ahead of must not pass for a channel that moves.
    const auto timing = fit_line(d_level.re, d_level.im);
    const double error = std::min(1.0, power / d_power) * timing.delay;
    d_delay += DELAY_GAIN * error;
    d_step = std::clamp(d_step + STEP_GAIN * error, -LARGEST_STEP, LARGEST_STEP);
    d_power += POWER_GAIN * (power - d_power);
    turn_and_predict(phasor(-phase.turns),
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
    turn(0, -delay, d_next_re.data(), d_next_im.data());
    turn(0, -delay, d_trend_re.data(), d_trend_im.data());
}

} // namespace dsp
} // namespace isac
} // namespace gr

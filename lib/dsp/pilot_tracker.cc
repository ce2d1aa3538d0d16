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

double turns_of(double re, double im) { return std::atan2(im, re) / (2 * M_PI); }

} // namespace

pilot_tracker::pilot_tracker(int fft_len, std::vector<int> offsets)
    : d_fft_len(fft_len),
      d_offsets(std::move(offsets)),
      d_next_re(d_offsets.size()),
      d_next_im(d_offsets.size()),
      d_trend_re(d_offsets.size()),
      d_trend_im(d_offsets.size())
{
    for (int g = 0; g <= GROUPS; ++g) {
        d_bounds[g] = n_pilots() * g / GROUPS;
    }
    for (int g = 0; g < GROUPS; ++g) {
        d_centres[g] = 0;
        for (int i = d_bounds[g]; i < d_bounds[g + 1]; ++i) {
            d_centres[g] += double(d_offsets[i]) / (d_bounds[g + 1] - d_bounds[g]);
        }
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
    turn_pilots(angle_of(turns),
                angle_of(-delay / d_fft_len),
                d_offsets.data(),
                n_pilots(),
                re,
                im);
}

void pilot_tracker::compare(const float* re, const float* im, float rows_back)
{
    for (int g = 0; g < GROUPS; ++g) {
        const int first = d_bounds[g];
        correlate(re + first,
                  im + first,
                  d_next_re.data() + first,
                  d_next_im.data() + first,
                  d_trend_re.data() + first,
                  d_trend_im.data() + first,
                  rows_back,
                  d_bounds[g + 1] - first,
                  &d_sum_re[g],
                  &d_sum_im[g]);
    }
}

double pilot_tracker::likeness(double delay) const
{
    std::complex<double> sum = 0;
    for (int g = 0; g < GROUPS; ++g) {
        sum += std::complex<double>(d_sum_re[g], d_sum_im[g]) *
               std::polar(1.0, 2 * M_PI * delay * d_centres[g] / d_fft_len);
    }
    return std::norm(sum);
}

double pilot_tracker::find_jump(double power) const
{
    const double expected =
        sum_of_squares(d_next_re.data(), d_next_im.data(), n_pilots());
    if (!(power > FADED * d_power)) {
        return 0; // a fade turns phases by itself
    }
    const double stay = likeness(0);
    for (const double jump : { -1.0, 1.0 }) {
        const double go = likeness(jump);
        if (go > 1.3 * stay && go - stay > 0.1 * power * expected) {
            return jump;
        }
    }
    return 0;
}

pilot_tracker::fit pilot_tracker::fine_fit() const
{
    double re = 0, im = 0;
    for (int g = 0; g < GROUPS; ++g) {
        re += d_sum_re[g];
        im += d_sum_im[g];
    }
    const double power = std::hypot(re, im);
    if (!(power > 0)) {
        return { 0, 0, false };
    }
    // Normal equations of phase + slope * x, linear around the common phase.
    double p0 = 0, p1 = 0, p2 = 0, b = 0;
    for (int g = 0; g < GROUPS; ++g) {
        const double along = (d_sum_re[g] * re + d_sum_im[g] * im) / power;
        const double across = (d_sum_im[g] * re - d_sum_re[g] * im) / power;
        p0 += along;
        p1 += along * d_centres[g];
        p2 += along * d_centres[g] * d_centres[g];
        b += across * d_centres[g];
    }
    const double det = p0 * p2 - p1 * p1;
    const double slope = det > 1e-9 * p0 * p2 ? p0 * b / det : 0;
    return { turns_of(re, im) - p1 / p0 * slope / (2 * M_PI),
             -slope * d_fft_len / (2 * M_PI),
             true };
}

row_rotation pilot_tracker::track(float* re, float* im)
{
    const int n = n_pilots();
    const double power = sum_of_squares(re, im, n);
    if (!d_first) {
        d_delay += d_step;
    }
    if (!is_usable(power)) {
        std::copy(d_next_re.begin(), d_next_re.end(), re);
        std::copy(d_next_im.begin(), d_next_im.end(), im);
        return { d_turns, d_delay, true };
    }
    if (d_first) {
        d_first = false;
        d_power = power;
        std::copy(re, re + n, d_next_re.begin());
        std::copy(im, im + n, d_next_im.begin());
        std::fill(d_trend_re.begin(), d_trend_re.end(), 0.0f);
        std::fill(d_trend_im.begin(), d_trend_im.end(), 0.0f);
        return { d_turns, d_delay, false };
    }
    turn(-d_turns, -d_delay, re, im);
    compare(re, im, 0);
    const double jump = find_jump(power);
    if (jump != 0) {
        turn(0, -jump, re, im);
        compare(re, im, 0);
        d_delay += jump;
    }
    const double applied = d_delay;
    const auto phase = fine_fit();
    if (phase.valid) {
        d_turns += phase.turns;
        d_turns -= std::round(d_turns);
    }
    // What the prediction runs ahead of must not pass for a channel that moves.
    compare(re, im, 1);
    const auto timing = fine_fit();
    if (timing.valid) {
        const double error = std::min(1.0, power / d_power) * timing.delay;
        d_delay += DELAY_GAIN * error;
        d_step = std::clamp(d_step + STEP_GAIN * error, -LARGEST_STEP, LARGEST_STEP);
    }
    d_power += POWER_GAIN * (power - d_power);
    turn_and_predict(std::complex<float>(std::polar(1.0, -2 * M_PI * phase.turns)),
                     re,
                     im,
                     d_next_re.data(),
                     d_next_im.data(),
                     d_trend_re.data(),
                     d_trend_im.data(),
                     n);
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

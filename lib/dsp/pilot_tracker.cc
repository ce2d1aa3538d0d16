/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "phase_line.h"
#include "tracking_kernels.h"
#include <gnuradio/isac/dsp/pilot_tracker.h>
#include <algorithm>
#include <cmath>
#include <complex>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr double POWER_GAIN = 0.25;
constexpr double MOST_LATE = 0.5;   // samples a row: more is a fade that turns phases
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

float norm(float re, float im) { return re * re + im * im; }

} // namespace

pilot_tracker::pilot_tracker(int fft_len,
                             std::vector<int> offsets,
                             int n_pilots,
                             bool finds_jumps)
    : d_fft_len(fft_len),
      d_finds_jumps(finds_jumps),
      d_offsets(std::move(offsets)),
      d_stride(common_step(d_offsets.data(), n())),
      d_predicted(4 * d_offsets.size())
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
    d_last_re = nullptr;
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

pilot_model pilot_tracker::model()
{
    return { d_centres.data(), d_jump.data(), d_predicted.data() };
}

double pilot_tracker::find_jump(const row_likeness& like) const
{
    const float stay = norm(like.ahead.re[0], like.ahead.im[0]);
    const float later = norm(like.ahead.turned_re, like.ahead.turned_im);
    const float sooner = norm(like.level.turned_re, like.level.turned_im);
    const float likeness = std::max(later, sooner);
    if (!d_finds_jumps || !(likeness > 1.3f * stay) || !(like.power > FADED * d_power)) {
        return 0; // a fade turns phases by itself
    }
    if (!(likeness - stay > 0.1 * like.power * predicted_power())) {
        return 0;
    }
    return later > sooner ? 1 : -1;
}

double pilot_tracker::predicted_power() const
{
    double sum = 0;
    for (int i = 0; i < n(); i += LANES) {
        const float* re = &d_predicted[4 * i];
        sum += sum_of_squares(re, re + LANES, LANES);
    }
    return sum;
}

void pilot_tracker::begin(const float* re, const float* im)
{
    d_first = false;
    for (int i = 0; i < n(); i += LANES) {
        float* to = &d_predicted[4 * i];
        std::copy_n(re + i, LANES, to);
        std::copy_n(im + i, LANES, to + LANES);
        std::fill_n(to + 2 * LANES, 2 * LANES, 0.0f);
    }
}

void pilot_tracker::predict(float* re, float* im) const
{
    for (int i = 0; i < n(); i += LANES) {
        std::copy_n(&d_predicted[4 * i], LANES, re + i);
        std::copy_n(&d_predicted[4 * i + LANES], LANES, im + i);
    }
}

row_rotation pilot_tracker::expect()
{
    d_delay += d_first ? 0 : d_step;
    return { d_turns, d_delay, false };
}

row_rotation pilot_tracker::track(float* re, float* im)
{
    const auto expected = expect();
    const pilot_turns turns = { angle_of(-expected.turns),
                                angle_of(expected.delay / d_fft_len),
                                d_offsets.data(),
                                d_stride };
    if (d_last_re) {
        const unsettled_pilots last = { d_last_re, d_last_im, d_last_by };
        return follow(follow_pilots(last, turns, model(), n(), re, im), re, im);
    }
    turn_pilots(turns, n(), re, im);
    return follow(compare_pilots(model(), n(), re, im), re, im);
}

row_rotation pilot_tracker::track_turned(float* re, float* im)
{
    const auto rotation = follow(compare_pilots(model(), n(), re, im), re, im);
    settle();
    return rotation;
}

void pilot_tracker::settle()
{
    if (d_last_re) {
        settle_pilots({ d_last_re, d_last_im, d_last_by }, model(), n());
        d_last_re = nullptr;
    }
}

row_rotation pilot_tracker::follow(const row_likeness& found, float* re, float* im)
{
    row_likeness turned;
    const row_likeness* like = &found;
    d_last_re = nullptr;
    if (!is_usable(like->power)) {
        predict(re, im);
        return { d_turns, d_delay, true };
    }
    if (d_first) {
        d_power = like->power;
        begin(re, im);
        return { d_turns, d_delay, false };
    }
    const double jump = find_jump(*like);
    if (jump != 0) {
        turn(-jump, re, im);
        turned = compare_pilots(model(), n(), re, im);
        like = &turned;
        d_delay += jump;
    }
    const auto by = phasor_of(phase_line_of(like->ahead));
    d_last_re = re;
    d_last_im = im;
    d_last_by = std::conj(by);
    d_turns += fast_atan2(by.imag(), by.real()) * (1 / TURN);
    const double applied = d_delay;
    follow_delay(like->level, like->power);
    return { d_turns, applied, false };
}

/// What the prediction runs ahead of must not pass for a channel that moves.
void pilot_tracker::follow_delay(const moments& level, double power)
{
    const double late = -phase_line_of(level).slope * d_fft_len / TURN;
    const double error =
        std::clamp(std::min(1.0, power / d_power) * late, -MOST_LATE, MOST_LATE);
    d_delay += DELAY_GAIN * error;
    d_step = std::clamp(d_step + STEP_GAIN * error, -LARGEST_STEP, LARGEST_STEP);
    d_power += POWER_GAIN * (power - d_power);
}

void pilot_tracker::shift(double delay)
{
    settle();
    d_delay += delay;
    for (int i = 0; i < n(); i += LANES) {
        float* x = &d_predicted[4 * i];
        const pilot_turns turns = { 0, angle_of(delay / d_fft_len), &d_offsets[i], 0 };
        turn_pilots(turns, LANES, x, x + LANES);
        turn_pilots(turns, LANES, x + 2 * LANES, x + 3 * LANES);
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/ray_schedule.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

/// Turns by which a straight phase may miss a bent one: -64 dB of the echo.
constexpr double STRAIGHT = 1e-4;
constexpr int SHORTEST = 16; // samples that are worth a stretch

} // namespace

ray_schedule::ray_schedule(const waveform& w,
                           const scene& s,
                           channel_view view,
                           const antenna_array& tx_array,
                           const antenna_array& rx_array)
    : d_waveform(w),
      d_scene(s),
      d_view(view),
      d_tx_array(tx_array),
      d_rx_array(rx_array),
      d_rays(w, s, view, tx_array, rx_array)
{
    d_late = view == channel_view::LINK ? LEAD : 0;
    set_clock(0);
}

void ray_schedule::set_scene(const scene& s, std::uint64_t from)
{
    d_rays = dsp::rays(d_waveform, s, d_view, d_tx_array, d_rx_array);
    d_scene = s;
    set_clock(from);
}

void ray_schedule::restart()
{
    d_origin = 0;
    d_late = d_view == channel_view::LINK ? LEAD : 0;
    d_turns = 0;
}

void ray_schedule::set_clock(std::uint64_t from)
{
    const auto& p = d_scene.params();
    d_late = late_at(from);
    d_turns = turns_at(from);
    d_origin = from;
    if (d_view == channel_view::LINK) {
        const double offset = p.sampling_offset_ppm * 1e-6;
        d_late_step = offset / (1 + offset);
        d_turns_step = p.cfo_hz / d_waveform.sample_rate_hz() / (1 + offset);
    }
    // A rounding error must not add a frame to a time that is a whole number of them.
    const double n_frames = std::ceil(p.repeat_s / d_waveform.frame_duration_s() - 1e-6);
    d_period = n_frames * d_waveform.frame_len();

    // The curvature grows with the square of the length.
    const double bent = std::sqrt(d_rays.curvature_turns(1) / STRAIGHT);
    const double len = d_waveform.sample_rate_hz() / std::max(bent, 1e-3);
    d_straight_len = static_cast<int>(std::clamp(len, 1.0 * SHORTEST, 1e6));
}

double ray_schedule::late_at(std::uint64_t sample) const
{
    return d_late + d_late_step * static_cast<double>(sample - d_origin);
}

double ray_schedule::turns_at(std::uint64_t sample) const
{
    return d_turns + d_turns_step * static_cast<double>(sample - d_origin);
}

double ray_schedule::motion_time_s(double sent_sample) const
{
    const double sample = std::max(0.0, sent_sample);
    return (d_period > 0 ? std::fmod(sample, d_period) : sample) /
           d_waveform.sample_rate_hz();
}

std::vector<ray_truth> ray_schedule::truth(double time_s) const
{
    std::vector<ray_truth> all;
    const double moved_s = motion_time_s(time_s * d_waveform.sample_rate_hz());
    for (int i = 0; i < d_rays.n_things(); ++i) {
        all.push_back(d_rays.truth(i, moved_s));
    }
    return all;
}

int ray_schedule::stretch_len(double sent_sample, int max_len) const
{
    max_len = std::min(max_len, d_straight_len);
    if (d_period == 0) {
        return max_len;
    }
    const double restart = d_period * (std::floor(sent_sample / d_period) + 1);
    const double left = std::ceil((restart - sent_sample) / (1 - d_late_step));
    return static_cast<int>(std::clamp(left, 1.0, static_cast<double>(max_len)));
}

const ray_plan& ray_schedule::plan(std::uint64_t from, int max_len)
{
    const double rate_hz = d_waveform.sample_rate_hz();
    const double late = late_at(from);
    const double sent_sample = static_cast<double>(from) - late;
    d_plan.len = stretch_len(sent_sample, max_len);

    // Before the first sample is sent nothing moves.
    const double sent_len = sent_sample < 0 ? 0 : d_plan.len * (1 - d_late_step);
    const double first_s = motion_time_s(sent_sample);
    const double last_s = first_s + sent_len / rate_hz;

    d_plan.rays.resize(d_rays.size());
    d_plan.least_delay = d_plan.most_delay = late;
    for (int i = 0; i < d_rays.size(); ++i) {
        const auto first = d_rays.at(i, first_s), last = d_rays.at(i, last_s);
        auto& segment = d_plan.rays[i];
        segment.first_delay = late + first.delay_s * rate_hz;
        segment.last_delay = late + d_late_step * d_plan.len + last.delay_s * rate_hz;
        segment.first_turns = first.turns + turns_at(from);
        segment.turns_step = (last.turns - first.turns) / d_plan.len + d_turns_step;
        segment.first_amplitude = first.amplitude;
        segment.last_amplitude = last.amplitude;
        if (first.amplitude > 0 || last.amplitude > 0) {
            const auto range = std::minmax(segment.first_delay, segment.last_delay);
            d_plan.least_delay = std::min(d_plan.least_delay, range.first);
            d_plan.most_delay = std::max(d_plan.most_delay, range.second);
        }
    }
    return d_plan;
}

} // namespace dsp
} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "planes.h"
#include <gnuradio/isac/dsp/scene_channel.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int TILE = awgn::TILE;
constexpr int MARGIN = 16; // samples by which delays may wander within a tile

/// Below this change of delay over a tile, in samples, one filter serves all of it: at
/// its ends the error of a signal at the edge of the band is 1e-4, or -80 dB.
constexpr double STEADY = 6e-5;

double band_edge(const waveform& w) { return 0.5 * w.n_subcarriers() / w.fft_len(); }

/// Mean power of the transmitted samples: unit cells, unitary IFFT.
double mean_power(const waveform& w) { return (w.n_subcarriers() - 1.0) / w.fft_len(); }

} // namespace

scene_channel::scene_channel(const waveform& w,
                             const scene& s,
                             channel_view view,
                             const antenna_array& tx_array,
                             const antenna_array& rx_array,
                             std::uint64_t seed)
    : d_waveform(w),
      d_view(view),
      d_n_inputs(tx_array.n_elements()),
      d_n_outputs(rx_array.n_elements()),
      d_schedule(w, s, view, tx_array, rx_array),
      d_delay(band_edge(w)),
      d_fading(w, view, d_n_inputs, seed),
      d_receiver(d_n_outputs, view, seed),
      d_history(d_n_inputs, 2 * w.symbol_len() + TILE + d_delay.n_taps() + MARGIN),
      d_tile(d_n_outputs * TILE),
      d_ray_re(TILE),
      d_ray_im(TILE),
      d_mix_re(TILE + d_delay.n_taps()),
      d_mix_im(TILE + d_delay.n_taps())
{
    set_impairments(s);
    plan_tile();
}

void scene_channel::set_impairments(const scene& s)
{
    const auto& p = s.params();
    d_amplifier =
        rapp_amplifier(mean_power(d_waveform) * std::pow(10.0, p.pa_saturation_db / 10),
                       p.pa_smoothness);
    d_fading.set_scene(s);
    d_receiver.set_impairments(
        s, d_waveform.sample_rate_hz(), d_schedule.rays().noise_var());
}

void scene_channel::set_scene(const scene& s)
{
    d_schedule.set_scene(s, d_time);
    set_impairments(s);
    plan_tile();
}

void scene_channel::restart()
{
    d_time = 0;
    d_schedule.restart();
    d_history.clear();
    d_fading.restart();
    d_input_len = -1;
    d_drained = false;
    d_tile_len = d_tile_used = 0;
    plan_tile();
}

void scene_channel::end_input()
{
    if (d_input_len < 0) {
        d_input_len = d_history.end();
    }
}

std::size_t scene_channel::n_needed(std::size_t n_out) const
{
    const std::size_t at_hand = d_tile_len - d_tile_used;
    if (n_out <= at_hand) {
        return 0;
    }
    const auto more = static_cast<std::int64_t>(n_out - at_hand) + TILE - d_plan.len;
    return std::max<std::int64_t>(0, d_needed - d_history.end() + more + MARGIN);
}

scene_channel::progress scene_channel::process(span<const complex* const> in,
                                               std::size_t n_in,
                                               span<complex* const> out,
                                               std::size_t n_out)
{
    progress done;
    while (done.produced < n_out) {
        if (d_tile_used == d_tile_len) {
            if (d_drained || !take(in, n_in, done.consumed)) {
                break;
            }
            make_tile();
        }
        const int len =
            std::min<std::size_t>(d_tile_len - d_tile_used, n_out - done.produced);
        for (int r = 0; r < d_n_outputs; ++r) {
            std::copy_n(&d_tile[r * TILE + d_tile_used], len, out[r] + done.produced);
        }
        d_tile_used += len;
        done.produced += len;
    }
    return done;
}

void scene_channel::plan_tile()
{
    d_plan = d_schedule.plan(d_time, TILE);
    d_needed = static_cast<std::int64_t>(d_time) + d_plan.len + d_delay.lookahead() -
               static_cast<std::int64_t>(std::floor(d_plan.least_delay));
}

/// Fills the history up to what the next tile needs, if it can.
bool scene_channel::take(span<const complex* const> in,
                         std::size_t n_in,
                         std::size_t& consumed)
{
    const bool ended = d_input_len >= 0;
    while (d_history.end() < d_needed && (ended || consumed < n_in)) {
        const auto missing = static_cast<std::size_t>(d_needed - d_history.end());
        const auto first = d_history.end();
        const int len =
            d_history.grow(ended ? missing : std::min(missing, n_in - consumed));
        for (int a = 0; a < d_n_inputs; ++a) {
            float *re = d_history.re(a, first), *im = d_history.im(a, first);
            if (ended) {
                std::fill_n(re, len, 0.0f);
                std::fill_n(im, len, 0.0f);
            } else {
                split(in[a] + consumed, re, im, len);
                d_amplifier.apply(re, im, len);
            }
            d_fading.apply(a, re, im, len);
        }
        consumed += ended ? 0 : len;
    }
    return d_history.end() >= d_needed;
}

void scene_channel::make_tile()
{
    d_tile_used = 0;
    d_tile_len = d_plan.len;
    if (d_input_len >= 0) {
        const bool is_link = d_view == channel_view::LINK;
        const double tail =
            is_link ? d_plan.most_delay + d_delay.lookback() + d_fading.len() : 0;
        const double left = std::ceil(d_input_len + tail - static_cast<double>(d_time));
        d_tile_len = static_cast<int>(std::clamp(left, 0.0, 1.0 * d_plan.len));
        d_drained = left <= d_plan.len;
    }
    d_receiver.clear();
    for (int ray = 0; ray < static_cast<int>(d_plan.rays.size()); ++ray) {
        add_ray(ray);
    }
    d_receiver.finish(d_tile.data());
    d_time += d_plan.len;
    plan_tile();
}

void scene_channel::add_ray(int ray)
{
    const auto& r = d_plan.rays[ray];
    const double len = d_plan.len, first = r.first_amplitude, last = r.last_amplitude;
    const auto add = [&](double delay, double weight, double weight_step) {
        add_delayed(ray, delay, { r.first_turns, r.turns_step, weight, weight_step });
    };
    if (std::abs(r.last_delay - r.first_delay) < STEADY) {
        add(0.5 * (r.first_delay + r.last_delay), first, (last - first) / len);
    } else { // fades from the delay at the beginning to the delay at the end
        add(r.first_delay, first, -first / len);
        add(r.last_delay, 0, last / len);
    }
}

/// What all transmitting elements together send towards one ray, from a sample on.
void scene_channel::mix_inputs(std::int64_t first, const std::vector<complex>& weights)
{
    std::fill(d_mix_re.begin(), d_mix_re.end(), 0.0f);
    std::fill(d_mix_im.begin(), d_mix_im.end(), 0.0f);
    for (int a = 0; a < d_n_inputs; ++a) {
        add_scaled(d_history.re(a, first),
                   d_history.im(a, first),
                   weights[a],
                   d_mix_re.data(),
                   d_mix_im.data(),
                   d_plan.len + d_delay.n_taps() - 1);
    }
}

void scene_channel::add_delayed(int ray, double delay, phasor_ramp ramp)
{
    const double whole = std::floor(delay);
    const auto sample = std::int64_t(d_time) - std::int64_t(whole);
    const auto first = sample - d_delay.lookback();
    if ((ramp.weight == 0 && ramp.weight_step == 0) ||
        first < d_needed - d_history.past()) {
        return; // does not exist, or came too late to be remembered
    }

    const auto& tx = d_schedule.rays().tx(ray);
    const auto& rx = d_schedule.rays().rx(ray);
    const float *re = d_history.re(0, sample), *im = d_history.im(0, sample);
    if (d_n_inputs == 1) {
        ramp = ramp.times(tx[0]);
    } else {
        mix_inputs(first, tx);
        re = d_mix_re.data() + d_delay.lookback();
        im = d_mix_im.data() + d_delay.lookback();
    }

    const double fraction = delay - whole;
    if (d_n_outputs == 1) {
        ramp = ramp.times(rx[0]);
        d_delay.add(
            re, im, fraction, ramp, d_receiver.re(0), d_receiver.im(0), d_plan.len);
        return;
    }
    std::fill(d_ray_re.begin(), d_ray_re.end(), 0.0f);
    std::fill(d_ray_im.begin(), d_ray_im.end(), 0.0f);
    d_delay.add(re, im, fraction, ramp, d_ray_re.data(), d_ray_im.data(), d_plan.len);
    for (int r = 0; r < d_n_outputs; ++r) {
        add_scaled(d_ray_re.data(),
                   d_ray_im.data(),
                   rx[r],
                   d_receiver.re(r),
                   d_receiver.im(r),
                   TILE);
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

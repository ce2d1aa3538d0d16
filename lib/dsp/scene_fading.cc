/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/scene_fading.h>
#include <tuple>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr std::uint64_t OTHER_THAN_NOISE = 0x666164696e67;

auto fading_of(const scene& s)
{
    const auto& p = s.params();
    return std::make_tuple(p.fading, p.delay_spread_s, p.speed_mps);
}

} // namespace

scene_fading::scene_fading(const waveform& w,
                           channel_view view,
                           int n_inputs,
                           std::uint64_t seed)
    : d_waveform(w), d_view(view), d_n_inputs(n_inputs), d_seed(seed ^ OTHER_THAN_NOISE)
{
}

void scene_fading::set_scene(const scene& s)
{
    const auto& p = s.params();
    if (d_view == channel_view::ECHO || fading_of(s) == fading_of(d_scene)) {
        return;
    }
    d_scene = s;
    std::vector<fading_channel> channels;
    for (int i = 0; i < d_n_inputs && p.fading != fading_profile::NONE; ++i) {
        channels.emplace_back(
            d_waveform, p.fading, p.delay_spread_s, p.speed_mps, d_seed);
    }
    d_channels = std::move(channels);
}

void scene_fading::restart()
{
    for (auto& channel : d_channels) {
        channel.restart();
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_SCENE_FADING_H
#define INCLUDED_ISAC_DSP_SCENE_FADING_H

#include <gnuradio/isac/dsp/fading_channel.h>
#include <gnuradio/isac/scene.h>
#include <cstdint>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * The fading of a scene on the inputs of its link: the same for all of them, since their
 * antennas are close to each other, and none on echoes.
 */
class ISAC_API scene_fading
{
public:
    scene_fading(const waveform& w, channel_view view, int n_inputs, std::uint64_t seed);

    /// Goes on fading as before unless the scene wants another fading.
    void set_scene(const scene& s);

    void restart();

    void apply(int input, float* re, float* im, int n)
    {
        if (!d_channels.empty()) {
            d_channels[input].apply(re, im, n);
        }
    }

    /// Samples that come out after the last one went in.
    int len() const { return d_channels.empty() ? 0 : d_channels.front().len(); }

private:
    const waveform d_waveform;
    const channel_view d_view;
    const int d_n_inputs;
    const std::uint64_t d_seed;
    scene d_scene;
    std::vector<fading_channel> d_channels; // [n_inputs], or none
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_SCENE_FADING_H */

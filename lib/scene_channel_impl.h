/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_SCENE_CHANNEL_IMPL_H
#define INCLUDED_ISAC_SCENE_CHANNEL_IMPL_H

#include "handover.h"
#include <gnuradio/isac/dsp/scene_channel.h>
#include <gnuradio/isac/scene_channel.h>

namespace gr {
namespace isac {

class scene_channel_impl : public scene_channel
{
public:
    scene_channel_impl(const isac::waveform& waveform,
                       isac::channel_view view,
                       dsp::scene_channel&& channel);

    void set_scene(const isac::scene& scene) override;

    void forecast(int noutput_items, gr_vector_int& ninput_items_required) override;

    int general_work(int noutput_items,
                     gr_vector_int& ninput_items,
                     gr_vector_const_void_star& input_items,
                     gr_vector_void_star& output_items) override;

private:
    void count_frames(std::uint64_t end);
    void pass_tags(std::uint64_t first, std::uint64_t end);

    const isac::waveform d_waveform;
    const isac::channel_view d_view;
    dsp::scene_channel d_channel;
    handover<isac::scene> d_new_scene;
    std::vector<gr::tag_t> d_tags;
    bool d_counts_frames = true; // until the stream says where they begin
    std::uint64_t d_frame = 0;   // number of the next one while it counts
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_SCENE_CHANNEL_IMPL_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "buffer.h"
#include "dsp/require.h"
#include "input_end.h"
#include "scene_channel_impl.h"
#include "truth_pdu.h"
#include <gnuradio/io_signature.h>
#include <algorithm>

namespace gr {
namespace isac {

namespace {

const pmt::pmt_t PORT = pmt::mp("truth");

io_signature::sptr antennas(int n)
{
    return io_signature::make(n, n, sizeof(gr_complex));
}

} // namespace

scene_channel::sptr scene_channel::make(const isac::waveform& waveform,
                                        const isac::scene& scene,
                                        isac::channel_view view,
                                        const isac::antenna_array& tx_array,
                                        const isac::antenna_array& rx_array,
                                        int seed)
{
    dsp::require(seed >= 0, "scene_channel", "seed", seed, "it must be >= 0");
    return gnuradio::make_block_sptr<scene_channel_impl>(
        waveform,
        view,
        dsp::scene_channel(waveform, scene, view, tx_array, rx_array, seed));
}

scene_channel_impl::scene_channel_impl(const isac::waveform& waveform,
                                       isac::channel_view view,
                                       dsp::scene_channel&& channel)
    : gr::block(
          "scene_channel", antennas(channel.n_inputs()), antennas(channel.n_outputs())),
      d_waveform(waveform),
      d_view(view),
      d_channel(std::move(channel))
{
    set_tag_propagation_policy(TPP_DONT); // pass_tags() does it
    for (int port = 0; port < d_channel.n_outputs(); ++port) {
        set_min_output_buffer(port, buffer_items(sizeof(gr_complex)));
    }
    message_port_register_out(PORT);
}

void scene_channel_impl::set_scene(const isac::scene& scene)
{
    dsp::scene_channel(d_waveform, scene, d_view); // refuses it here and not in work()
    d_new_scene.give(scene);
}

void scene_channel_impl::forecast(int noutput_items, gr_vector_int& ninput_items_required)
{
    // After its last input the block is called for what is still under way.
    const int needed = has_input_ended(*detail()) ? 0 : d_channel.n_needed(noutput_items);
    std::fill(ninput_items_required.begin(), ninput_items_required.end(), needed);
}

void scene_channel_impl::count_frames(std::uint64_t end)
{
    for (; d_counts_frames && d_frame * d_waveform.frame_len() < end; ++d_frame) {
        const auto sample = d_frame * d_waveform.frame_len();
        message_port_pub(PORT, truth_pdu(d_channel, d_waveform, sample, d_frame));
    }
}

void scene_channel_impl::pass_tags(std::uint64_t first, std::uint64_t end)
{
    const int n_outputs = d_view == channel_view::ECHO ? d_channel.n_outputs() : 0;
    get_tags_in_range(d_tags, 0, first, end);
    for (const auto& tag : d_tags) {
        for (int port = 0; port < n_outputs; ++port) {
            add_item_tag(port, tag.offset, tag.key, tag.value, tag.srcid);
        }
        if (pmt::eq(tag.key, meta::FRAME)) {
            count_frames(tag.offset);
            d_counts_frames = false;
            const double number = meta::number_or(tag.value, meta::NUMBER, 0);
            message_port_pub(PORT, truth_pdu(d_channel, d_waveform, tag.offset, number));
        }
    }
    count_frames(end);
}

int scene_channel_impl::general_work(int noutput_items,
                                     gr_vector_int& ninput_items,
                                     gr_vector_const_void_star& input_items,
                                     gr_vector_void_star& output_items)
{
    if (const auto scene = d_new_scene.take()) {
        d_channel.set_scene(*scene);
    }
    const std::size_t n_in = *std::min_element(ninput_items.begin(), ninput_items.end());
    const auto* in = reinterpret_cast<const gr_complex* const*>(input_items.data());
    auto* const* out = reinterpret_cast<gr_complex* const*>(output_items.data());

    const auto done = d_channel.process(
        { in, input_items.size() }, n_in, { out, output_items.size() }, noutput_items);
    if (done.consumed == n_in && is_last_input(*detail(), ninput_items)) {
        d_channel.end_input();
    }
    pass_tags(nitems_read(0), nitems_read(0) + done.consumed);
    consume_each(done.consumed);
    const bool is_over = done.produced == 0 && d_channel.is_drained();
    return is_over ? WORK_DONE : static_cast<int>(done.produced);
}

} // namespace isac
} // namespace gr

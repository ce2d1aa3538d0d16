/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "buffer.h"
#include "receiver_impl.h"
#include <gnuradio/io_signature.h>
#include <array>
#include <limits>

namespace gr {
namespace isac {

receiver::sptr receiver::make(const isac::waveform& waveform,
                              isac::interpolation method,
                              double max_speed_mps)
{
    return gnuradio::make_block_sptr<receiver_impl>(waveform, method, max_speed_mps);
}

receiver_impl::receiver_impl(const isac::waveform& waveform,
                             isac::interpolation method,
                             double max_speed_mps)
    : gr::block("receiver",
                io_signature::make(1, 1, sizeof(gr_complex)),
                io_signature::make2(0,
                                    2,
                                    sizeof(gr_complex) * waveform.n_subcarriers(),
                                    sizeof(gr_complex) * waveform.n_data())),
      d_waveform(waveform),
      d_frames(*this, waveform, method, max_speed_mps)
{
    // No relative rate is set: with one, GNU Radio never ends a block whose outputs are
    // all unconnected while less than a symbol is left in its input.
    set_tag_propagation_policy(TPP_DONT);
    set_min_output_buffer(0, buffer_items(sizeof(gr_complex) * waveform.n_subcarriers()));
    set_min_output_buffer(1, buffer_items(sizeof(gr_complex) * waveform.n_data()));
}

void receiver_impl::forecast(int, gr_vector_int& ninput_items_required)
{
    // Rows may be waiting for room, even behind the last sample.
    ninput_items_required[0] = d_is_full ? 0 : d_frames.tracker().items_needed(*this);
}

int receiver_impl::general_work(int noutput_items,
                                gr_vector_int& ninput_items,
                                gr_vector_const_void_star& input_items,
                                gr_vector_void_star& output_items)
{
    auto& tracker = d_frames.tracker();
    tracker.open(*this, static_cast<const gr_complex*>(input_items[0]), ninput_items);
    const int room =
        output_items.empty() ? std::numeric_limits<int>::max() : noutput_items;
    std::array<int, 2> n_made{};
    const auto out = [&](std::size_t port, std::size_t len) {
        return port < output_items.size()
                   ? dsp::span(static_cast<gr_complex*>(output_items[port]) +
                                   n_made[port] * len,
                               len)
                   : dsp::span<gr_complex>(nullptr, 0);
    };
    int n = 0;
    for (; n < room; ++n) {
        const int row = d_frames.next_row(out(0, d_waveform.n_subcarriers()),
                                          out(1, d_waveform.n_data()));
        if (row < 0) {
            break;
        }
        if (row == 0 && !output_items.empty()) {
            add_item_tag(0, nitems_written(0) + n, meta::FRAME, d_frames.frame_meta());
        }
        ++n_made[0];
        n_made[1] += !d_waveform.is_reference_row(row);
    }
    d_is_full = n == room;
    tracker.close(*this);
    if (n == 0 && tracker.is_finished()) {
        return WORK_DONE;
    }
    for (std::size_t port = 0; port < output_items.size(); ++port) {
        produce(static_cast<int>(port), n_made[port]);
    }
    return WORK_CALLED_PRODUCE;
}

} // namespace isac
} // namespace gr

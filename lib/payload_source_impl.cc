/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "payload_source_impl.h"
#include <gnuradio/io_signature.h>
#include <gnuradio/isac/frame_meta.h>
#include <algorithm>

namespace gr {
namespace isac {

payload_source::sptr payload_source::make(const isac::waveform& waveform,
                                          const std::string& payload,
                                          bool repeat,
                                          int n_frames,
                                          bool idle)
{
    return gnuradio::make_block_sptr<payload_source_impl>(
        waveform, payload, repeat, n_frames, idle);
}

payload_source_impl::payload_source_impl(const isac::waveform& waveform,
                                         const std::string& payload,
                                         bool repeat,
                                         int n_frames,
                                         bool idle)
    : gr::sync_block("payload_source",
                     io_signature::make(0, 0, 0),
                     io_signature::make(1, 1, waveform.payload_len())),
      d_payload_len(waveform.payload_len()),
      d_input(*this, d_logger, payload_queue(waveform, payload, repeat, n_frames, idle))
{
    set_min_output_buffer(0, 4);
}

int payload_source_impl::work(int noutput_items,
                              gr_vector_const_void_star&,
                              gr_vector_void_star& output_items)
{
    auto* items = static_cast<std::uint8_t*>(output_items[0]);
    int n = 0;
    while (n < noutput_items) {
        const auto frame = d_input.next();
        if (!frame) {
            break;
        }
        auto* item = items + n * d_payload_len;
        std::fill(std::copy(frame->payload.begin(), frame->payload.end(), item),
                  item + d_payload_len,
                  0);
        add_item_tag(0, nitems_written(0) + n, meta::FRAME, frame_meta(*frame));
        ++n;
    }
    return n == 0 && d_input.done() ? WORK_DONE : n;
}

} // namespace isac
} // namespace gr

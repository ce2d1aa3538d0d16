/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "payload_source_impl.h"
#include <gnuradio/block_detail.h>
#include <gnuradio/buffer.h>
#include <gnuradio/io_signature.h>
#include <gnuradio/isac/frame_meta.h>
#include <algorithm>

namespace gr {
namespace isac {

namespace {

// GNU Radio may make room for hundreds of frames. A PDU would have to wait for all that
// are in it: better to have a frame on its way, and one more.
constexpr int AHEAD = 2;

} // namespace

payload_source::sptr payload_source::make(const isac::waveform& waveform,
                                          const std::string& payload,
                                          bool repeat,
                                          int n_frames,
                                          bool idle,
                                          int queue_len)
{
    return gnuradio::make_block_sptr<payload_source_impl>(
        waveform, payload, repeat, n_frames, idle, queue_len);
}

payload_source_impl::payload_source_impl(const isac::waveform& waveform,
                                         const std::string& payload,
                                         bool repeat,
                                         int n_frames,
                                         bool idle,
                                         int queue_len)
    : gr::sync_block("payload_source",
                     io_signature::make(0, 0, 0),
                     io_signature::make(1, 1, waveform.payload_len())),
      d_payload_len(waveform.payload_len()),
      d_input(*this,
              d_logger,
              payload_queue(waveform, payload, repeat, n_frames, idle, queue_len))
{
    set_min_output_buffer(0, 4);
}

/// Waits until there are less than AHEAD frames in the output. \returns how many.
int payload_source_impl::wait_for_room()
{
    const auto output = detail()->output(0);
    while (!output->done()) {
        {
            gr::thread::scoped_lock lock(*output->mutex());
            const int ahead = output->bufsize() - 1 - output->space_available();
            if (ahead < AHEAD) {
                return ahead;
            }
        }
        // To return nothing would put the block to sleep until the next message.
        d_input.take_messages();
        boost::this_thread::sleep(boost::posix_time::microseconds(200));
    }
    return 0;
}

int payload_source_impl::work(int noutput_items,
                              gr_vector_const_void_star&,
                              gr_vector_void_star& output_items)
{
    auto* items = static_cast<std::uint8_t*>(output_items[0]);
    const int ahead = wait_for_room();
    if (detail()->output(0)->done()) {
        return WORK_DONE; // GNU Radio would notice when the buffer is full
    }
    noutput_items = std::min(noutput_items, AHEAD - ahead);
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

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "buffer.h"
#include "frame_sync_impl.h"
#include <gnuradio/io_signature.h>
#include <gnuradio/isac/frame_meta.h>
#include <algorithm>

namespace gr {
namespace isac {

namespace {

const pmt::pmt_t STATUS = pmt::mp("status");

} // namespace

frame_sync::sptr frame_sync::make(const isac::waveform& waveform)
{
    return gnuradio::make_block_sptr<frame_sync_impl>(waveform);
}

frame_sync_impl::frame_sync_impl(const isac::waveform& waveform)
    : gr::block("frame_sync",
                io_signature::make(1, 1, sizeof(gr_complex)),
                io_signature::make(1, 1, sizeof(gr_complex))),
      d_tracker(waveform)
{
    set_tag_propagation_policy(TPP_DONT);
    set_min_output_buffer(0, buffer_items(sizeof(gr_complex)));
    // Makes the buffer before this block hold what a search must see at once.
    set_history(static_cast<unsigned>(d_tracker.lookahead()) + 1);
    message_port_register_out(STATUS);
}

void frame_sync_impl::forecast(int, gr_vector_int& ninput_items_required)
{
    ninput_items_required[0] =
        d_tracker.in_frame() ? 1 : static_cast<int>(d_tracker.lookahead());
}

void frame_sync_impl::search(const gr_complex* samples, int n)
{
    const int done = d_tracker.search(
        { samples, std::size_t(n) },
        nitems_read(0) - d_tracker.lookahead()); // GNU Radio begins with that many zeros
    consume(0, done);
    const auto status = d_tracker.status();
    if (!pmt::is_null(status)) {
        message_port_pub(STATUS, status);
    }
    if (d_tracker.in_frame()) {
        add_item_tag(0, nitems_written(0), meta::FRAME, d_tracker.frame_meta());
    }
}

int frame_sync_impl::general_work(int noutput_items,
                                  gr_vector_int& ninput_items,
                                  gr_vector_const_void_star& input_items,
                                  gr_vector_void_star& output_items)
{
    const auto* in = static_cast<const gr_complex*>(input_items[0]);
    auto* out = static_cast<gr_complex*>(output_items[0]);

    if (!d_tracker.in_frame()) {
        search(in, ninput_items[0]);
        return 0;
    }
    const std::size_t n =
        std::min({ noutput_items, ninput_items[0], d_tracker.remaining() });
    d_tracker.correct({ in, n }, { out, n });
    consume(0, static_cast<int>(n));
    return static_cast<int>(n);
}

} // namespace isac
} // namespace gr

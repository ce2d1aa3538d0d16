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

frame_sync::sptr frame_sync::make(const isac::waveform& waveform)
{
    return gnuradio::make_block_sptr<frame_sync_impl>(waveform);
}

frame_sync_impl::frame_sync_impl(const isac::waveform& waveform)
    : gr::block("frame_sync",
                io_signature::make(1, 1, sizeof(gr_complex)),
                io_signature::make(1, 1, sizeof(gr_complex))),
      d_symbol_len(waveform.symbol_len()),
      d_tracker(waveform)
{
    set_tag_propagation_policy(TPP_DONT);
    set_output_multiple(d_symbol_len);
    set_min_output_buffer(0, buffer_items(sizeof(gr_complex)));
    d_tracker.attach(*this);
}

void frame_sync_impl::forecast(int, gr_vector_int& ninput_items_required)
{
    ninput_items_required[0] = d_n_missing > 0 ? 1 : d_tracker.items_needed(*this);
}

bool frame_sync_impl::make_row(gr_complex* out, int at)
{
    if (d_n_missing > 0) { // of a frame that was hit: what follows must stay aligned
        std::fill_n(out, d_symbol_len, gr_complex(0));
        --d_n_missing;
        return true;
    }
    switch (d_tracker.step()) {
    case dsp::sync_event::ROW:
        if (d_tracker.sync().row() == 0) {
            add_item_tag(0, nitems_written(0) + at, meta::FRAME, d_tracker.frame_meta());
        }
        d_tracker.sync().correct({ out, std::size_t(d_symbol_len) });
        return true;
    case dsp::sync_event::FRAME:
    case dsp::sync_event::CUT:
        d_n_missing = d_tracker.sync().take_missing_rows();
        return make_row(out, at);
    case dsp::sync_event::NEED_MORE:
        break;
    }
    return false;
}

int frame_sync_impl::general_work(int noutput_items,
                                  gr_vector_int& ninput_items,
                                  gr_vector_const_void_star& input_items,
                                  gr_vector_void_star& output_items)
{
    auto* out = static_cast<gr_complex*>(output_items[0]);
    d_tracker.open(*this, static_cast<const gr_complex*>(input_items[0]), ninput_items);
    int n = 0;
    while (n + d_symbol_len <= noutput_items && make_row(out + n, n)) {
        n += d_symbol_len;
    }
    d_tracker.close(*this);
    return n == 0 && d_tracker.is_finished() ? WORK_DONE : n;
}

} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "frame_join_impl.h"
#include <gnuradio/block_detail.h>
#include <gnuradio/buffer_reader.h>
#include <gnuradio/io_signature.h>
#include <gnuradio/isac/frame_meta.h>
#include <algorithm>
#include <chrono>
#include <thread>

namespace gr {
namespace isac {

frame_join::sptr frame_join::make(const isac::waveform& waveform)
{
    return gnuradio::make_block_sptr<frame_join_impl>(waveform);
}

frame_join_impl::frame_join_impl(const isac::waveform& waveform)
    : gr::block("frame_join",
                io_signature::make(2, 2, sizeof(gr_complex) * waveform.n_subcarriers()),
                io_signature::make(2, 2, sizeof(gr_complex) * waveform.n_subcarriers())),
      d_n_symbols(waveform.n_symbols()),
      d_row_len(waveform.n_subcarriers()),
      d_pairs(waveform)
{
    set_tag_propagation_policy(TPP_DONT);
    set_output_multiple(d_n_symbols);
    set_min_output_buffer(0, 2 * d_n_symbols);
    set_min_output_buffer(1, 2 * d_n_symbols);
}

void frame_join_impl::forecast(int, gr_vector_int& ninput_items_required)
{
    // Rows of either input are welcome as they come; only without any is there nothing
    // to do. GNU Radio would wait for both and end with the first, so look for oneself.
    const auto sent = detail()->input(0), received = detail()->input(1);
    const bool any = sent->items_available() > 0 || received->items_available() > 0 ||
                     d_pairs.is_ready();
    const bool is_over = sent->done() && received->done();
    ninput_items_required[0] = !any && (is_over || !sent->done());
    ninput_items_required[1] = !any && (is_over || !received->done());
}

void frame_join_impl::wait_for_partner()
{
    if (d_waited_ms < PATIENCE_MS) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        ++d_waited_ms;
        return;
    }
    for (int port = 0; port < 2; ++port) {
        if (d_pairs[port].is_full()) {
            d_pairs.drop(port);
        }
    }
}

int frame_join_impl::general_work(int noutput_items,
                                  gr_vector_int& ninput_items,
                                  gr_vector_const_void_star& input_items,
                                  gr_vector_void_star& output_items)
{
    int taken = 0;
    for (int port = 0; port < 2; ++port) {
        get_tags_in_window(d_tags, port, 0, ninput_items[port], meta::FRAME);
        const int n =
            d_pairs[port].take(static_cast<const gr_complex*>(input_items[port]),
                               ninput_items[port],
                               d_tags,
                               nitems_read(port));
        consume(port, n);
        taken += n;
    }
    int produced = 0;
    for (; produced < noutput_items && d_pairs.is_ready(); produced += d_n_symbols) {
        for (int port = 0; port < 2; ++port) {
            std::copy_n(d_pairs[port].rows(),
                        d_n_symbols * d_row_len,
                        static_cast<gr_complex*>(output_items[port]) +
                            produced * d_row_len);
            if (const auto dict = d_pairs[port].dict()) {
                add_item_tag(port, nitems_written(port) + produced, meta::FRAME, dict);
            }
        }
        d_pairs.pop();
        d_waited_ms = 0;
    }
    if (taken == 0 && produced == 0) {
        wait_for_partner();
    }
    return produced;
}

} // namespace isac
} // namespace gr

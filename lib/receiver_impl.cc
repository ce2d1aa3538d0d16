/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "buffer.h"
#include "receiver_impl.h"
#include <gnuradio/io_signature.h>
#include <algorithm>
#include <limits>

namespace gr {
namespace isac {

receiver::sptr receiver::make(const isac::waveform& waveform, isac::interpolation method)
{
    return gnuradio::make_block_sptr<receiver_impl>(waveform, method);
}

receiver_impl::receiver_impl(const isac::waveform& waveform, isac::interpolation method)
    : gr::block("receiver",
                io_signature::make(1, 1, sizeof(gr_complex)),
                io_signature::make2(0,
                                    2,
                                    sizeof(gr_complex) * waveform.n_subcarriers(),
                                    sizeof(gr_complex) * waveform.n_data())),
      d_waveform(waveform),
      d_tracker(waveform),
      d_receiver(waveform, method),
      d_symbol(waveform.symbol_len()),
      d_row(waveform.n_subcarriers()),
      d_cells(waveform.n_data()),
      d_payload(waveform.payload_len()),
      d_meta(pmt::make_dict()),
      d_result(*this)
{
    // No relative rate is set: with one, GNU Radio never ends a block whose outputs are
    // all unconnected while less than a symbol is left in its input.
    set_tag_propagation_policy(TPP_DONT);
    set_min_output_buffer(0, buffer_items(sizeof(gr_complex) * waveform.n_subcarriers()));
    set_min_output_buffer(1, buffer_items(sizeof(gr_complex) * waveform.n_data()));
    d_tracker.attach(*this);
}

void receiver_impl::forecast(int, gr_vector_int& ninput_items_required)
{
    ninput_items_required[0] = d_n_missing > 0 ? 1 : d_tracker.items_needed(*this);
}

void receiver_impl::finish_frame()
{
    const bool crc_ok = d_receiver.finish(d_payload);
    d_result.publish(
        d_meta, d_payload, crc_ok, d_receiver.bit_errors(), d_waveform.bits_per_frame());
    d_tracker.report_payload(*this, crc_ok, std::numeric_limits<double>::quiet_NaN());
}

void receiver_impl::write_row(gr_vector_void_star& output_items, int at)
{
    for (std::size_t port = 0; port < output_items.size(); ++port) {
        const auto& made = port == 0 ? d_row : d_cells;
        std::copy(made.begin(),
                  made.end(),
                  static_cast<gr_complex*>(output_items[port]) + at * made.size());
    }
}

void receiver_impl::drop_frame()
{
    // What follows must stay aligned: rows that never came are rows of nothing.
    d_n_missing = d_tracker.sync().take_missing_rows();
    if (d_n_missing > 0) {
        d_result.publish(d_meta, d_payload, false, 0, 0);
        std::fill(d_row.begin(), d_row.end(), 0);
        std::fill(d_cells.begin(), d_cells.end(), 0);
    }
    d_meta = d_tracker.frame_meta();
}

bool receiver_impl::make_row(gr_vector_void_star& output_items, int at)
{
    if (d_n_missing > 0) {
        --d_n_missing;
        write_row(output_items, at);
        return true;
    }
    auto& sync = d_tracker.sync();
    switch (d_tracker.step()) {
    case dsp::sync_event::ROW:
        if (sync.row() == 0 && !output_items.empty()) {
            add_item_tag(0, nitems_written(0) + at, meta::FRAME, d_meta);
        }
        sync.correct(d_symbol);
        d_receiver.take_row(sync.row(), d_symbol, d_tracker.noise_var(), d_row, d_cells);
        write_row(output_items, at);
        if (!sync.in_frame()) {
            finish_frame();
        }
        return true;
    case dsp::sync_event::FRAME:
    case dsp::sync_event::CUT:
        drop_frame();
        return make_row(output_items, at);
    case dsp::sync_event::NEED_MORE:
        break;
    }
    return false;
}

int receiver_impl::general_work(int noutput_items,
                                gr_vector_int& ninput_items,
                                gr_vector_const_void_star& input_items,
                                gr_vector_void_star& output_items)
{
    d_tracker.open(*this, static_cast<const gr_complex*>(input_items[0]), ninput_items);
    const int room =
        output_items.empty() ? std::numeric_limits<int>::max() : noutput_items;
    int n = 0;
    while (n < room && make_row(output_items, n)) {
        ++n;
    }
    d_tracker.close(*this);
    return n == 0 && d_tracker.is_finished() ? WORK_DONE : n;
}

} // namespace isac
} // namespace gr

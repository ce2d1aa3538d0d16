/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "buffer.h"
#include "receiver_impl.h"
#include <gnuradio/io_signature.h>
#include <algorithm>

namespace gr {
namespace isac {

namespace {

const pmt::pmt_t STATUS = pmt::mp("status");

} // namespace

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
      d_result(*this)
{
    // No relative rate is set: with one, GNU Radio never ends a block whose outputs are
    // all unconnected while less than a symbol is left in its input.
    set_tag_propagation_policy(TPP_DONT);
    set_min_output_buffer(0, buffer_items(sizeof(gr_complex) * waveform.n_subcarriers()));
    set_min_output_buffer(1, buffer_items(sizeof(gr_complex) * waveform.n_data()));
    // Makes the buffer before this block hold what a search must see at once.
    set_history(static_cast<unsigned>(d_tracker.lookahead()) + 1);
    message_port_register_out(STATUS);
}

void receiver_impl::forecast(int, gr_vector_int& ninput_items_required)
{
    ninput_items_required[0] = d_tracker.in_frame()
                                   ? d_waveform.symbol_len()
                                   : static_cast<int>(d_tracker.lookahead());
}

void receiver_impl::search(const gr_complex* samples, int n)
{
    // GNU Radio begins a stream with lookahead() zeros, which do not count as time.
    consume(0,
            d_tracker.search({ samples, std::size_t(n) },
                             nitems_read(0) - d_tracker.lookahead()));
    const auto status = d_tracker.status();
    if (!pmt::is_null(status)) {
        message_port_pub(STATUS, status);
    }
    d_next_row = 0;
}

void receiver_impl::finish_frame()
{
    const bool crc_ok = d_receiver.finish(d_payload);
    d_result.publish(d_tracker.frame_meta(),
                     d_payload,
                     crc_ok,
                     d_receiver.bit_errors(),
                     d_waveform.bits_per_frame());
}

int receiver_impl::general_work(int noutput_items,
                                gr_vector_int& ninput_items,
                                gr_vector_const_void_star& input_items,
                                gr_vector_void_star& output_items)
{
    const auto* in = static_cast<const gr_complex*>(input_items[0]);
    if (!d_tracker.in_frame()) {
        search(in, ninput_items[0]);
        return 0;
    }
    const std::size_t n_outputs = output_items.size();
    if (n_outputs > 0 && d_next_row == 0) {
        add_item_tag(0, nitems_written(0), meta::FRAME, d_tracker.frame_meta());
    }
    const int symbol_len = d_waveform.symbol_len();
    const int available = ninput_items[0] / symbol_len;
    const int n = std::min({ n_outputs ? noutput_items : available,
                             available,
                             d_tracker.remaining() / symbol_len });
    for (int i = 0; i < n; ++i) {
        d_tracker.correct({ in + i * symbol_len, d_symbol.size() }, d_symbol);
        d_receiver.take_row(
            d_next_row++, d_symbol, d_tracker.noise_var(), d_row, d_cells);
        for (std::size_t port = 0; port < n_outputs; ++port) {
            const auto& made = port == 0 ? d_row : d_cells;
            std::copy(made.begin(),
                      made.end(),
                      static_cast<gr_complex*>(output_items[port]) + i * made.size());
        }
    }
    consume(0, n * symbol_len);
    if (!d_tracker.in_frame()) {
        finish_frame();
    }
    return n;
}

} // namespace isac
} // namespace gr

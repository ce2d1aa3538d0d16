/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "buffer.h"
#include "receiver_impl.h"
#include <gnuradio/io_signature.h>
#include <gnuradio/isac/dsp/mcs.h>
#include <algorithm>
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
      d_tracker(waveform),
      d_receiver(waveform, method, max_speed_mps),
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
    // Rows may be waiting for room, even behind the last sample.
    ninput_items_required[0] = d_is_full ? 0 : d_tracker.items_needed(*this);
}

pmt::pmt_t receiver_impl::frame_meta() const
{
    return pmt::dict_add(
        d_meta, meta::NOISE_VAR, pmt::from_double(d_receiver.noise_var()));
}

void receiver_impl::finish_frame()
{
    const bool crc_ok = d_receiver.finish(d_payload);
    d_result.publish(frame_meta(),
                     d_payload,
                     crc_ok,
                     d_receiver.bit_errors(),
                     d_waveform.bits_per_frame());
    const auto& p = d_waveform.params();
    d_tracker.report_payload(*this, crc_ok, dsp::required_snr_db(p.modulation, p.coding));
    d_is_open = false;
}

void receiver_impl::drop_frame()
{
    if (d_tracker.sync().take_missing_rows() > 0) {
        d_result.publish(d_meta, d_payload, false, 0, 0);
        // What follows must stay aligned: rows that never came are rows of nothing.
        d_n_missing = d_n_out > 0 ? d_waveform.n_symbols() - d_n_out : 0;
    }
    d_meta = d_tracker.frame_meta();
    d_is_open = false;
    d_n_out = 0;
}

void receiver_impl::take_row()
{
    auto& sync = d_tracker.sync();
    if (sync.row() == 0) {
        d_receiver.start(sync.frame().noise_var);
        d_is_open = true;
    }
    const auto body = d_receiver.body();
    sync.correct(body);
    d_receiver.push_body(body);
}

bool receiver_impl::take_event()
{
    switch (d_tracker.step()) {
    case dsp::sync_event::ROW:
        take_row();
        return true;
    case dsp::sync_event::FRAME:
    case dsp::sync_event::CUT:
        drop_frame();
        return true;
    case dsp::sync_event::NEED_MORE:
        break;
    }
    return false;
}

int receiver_impl::make_row(dsp::span<gr_complex> row, dsp::span<gr_complex> symbols)
{
    while (d_n_missing == 0 && !(d_is_open && d_receiver.next(row, symbols))) {
        if (!take_event()) {
            return -1;
        }
    }
    if (d_n_missing > 0) {
        std::fill(row.begin(), row.end(), 0);
        std::fill(symbols.begin(), symbols.end(), 0);
        return d_waveform.n_symbols() - d_n_missing--;
    }
    const int made = d_n_out;
    if (++d_n_out == d_waveform.n_symbols()) {
        finish_frame();
    }
    return made;
}

int receiver_impl::general_work(int noutput_items,
                                gr_vector_int& ninput_items,
                                gr_vector_const_void_star& input_items,
                                gr_vector_void_star& output_items)
{
    d_tracker.open(*this, static_cast<const gr_complex*>(input_items[0]), ninput_items);
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
        const int row =
            make_row(out(0, d_waveform.n_subcarriers()), out(1, d_waveform.n_data()));
        if (row < 0) {
            break;
        }
        if (row == 0 && !output_items.empty()) {
            add_item_tag(0, nitems_written(0) + n, meta::FRAME, frame_meta());
        }
        ++n_made[0];
        n_made[1] += !d_waveform.is_reference_row(row);
    }
    d_is_full = n == room;
    d_tracker.close(*this);
    if (n == 0 && d_tracker.is_finished()) {
        return WORK_DONE;
    }
    for (std::size_t port = 0; port < output_items.size(); ++port) {
        produce(static_cast<int>(port), n_made[port]);
    }
    return WORK_CALLED_PRODUCE;
}

} // namespace isac
} // namespace gr

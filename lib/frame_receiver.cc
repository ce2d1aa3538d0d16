/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "frame_receiver.h"
#include <gnuradio/isac/dsp/mcs.h>
#include <algorithm>

namespace gr {
namespace isac {

frame_receiver::frame_receiver(gr::block& block,
                               const waveform& w,
                               interpolation method,
                               double max_speed_mps)
    : d_block(block),
      d_waveform(w),
      d_tracker(w),
      d_receiver(w, method, max_speed_mps),
      d_payload(w.payload_len()),
      d_meta(pmt::make_dict()),
      d_result(block)
{
    d_tracker.attach(block);
}

pmt::pmt_t frame_receiver::frame_meta() const
{
    return pmt::dict_add(
        d_meta, meta::NOISE_VAR, pmt::from_double(d_receiver.noise_var()));
}

/// The one before, if it is not complete, never will be.
void frame_receiver::start_frame()
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

void frame_receiver::finish_frame()
{
    const bool crc_ok = d_receiver.finish(d_payload);
    d_result.publish(frame_meta(),
                     d_payload,
                     crc_ok,
                     d_receiver.bit_errors(),
                     d_waveform.bits_per_frame());
    const auto& p = d_waveform.params();
    d_tracker.report_payload(
        d_block, crc_ok, dsp::required_snr_db(p.modulation, p.coding));
    d_is_open = false;
}

void frame_receiver::take_samples()
{
    auto& sync = d_tracker.sync();
    if (sync.row() == 0) {
        d_receiver.start(sync.frame().noise_var, sync.frame().sfo_ppm);
        d_is_open = true;
    }
    const auto body = d_receiver.body();
    sync.correct(body);
    d_receiver.push_body(body);
}

bool frame_receiver::take_event()
{
    switch (d_tracker.step()) {
    case dsp::sync_event::ROW:
        take_samples();
        return true;
    case dsp::sync_event::FRAME:
    case dsp::sync_event::CUT:
        start_frame();
        return true;
    case dsp::sync_event::NEED_MORE:
        break;
    }
    return false;
}

int frame_receiver::next_row(dsp::span<gr_complex> row, dsp::span<gr_complex> symbols)
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

} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "frame_samples.h"
#include <algorithm>

namespace gr {
namespace isac {

frame_samples::frame_samples(const waveform& w)
    : d_waveform(w), d_transmitter(w), d_next_row(w.n_symbols())
{
    d_pending.reserve(w.preamble_len());
}

/// Where the next \p len samples are made.
dsp::span<gr_complex> frame_samples::place(gr_complex* samples, int room, int len)
{
    d_taken = 0;
    d_pending.resize(room < len ? len : 0);
    return d_pending.empty() ? dsp::span<gr_complex>(samples, len) : d_pending;
}

/// How many of them are where they go.
int frame_samples::placed(gr_complex* samples, int room, int len)
{
    return d_pending.empty() ? len : take(samples, room);
}

int frame_samples::start(const payload_queue::frame& frame, gr_complex* samples, int room)
{
    const int len = d_waveform.preamble_len();
    d_transmitter.start(
        frame.number, frame.payload, place(samples, room, len), frame.segmented);
    d_next_row = 0;
    return placed(samples, room, len);
}

int frame_samples::take(gr_complex* samples, int room)
{
    const int n = std::min<int>(room, d_pending.size() - d_taken);
    std::copy_n(d_pending.begin() + d_taken, n, samples);
    d_taken += n;
    return n;
}

frame_samples::written
frame_samples::fill(gr_complex* samples, int room, gr_complex* rows, int row_room)
{
    const int len = d_waveform.symbol_len();
    const std::size_t row_len = rows ? d_waveform.n_subcarriers() : 0;
    written w{ is_pending() ? take(samples, room) : 0, 0 };
    while (w.samples < room && has_rows() && (!rows || w.rows < row_room)) {
        auto* at = samples + w.samples;
        const int left = room - w.samples;
        if (w.samples > 0 && left < len) {
            break; // the next call has room for it
        }
        d_transmitter.make_row(
            d_next_row++, { rows + w.rows * row_len, row_len }, place(at, left, len));
        w.samples += placed(at, left, len);
        ++w.rows;
    }
    return w;
}

} // namespace isac
} // namespace gr

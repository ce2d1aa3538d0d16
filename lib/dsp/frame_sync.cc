/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include <gnuradio/isac/dsp/frame_sync.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr std::int64_t SPOT_CHECK = 1024; // samples of a call whose level is measured

} // namespace

frame_sync::frame_sync(const waveform& w)
    : d_waveform(w),
      d_detector(w),
      d_estimator(w),
      d_header_reader(w),
      d_clock(w),
      d_row(nullptr, 0)
{
    d_need = lookahead();
}

int frame_sync::lookback() const
{
    return d_detector.depth() + d_estimator.before() + 2 * d_waveform.cp_len();
}

int frame_sync::lookahead() const
{
    // A candidate may be half a symbol early, and is up to depth() old when it is
    // certain.
    const int preamble = d_waveform.preamble_len() + d_waveform.fft_len() / 2;
    return std::max(preamble, d_estimator.behind()) + 2 * d_waveform.cp_len() +
           d_waveform.fft_len();
}

sync_event
frame_sync::step(span<const std::complex<float>> samples, std::int64_t first, bool ended)
{
    return in_frame() ? next_row(samples, first, ended) : search(samples, first, ended);
}

sync_event frame_sync::next_row(span<const std::complex<float>> samples,
                                std::int64_t first,
                                bool ended)
{
    const std::int64_t end = first + static_cast<std::int64_t>(samples.size());
    const int symbol_len = d_waveform.symbol_len();
    const auto row_end = d_position + symbol_len;
    if (end < row_end) {
        d_need = symbol_len;
        if (ended) {
            jump(end);
            return sync_event::CUT;
        }
        return sync_event::NEED_MORE;
    }
    while (d_candidate || (d_candidate = d_detector.scan(samples, first, row_end))) {
        switch (try_candidate(samples, first, ended)) {
        case trial::WAIT:
            return sync_event::NEED_MORE;
        case trial::YES:
            return sync_event::FRAME;
        case trial::NO:
            break;
        }
    }
    d_row = samples.subspan(d_position - first, symbol_len);
    d_row_at = d_position;
    const auto next = d_waveform.n_symbols() - --d_rows_left;
    const double drift = double(next) * symbol_len * d_frame.sfo_ppm * 1e-6;
    d_position = d_frame.body + std::int64_t(next) * symbol_len + std::llround(drift);
    d_need = symbol_len;
    if (!in_frame()) {
        d_detector.set_floor(0);
        d_expected = std::llround(d_frame.arrival + d_waveform.body_len() + drift);
        d_need = lookahead();
    }
    return sync_event::ROW;
}

sync_event frame_sync::search(span<const std::complex<float>> samples,
                              std::int64_t first,
                              bool ended)
{
    const std::int64_t end = first + static_cast<std::int64_t>(samples.size());
    for (;;) {
        const auto tried = d_expected ? try_expected(samples, first, ended)
                                      : try_candidate(samples, first, ended);
        if (tried == trial::WAIT) {
            return sync_event::NEED_MORE;
        }
        if (tried == trial::YES) {
            return sync_event::FRAME;
        }
        if (!look(samples, first, end, ended)) {
            break;
        }
    }
    d_position = std::max(d_position, d_detector.scanned());
    // Small calls cost as much as large ones.
    d_need = d_waveform.symbol_len();
    return sync_event::NEED_MORE;
}

bool frame_sync::look(span<const std::complex<float>> samples,
                      std::int64_t first,
                      std::int64_t end,
                      bool ended)
{
    const auto from = d_detector.scanned();
    d_candidate = d_detector.scan(samples, first, end);
    if (!d_candidate && ended) {
        d_candidate = d_detector.take_pending();
    }
    const auto n = std::min<std::int64_t>(d_detector.scanned() - from, SPOT_CHECK);
    if (n > 0 && from >= first) {
        d_level.take(samples.subspan(from - first, n));
    }
    return d_candidate.has_value();
}

frame_sync::trial frame_sync::try_expected(span<const std::complex<float>> samples,
                                           std::int64_t first,
                                           bool ended)
{
    const auto position = *d_expected + d_waveform.cp_len();
    const std::int64_t end = first + static_cast<std::int64_t>(samples.size());
    d_position = *d_expected;
    d_need = std::max(d_waveform.preamble_len() + d_waveform.cp_len(),
                      d_waveform.cp_len() + d_estimator.behind());
    if (end < d_position + d_need && !ended) {
        return trial::WAIT;
    }
    d_expected.reset();
    d_candidate = d_detector.measure(samples, first, position);
    if (!d_candidate) {
        return trial::NO;
    }
    // Half a preamble that comes later is left for the search.
    d_due = double(d_position) + 2 * d_waveform.symbol_len();
    return try_candidate(samples, first, ended);
}

frame_sync::trial frame_sync::try_candidate(span<const std::complex<float>> samples,
                                            std::int64_t first,
                                            bool ended)
{
    if (!d_candidate) {
        return trial::NO;
    }
    const auto candidate = *d_candidate;
    const std::int64_t end = first + static_cast<std::int64_t>(samples.size());
    const auto needed = candidate.position +
                        std::max(d_waveform.preamble_len(), d_estimator.behind()) +
                        d_waveform.cp_len();
    if (end < needed && !ended) {
        d_position = in_frame() ? d_position : std::max(d_position, d_detector.scanned());
        d_need = static_cast<int>(needed - d_position);
        return trial::WAIT;
    }
    d_candidate.reset();
    const auto due = std::exchange(d_due, std::nullopt);
    sync_estimate e;
    const auto verdict = d_estimator.estimate(samples, first, candidate, e);
    if (verdict != sync_verdict::OURS) {
        note(verdict, e.cfo);
        return trial::NO;
    }
    const auto header_end = e.window + d_header_reader.len();
    if (e.window < first || header_end > end) {
        return trial::NO; // the stream ended inside the header
    }
    if ((due && std::abs(e.arrival - *due) > d_waveform.cp_len() + 2) ||
        std::abs(e.window - d_read) < d_waveform.fft_len() / 4) {
        return trial::NO; // seen before, or will be
    }
    return read_header(
               samples.subspan(e.window - first, d_header_reader.len()), candidate, e)
               ? trial::YES
               : trial::NO;
}

bool frame_sync::read_header(span<const std::complex<float>> samples,
                             const sync_candidate& candidate,
                             const sync_estimate& e)
{
    const double turns = -e.cfo / d_waveform.fft_len();
    rotator correction;
    correction.set(turns, turns * double(e.window - e.origin));
    d_last_seen = d_read = e.window;
    d_level.take(samples);
    const auto header =
        d_header_reader.read(samples, correction, e.offset, d_estimator.channel());
    if (!header || !accept(*header)) {
        ++(header ? d_counts.other_waveforms : d_counts.header_errors);
        return false;
    }
    d_rotator = correction;
    begin(*header, e, candidate.metric);
    // A header outlives the loss of a part of it, and what stands there instead may be
    // the next preamble.
    d_candidate = d_detector.scan(samples, e.window, d_frame.body);
    return true;
}

} // namespace dsp
} // namespace isac
} // namespace gr

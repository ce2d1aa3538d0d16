/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

// What frame_sync remembers from frame to frame; frame_sync.cc finds them.

#include "require.h"
#include <gnuradio/isac/dsp/frame_sync.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

bool frame_sync::accept(const frame_header& header) const
{
    const auto& p = d_waveform.params();
    return header.modulation == static_cast<int>(p.modulation) &&
           header.coding == static_cast<int>(p.coding) &&
           header.payload_len <= static_cast<std::uint32_t>(d_waveform.payload_len());
}

void frame_sync::begin(const frame_header& header, const sync_estimate& e, float metric)
{
    const int header_len = d_header_reader.len();
    d_counts.broken_frames += in_frame();
    d_missing_rows += d_rows_left;
    ++d_counts.frames;
    d_frame.header = header;
    d_frame.cfo_hz = e.cfo * d_waveform.params().subcarrier_spacing_hz;
    d_frame.noise_var = e.noise_var;
    d_frame.snr_db = 10 * std::log10(std::max(e.snr, 1e-12));
    d_frame.arrival = e.arrival + header_len;
    d_frame.body = e.window + header_len;
    d_dc = e.offset;
    d_counts.lost_samples += d_clock.take(d_frame.arrival, header.number);
    d_frame.sfo_ppm = d_clock.offset() * 1e6;

    d_rows_left = d_waveform.n_symbols();
    d_position = d_rotated = d_frame.body;
    d_need = d_waveform.symbol_len();
    d_expected.reset();
    d_detector.restart(e.window);
    d_detector.set_floor(INSIDE * metric);
}

void frame_sync::jump(std::int64_t at)
{
    d_counts.cut_frames += in_frame();
    d_missing_rows += d_rows_left;
    d_rows_left = 0;
    d_expected.reset();
    d_candidate.reset();
    d_clock.forget();
    d_detector.restart(at);
    d_detector.set_floor(0);
    d_position = d_last_seen = at;
    d_need = d_waveform.symbol_len();
}

void frame_sync::note(sync_verdict verdict, double cfo)
{
    if (verdict == sync_verdict::NOTHING) {
        return;
    }
    d_last_seen = d_detector.scanned();
    if (verdict == sync_verdict::CFO_TOO_BIG) {
        d_refused_cfo = cfo;
        ++d_counts.cfo_too_big;
    } else {
        ++d_counts.foreign;
    }
}

void frame_sync::correct(span<std::complex<float>> out)
{
    require(out.size() <= d_row.size(),
            "frame_sync",
            "length of out",
            out.size(),
            "it must be <= symbol_len");
    const auto skipped = d_row.size() - out.size();
    d_rotator.skip(double(d_row_at - d_rotated) + double(skipped));
    d_rotator.rotate(d_row.subspan(skipped, out.size()), out, d_dc);
    d_rotated = d_row_at + static_cast<std::int64_t>(d_row.size());
}

double frame_sync::refused_cfo_hz() const
{
    return d_refused_cfo * d_waveform.params().subcarrier_spacing_hz;
}

} // namespace dsp
} // namespace isac
} // namespace gr

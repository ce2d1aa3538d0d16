/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "frame_tracker.h"
#include <gnuradio/isac/frame_meta.h>

namespace gr {
namespace isac {

frame_tracker::frame_tracker(const waveform& w)
    : d_waveform(w), d_sync(w), d_meta(pmt::make_dict())
{
}

int frame_tracker::search(dsp::span<const gr_complex> samples, std::uint64_t first)
{
    const auto found = d_sync.search(samples);
    if (found.frame) {
        const auto& f = *found.frame;
        const double rx_time_s = (first + found.consumed) / d_waveform.sample_rate_hz();
        d_remaining = d_waveform.body_len();
        d_noise_var = static_cast<float>(f.noise_var);
        d_meta = pmt::make_dict();
        d_meta = pmt::dict_add(d_meta, meta::NUMBER, pmt::from_uint64(f.header.number));
        d_meta = pmt::dict_add(
            d_meta, meta::PAYLOAD_LEN, pmt::from_uint64(f.header.payload_len));
        if (f.header.segmented) {
            d_meta = pmt::dict_add(d_meta, meta::SEGMENTED, pmt::PMT_T);
        }
        d_meta = pmt::dict_add(d_meta, meta::RX_TIME, pmt::from_double(rx_time_s));
        d_meta = pmt::dict_add(d_meta, meta::CFO, pmt::from_double(f.cfo_hz));
        d_meta = pmt::dict_add(d_meta, meta::SNR, pmt::from_double(f.snr_db));
        d_meta = pmt::dict_add(d_meta, meta::NOISE_VAR, pmt::from_double(f.noise_var));
    }
    return static_cast<int>(found.consumed);
}

void frame_tracker::correct(dsp::span<const gr_complex> in, dsp::span<gr_complex> out)
{
    d_sync.correct(in, out);
    d_remaining -= static_cast<int>(in.size());
}

pmt::pmt_t frame_tracker::status()
{
    const auto now = d_sync.counts();
    const char* state = now.frames != d_reported.frames                 ? "frame"
                        : now.header_errors != d_reported.header_errors ? "header error"
                        : now.other_waveforms != d_reported.other_waveforms
                            ? "other waveform"
                        : now.not_ours != d_reported.not_ours ? "not ours"
                                                              : nullptr;
    d_reported = now;
    if (!state) {
        return pmt::PMT_NIL;
    }
    auto dict = pmt::make_dict();
    const auto add = [&dict](const char* key, const pmt::pmt_t& value) {
        dict = pmt::dict_add(dict, pmt::mp(key), value);
    };
    add("state", pmt::mp(state));
    add("frames", pmt::from_uint64(now.frames));
    add("header_errors", pmt::from_uint64(now.header_errors));
    add("not_ours", pmt::from_uint64(now.not_ours));
    add("other_waveforms", pmt::from_uint64(now.other_waveforms));
    return dict;
}

} // namespace isac
} // namespace gr

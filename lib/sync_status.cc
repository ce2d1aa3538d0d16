/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sync_status.h"
#include <gnuradio/isac/status_meta.h>
#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

namespace gr {
namespace isac {

namespace {

constexpr double TOLD_PER_S = 10;
constexpr double LOW_LEVEL_DB = -60; // a 12 bit converter then has 5 steps left
constexpr double SNR_MARGIN_DB = 0.5;

} // namespace

sync_status::sync_status(const waveform& w)
    : d_waveform(w),
      d_snr_needed_db(std::numeric_limits<double>::quiet_NaN()),
      d_interval(w.sample_rate_hz() / TOLD_PER_S)
{
}

std::string sync_status::cause(dsp::frame_sync& sync) const
{
    const auto& now = sync.counts();
    const bool is_clipping = sync.level().is_clipping();
    if (d_bad > d_bad_seen) {
        return "bad samples";
    }
    if (now.broken_frames > d_seen.broken_frames ||
        now.lost_samples > d_seen.lost_samples) {
        return "samples lost";
    }
    if (now.cut_frames > d_seen.cut_frames) {
        return "frame cut";
    }
    if (now.frames > d_seen.frames) {
        return is_clipping ? "clipping" : "frame";
    }
    if (now.cfo_too_big > d_seen.cfo_too_big) {
        return "CFO beyond reach";
    }
    if (now.foreign > d_seen.foreign || now.other_waveforms > d_seen.other_waveforms) {
        return "wrong waveform";
    }
    if (now.header_errors > d_seen.header_errors) {
        return is_clipping ? "clipping" : "header CRC failed";
    }
    return "";
}

pmt::pmt_t sync_status::update(dsp::frame_sync& sync)
{
    d_bad = sync.n_bad();
    auto state = cause(sync);
    if (state.empty() && sync.silence() > 2 * std::int64_t(d_waveform.frame_len()) &&
        !sync.level().is_empty()) {
        state = sync.level().rms_db() < LOW_LEVEL_DB ? "level too low"
                : sync.level().is_clipping()         ? "clipping"
                                                     : "no preamble";
    }
    d_seen = sync.counts();
    d_bad_seen = d_bad;
    return state.empty() ? pmt::PMT_NIL : tell(state, sync);
}

pmt::pmt_t
sync_status::update_payload(dsp::frame_sync& sync, bool crc_ok, double snr_needed_db)
{
    d_snr_needed_db = snr_needed_db;
    d_is_payload_judged = true;
    if (crc_ok) {
        return pmt::PMT_NIL;
    }
    ++d_payload_errors;
    const bool is_weak = sync.frame().snr_db < snr_needed_db + SNR_MARGIN_DB;
    return tell(sync.level().is_clipping() ? "clipping"
                : is_weak                  ? "payload SNR too low"
                                           : "payload CRC failed",
                sync);
}

pmt::pmt_t sync_status::finish(dsp::frame_sync& sync)
{
    const auto news = update(sync);
    if (!pmt::is_null(news)) {
        return news;
    }
    d_told.clear();
    if (!d_last.empty()) {
        return tell(d_last, sync);
    }
    if (sync.level().is_empty()) {
        return pmt::PMT_NIL; // too short to say anything
    }
    return tell(sync.level().rms_db() < LOW_LEVEL_DB ? "level too low"
                : sync.level().is_clipping()         ? "clipping"
                                                     : "no preamble",
                sync);
}

std::string sync_status::message(const std::string& state, dsp::frame_sync& sync) const
{
    std::ostringstream text;
    text.precision(3);
    if (state == "frame") {
        text << "receiving";
    } else if (state == "clipping") {
        text << "the input clips: lower the receive gain by 6 dB";
    } else if (state == "level too low") {
        text << "the input is at " << sync.level().rms_db()
             << " dB of full scale: raise the receive gain, check antenna and cable";
    } else if (state == "no preamble") {
        text << "no preamble of this waveform in a signal of " << sync.level().rms_db()
             << " dB of full scale: check frequency, sample rate ("
             << d_waveform.sample_rate_hz() << " Hz) and that the transmitter sends";
    } else if (state == "CFO beyond reach") {
        text << "the carrier is " << sync.refused_cfo_hz()
             << " Hz off, which is more than "
             << dsp::sync_estimator::MAX_CFO * d_waveform.params().subcarrier_spacing_hz
             << " Hz: retune by that much or use better oscillators";
    } else if (state == "wrong waveform") {
        text << "a transmitter with another waveform: both ends must use the same, this "
                "one is "
             << d_waveform.id();
    } else if (state == "header CRC failed") {
        text << "a preamble came, but its header cannot be read: too weak, or two "
                "transmitters at once";
    } else if (state == "payload SNR too low") {
        text << "the payload needs " << d_snr_needed_db << " dB and gets "
             << sync.frame().snr_db
             << " dB: use a lower modulation or code rate, or more power";
    } else if (state == "payload CRC failed") {
        text
            << "the payload cannot be read although the SNR of " << sync.frame().snr_db
            << " dB suffices: echoes longer than the prefix, fast fading or interference";
    } else if (state == "samples lost") {
        text << "samples are missing: the computer or the bus is too slow for the radio";
    } else if (state == "bad samples") {
        text << "samples that are not finite: a block before this one divides by zero";
    } else if (state == "frame cut") {
        text << "the stream ended or jumped inside a frame";
    }
    return text.str();
}

pmt::pmt_t sync_status::tell(const std::string& state, dsp::frame_sync& sync)
{
    const auto now = static_cast<double>(sync.position());
    const auto told = d_told.find(state);
    d_last = state;
    if (told != d_told.end() && now - told->second < d_interval) {
        return pmt::PMT_NIL;
    }
    d_told[state] = now;
    const auto& c = sync.counts();
    auto dict = pmt::make_dict();
    const auto add = [&dict](const pmt::pmt_t& key, const pmt::pmt_t& value) {
        dict = pmt::dict_add(dict, key, value);
    };
    add(status::STATE, pmt::mp(state));
    add(status::MESSAGE, pmt::mp(message(state, sync)));
    add(status::TIME, pmt::from_double(now / d_waveform.sample_rate_hz()));
    add(status::PEAK, pmt::from_double(sync.level().peak_db()));
    add(status::RMS, pmt::from_double(sync.level().rms_db()));
    add(status::CLIPPED, pmt::from_double(sync.level().clipped()));
    add(status::CFO,
        pmt::from_double(state == "CFO beyond reach" ? sync.refused_cfo_hz()
                                                     : sync.frame().cfo_hz));
    add(status::FRAMES, pmt::from_uint64(c.frames));
    add(status::HEADER_ERRORS, pmt::from_uint64(c.header_errors));
    add(status::OTHER_WAVEFORMS, pmt::from_uint64(c.other_waveforms + c.foreign));
    add(status::CFO_TOO_BIG, pmt::from_uint64(c.cfo_too_big));
    add(status::BROKEN_FRAMES, pmt::from_uint64(c.broken_frames + c.cut_frames));
    add(status::LOST_SAMPLES, pmt::from_uint64(c.lost_samples));
    add(status::BAD_SAMPLES, pmt::from_uint64(d_bad));
    add(status::SILENT_SAMPLES,
        pmt::from_uint64(
            static_cast<std::uint64_t>(std::max<std::int64_t>(sync.silence(), 0))));
    if (c.frames > 0) {
        add(status::SNR, pmt::from_double(sync.frame().snr_db));
    }
    if (d_is_payload_judged) {
        add(status::PAYLOAD_ERRORS, pmt::from_uint64(d_payload_errors));
        add(status::SNR_NEEDED, pmt::from_double(d_snr_needed_db));
    }
    sync.level().clear();
    return dict;
}

} // namespace isac
} // namespace gr

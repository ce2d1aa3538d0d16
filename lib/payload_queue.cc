/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "dsp/require.h"
#include "payload_queue.h"
#include <gnuradio/isac/frame_meta.h>
#include <algorithm>

namespace gr {
namespace isac {

payload_queue::payload_queue(
    const waveform& w, const std::string& payload, bool repeat, int n_frames, bool idle)
    : d_payload_len(w.payload_len()),
      d_payload(payload.begin(), payload.end()),
      d_repeat(repeat),
      d_n_frames(n_frames),
      d_idle(idle)
{
    dsp::require(n_frames >= 0, "payload", "n_frames", n_frames, "it must be >= 0");
    dsp::require(
        !repeat || !payload.empty(), "payload", "repeat", "True", "the payload is empty");
}

bool payload_queue::push(const pmt::pmt_t& pdu)
{
    if (!pmt::is_pair(pdu) || !pmt::is_u8vector(pmt::cdr(pdu))) {
        return false;
    }
    std::size_t n = 0;
    const auto* data = pmt::u8vector_elements(pmt::cdr(pdu), n);
    for (std::size_t at = 0; at < n; at += d_payload_len) {
        d_pieces.emplace_back(data + at, data + std::min(n, at + d_payload_len));
    }
    return true;
}

std::optional<payload_queue::frame> payload_queue::next()
{
    if (d_n_frames && d_sent == d_n_frames) {
        return std::nullopt;
    }
    frame f{ static_cast<std::uint32_t>(d_sent), {} };
    if (!d_pieces.empty()) {
        f.payload = std::move(d_pieces.front());
        d_pieces.pop_front();
    } else if (payload_left()) {
        const auto end = std::min(d_payload.size(), d_at + d_payload_len);
        f.payload.assign(d_payload.begin() + d_at, d_payload.begin() + end);
        d_at = d_repeat && end == d_payload.size() ? 0 : end;
    } else if (!d_idle && !d_n_frames) {
        return std::nullopt;
    }
    ++d_sent;
    return f;
}

bool payload_queue::done() const
{
    if (d_n_frames) {
        return d_sent == d_n_frames;
    }
    // Without a payload of its own it lives on what arrives.
    return !d_idle && !d_payload.empty() && !payload_left() && d_pieces.empty();
}

pmt::pmt_t frame_meta(const payload_queue::frame& frame)
{
    auto dict = pmt::make_dict();
    dict = pmt::dict_add(dict, meta::NUMBER, pmt::from_uint64(frame.number));
    return pmt::dict_add(dict, meta::PAYLOAD_LEN, pmt::from_uint64(frame.payload.size()));
}

} // namespace isac
} // namespace gr

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

namespace {

// What a message costs beside its data, roughly: a flood of short ones counts too.
constexpr std::size_t PDU_OVERHEAD = 256;

std::size_t cost(const pmt::pmt_t& data) { return pmt::length(data) + PDU_OVERHEAD; }

} // namespace

payload_queue::payload_queue(const waveform& w,
                             const std::string& payload,
                             bool repeat,
                             int n_frames,
                             bool idle,
                             int queue_len)
    : d_payload_len(w.payload_len()),
      d_queue_len(queue_len),
      d_payload(payload.begin(), payload.end()),
      d_repeat(repeat),
      d_n_frames(n_frames),
      d_idle(idle),
      d_segments(w.payload_len())
{
    dsp::require(n_frames >= 0, "payload", "n_frames", n_frames, "it must be >= 0");
    dsp::require(queue_len >= 1, "payload", "queue_len", queue_len, "it must be >= 1");
    dsp::require(
        !repeat || !payload.empty(), "payload", "repeat", "True", "the payload is empty");
}

payload_queue::outcome payload_queue::push(const pmt::pmt_t& pdu)
{
    if (!pmt::is_pair(pdu) || !pmt::is_u8vector(pmt::cdr(pdu)) ||
        pmt::length(pmt::cdr(pdu)) > dsp::MAX_PDU_LEN) {
        return outcome::MALFORMED;
    }
    const auto data = pmt::cdr(pdu);
    // One that is longer than the whole queue passes through an empty one.
    if (!d_pdus.empty() && d_queued + cost(data) > d_queue_len) {
        return outcome::FULL;
    }
    if (pmt::length(data) > 0) {
        d_queued += cost(data);
        d_pdus.push_back(data);
    }
    return outcome::TAKEN;
}

bool payload_queue::next_pdu()
{
    d_pdu = nullptr;
    if (d_pdus.empty()) {
        return false;
    }
    d_pdu = std::move(d_pdus.front());
    d_pdus.pop_front();
    d_queued -= cost(d_pdu);
    std::size_t n = 0;
    const auto* data = pmt::u8vector_elements(d_pdu, n);
    d_segmenter.start({ data, n });
    return true;
}

dsp::span<const std::uint8_t> payload_queue::segments()
{
    std::size_t used = 0, more = 0;
    do {
        if (d_segmenter.is_done() && !next_pdu()) {
            break;
        }
        more = d_segmenter.fill({ d_segments.data() + used, d_payload_len - used });
        used += more;
    } while (more > 0);
    return { d_segments.data(), used };
}

dsp::span<const std::uint8_t> payload_queue::piece()
{
    const std::size_t first = d_at, n = std::min(d_payload.size() - first, d_payload_len);
    d_at = d_repeat && first + n == d_payload.size() ? 0 : first + n;
    return { d_payload.data() + first, n };
}

std::optional<payload_queue::frame> payload_queue::next()
{
    if (d_n_frames && d_sent == d_n_frames) {
        return std::nullopt;
    }
    frame f{ static_cast<std::uint32_t>(d_sent), { nullptr, 0 }, false };
    if (pdus_left()) {
        f.payload = segments();
        f.segmented = true;
    } else if (payload_left()) {
        f.payload = piece();
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
    return !d_idle && !d_payload.empty() && !payload_left() && !pdus_left();
}

pmt::pmt_t frame_meta(const payload_queue::frame& frame)
{
    auto dict = pmt::make_dict();
    dict = pmt::dict_add(dict, meta::NUMBER, pmt::from_uint64(frame.number));
    dict = pmt::dict_add(dict, meta::PAYLOAD_LEN, pmt::from_uint64(frame.payload.size()));
    return frame.segmented ? pmt::dict_add(dict, meta::SEGMENTED, pmt::PMT_T) : dict;
}

} // namespace isac
} // namespace gr

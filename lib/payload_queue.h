/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_PAYLOAD_QUEUE_H
#define INCLUDED_ISAC_PAYLOAD_QUEUE_H

#include <gnuradio/isac/dsp/segmentation.h>
#include <gnuradio/isac/waveform.h>
#include <pmt/pmt.h>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace gr {
namespace isac {

/*!
 * Decides what the next frame carries: what payload_source and transmitter share.
 *
 * PDUs go first, in segments; then the fixed payload; then, if asked for, idle frames.
 */
class payload_queue
{
public:
    /*! \throws std::invalid_argument if \p n_frames < 0, \p repeat has no payload, or
     *  \p queue_len < 1. */
    payload_queue(const waveform& w,
                  const std::string& payload,
                  bool repeat,
                  int n_frames,
                  bool idle,
                  int queue_len);

    enum class outcome { TAKEN, MALFORMED, FULL };

    /// Takes a PDU with a u8vector of data.
    outcome push(const pmt::pmt_t& pdu);

    struct frame {
        std::uint32_t number;
        dsp::span<const std::uint8_t> payload; ///< until the next call; none is idle
        bool segmented;
    };

    /// The next frame, or nothing if there is nothing to send now.
    std::optional<frame> next();

    /// Nothing will come any more.
    bool done() const;

private:
    bool payload_left() const { return d_at < d_payload.size(); }
    bool pdus_left() const { return !d_segmenter.is_done() || !d_pdus.empty(); }
    bool next_pdu();
    dsp::span<const std::uint8_t> segments();
    dsp::span<const std::uint8_t> piece();

    std::size_t d_payload_len, d_queue_len;
    std::vector<std::uint8_t> d_payload;
    bool d_repeat;
    std::uint64_t d_n_frames; // 0: as many as it takes
    bool d_idle;
    std::deque<pmt::pmt_t> d_pdus;        // that wait: vectors, as they came
    pmt::pmt_t d_pdu;                     // the one being sent
    std::size_t d_queued = 0;             // bytes that d_pdus count for
    dsp::segmenter d_segmenter;           // of d_pdu
    std::vector<std::uint8_t> d_segments; // [payload_len]
    std::size_t d_at = 0;                 // in d_payload
    std::uint64_t d_sent = 0;
};

/// The frame's isac_frame dictionary: number, payload_len and, if so, segmented.
pmt::pmt_t frame_meta(const payload_queue::frame& frame);

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_PAYLOAD_QUEUE_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_PAYLOAD_QUEUE_H
#define INCLUDED_ISAC_PAYLOAD_QUEUE_H

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
 * PDUs go first, cut into frames; then the fixed payload; then, if asked for, idle
 * frames.
 */
class payload_queue
{
public:
    /*! \throws std::invalid_argument if \p n_frames < 0, or \p repeat has no payload. */
    payload_queue(const waveform& w,
                  const std::string& payload,
                  bool repeat,
                  int n_frames,
                  bool idle);

    /// Takes a PDU with a u8vector of data. \returns false if it is not one.
    bool push(const pmt::pmt_t& pdu);

    struct frame {
        std::uint32_t number;
        std::vector<std::uint8_t> payload; ///< up to payload_len bytes; none is idle
    };

    /// The next frame, or nothing if there is nothing to send now.
    std::optional<frame> next();

    /// Nothing will come any more.
    bool done() const;

private:
    bool payload_left() const { return d_at < d_payload.size(); }

    std::size_t d_payload_len;
    std::vector<std::uint8_t> d_payload;
    bool d_repeat;
    std::uint64_t d_n_frames; // 0: as many as it takes
    bool d_idle;
    std::deque<std::vector<std::uint8_t>> d_pieces; // of PDUs
    std::size_t d_at = 0;                           // in d_payload
    std::uint64_t d_sent = 0;
};

/// The frame's isac_frame dictionary: number and payload_len.
pmt::pmt_t frame_meta(const payload_queue::frame& frame);

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_PAYLOAD_QUEUE_H */

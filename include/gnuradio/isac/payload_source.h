/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_PAYLOAD_SOURCE_H
#define INCLUDED_ISAC_PAYLOAD_SOURCE_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/waveform.h>
#include <gnuradio/sync_block.h>

namespace gr {
namespace isac {

/*!
 * \brief Numbered frames of payload, from PDUs or from bytes given once.
 * \ingroup isac
 *
 * \details
 * Message input pdus: PDUs with a u8vector of 1 byte to 64 MiB, which come out of the
 * far frame_decoder or receiver whole and in order. Short ones share a frame, long ones
 * span several. They go before the fixed payload, and before idle frames. One that
 * finds the queue full is dropped, as a network interface does.
 *
 * Output: one item per frame, byte[payload_len], filled up with zeros.
 *
 * Tags: isac_frame on every item, with number, payload_len (0: an idle frame) and, for
 * PDUs, segmented.
 */
class ISAC_API payload_source : virtual public gr::sync_block
{
public:
    using sptr = std::shared_ptr<payload_source>;

    /*!
     * \brief Make a payload source.
     * \param waveform shared by all blocks of the link
     * \param payload bytes to send, cut into frames
     * \param repeat send the payload again and again
     * \param n_frames stop after so many frames, filled up with idle ones; 0 stops when
     * all is sent
     * \param idle send idle frames while there is nothing to send, and never stop
     * \param queue_len bytes of PDUs that may wait; each counts 256 more than it has
     */
    static sptr make(const isac::waveform& waveform,
                     const std::string& payload = "",
                     bool repeat = false,
                     int n_frames = 0,
                     bool idle = false,
                     int queue_len = 1 << 20);

    //! Messages dropped because they were no PDU with a u8vector of up to 64 MiB.
    virtual std::uint64_t malformed() const = 0;

    //! PDUs dropped because the queue was full.
    virtual std::uint64_t dropped() const = 0;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_PAYLOAD_SOURCE_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_FRAME_SYNC_H
#define INCLUDED_ISAC_FRAME_SYNC_H

#include <gnuradio/block.h>
#include <gnuradio/isac/api.h>
#include <gnuradio/isac/waveform.h>

namespace gr {
namespace isac {

/*!
 * \brief Finds frames in a stream: detection, timing, carrier offset, header.
 * \ingroup isac
 *
 * \details
 * Input: complex samples from a radio or a channel, with frames anywhere in them.
 *
 * Output: whole frames and nothing else: the samples of their rows, body_len per
 * frame, carrier offset removed, item 0 the first sample of a prefix.
 *
 * A frame in which samples turn out to be missing ends in rows of zeros.
 *
 * Message output status: what is received, or why nothing is, as a dictionary of the keys
 * in status_meta.h, above all state and message (what to do about it). Told when a state
 * first comes, then at most ten times a second of signal.
 *
 * Tags: isac_frame on the first sample of each frame, with number, payload_len,
 * rx_time_s, window_s, cfo_hz, sfo_ppm, snr_db and noise_var. The tag rx_time of a radio
 * sets the clock; where it jumps, samples are lost.
 */
class ISAC_API frame_sync : virtual public gr::block
{
public:
    using sptr = std::shared_ptr<frame_sync>;

    /*!
     * \brief Make a frame synchroniser.
     * \param waveform shared by all blocks of the link
     */
    static sptr make(const isac::waveform& waveform);
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_FRAME_SYNC_H */

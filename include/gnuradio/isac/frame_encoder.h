/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_FRAME_ENCODER_H
#define INCLUDED_ISAC_FRAME_ENCODER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/waveform.h>
#include <gnuradio/sync_interpolator.h>

namespace gr {
namespace isac {

/*!
 * \brief Payload to the coded bits of its frame: CRC-32, scrambler, convolutional code,
 * interleaver.
 * \ingroup isac
 *
 * \details
 * Input: the payload of one frame, byte[payload_len], as payload_source delivers it.
 *
 * Output: n_data_rows items per frame, byte[bits_per_row]: one coded bit a byte, 0 or 1.
 *
 * Tags: isac_frame moves from the payload to the first row of its frame.
 */
class ISAC_API frame_encoder : virtual public gr::sync_interpolator
{
public:
    using sptr = std::shared_ptr<frame_encoder>;

    /*!
     * \brief Make a frame encoder.
     * \param waveform shared by all blocks of the link
     */
    static sptr make(const isac::waveform& waveform);
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_FRAME_ENCODER_H */

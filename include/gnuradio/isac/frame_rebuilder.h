/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_FRAME_REBUILDER_H
#define INCLUDED_ISAC_FRAME_REBUILDER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/waveform.h>
#include <gnuradio/sync_block.h>

namespace gr {
namespace isac {

/*!
 * \brief Decoded frames to the grid rows that were sent: the far receiver's reference.
 * \ingroup isac
 *
 * \details
 * A radar must know what was sent. A far receiver that has decoded a frame without error
 * knows: it encodes the payload once more, with no cable to the transmitter. frame_join
 * pairs the rows with those that were received.
 *
 * Message input frames: what receiver and frame_decoder say of every frame, with its
 * payload. Frames that are broken are passed over: for them there is no reference. Any
 * other message is dropped and counted.
 *
 * Output: the grid rows of every good frame as they were sent, complex[n_subcarriers],
 * n_symbols of them a frame.
 *
 * Tags: isac_frame on the first row of each frame, with the dictionary of its message.
 */
class ISAC_API frame_rebuilder : virtual public gr::sync_block
{
public:
    using sptr = std::shared_ptr<frame_rebuilder>;

    /*!
     * \brief Make a frame rebuilder.
     * \param waveform shared by all blocks of the link
     */
    static sptr make(const isac::waveform& waveform);

    //! Frames of which the rows were made.
    virtual std::uint64_t rebuilt() const = 0;

    //! Frames passed over because they were received broken.
    virtual std::uint64_t broken() const = 0;

    //! Messages dropped because they are not what a decoder says of a frame.
    virtual std::uint64_t malformed() const = 0;

    //! Good frames dropped because 64 others were waiting.
    virtual std::uint64_t dropped() const = 0;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_FRAME_REBUILDER_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_FRAME_JOIN_H
#define INCLUDED_ISAC_FRAME_JOIN_H

#include <gnuradio/block.h>
#include <gnuradio/isac/api.h>
#include <gnuradio/isac/waveform.h>

namespace gr {
namespace isac {

/*!
 * \brief Pairs the grid rows of sent frames with those of the same frames received.
 * \ingroup isac
 *
 * \details
 * Frames start at their isac_frame tag and meet by the number in it. A frame whose
 * partner never comes is dropped: a missed frame costs one map, not the alignment of
 * all that follow. Frames without a number pair in the order of their arrival.
 *
 * Input 0: sent grid rows, complex[n_subcarriers]. They wait here, up to 32 MiB of them,
 * for their echoes. When that is full and nothing has been received for half a second,
 * the oldest are given up, so that a receiver that has lost the signal does not stop the
 * transmitter.
 *
 * Input 1: received grid rows, complex[n_subcarriers].
 *
 * Output 0, output 1: the same rows, whole frames, item by item of the same frame.
 *
 * Tags: isac_frame of each input passes to its output.
 */
class ISAC_API frame_join : virtual public gr::block
{
public:
    using sptr = std::shared_ptr<frame_join>;

    /*!
     * \brief Make a frame join.
     * \param waveform shared by both inputs
     */
    static sptr make(const isac::waveform& waveform);

    //! Frames that met their partner.
    virtual std::uint64_t paired() const = 0;

    //! Sent frames dropped because they were not received.
    virtual std::uint64_t unpaired_sent() const = 0;

    //! Received frames dropped because they were not sent.
    virtual std::uint64_t unpaired_received() const = 0;

    //! Frames of either input cut short by the tag of the next one, and dropped.
    virtual std::uint64_t incomplete() const = 0;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_FRAME_JOIN_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_PREAMBLE_INSERTER_H
#define INCLUDED_ISAC_PREAMBLE_INSERTER_H

#include <gnuradio/block.h>
#include <gnuradio/isac/api.h>
#include <gnuradio/isac/waveform.h>

namespace gr {
namespace isac {

/*!
 * \brief Puts the synchronisation symbol and the header before the rows of each frame.
 * \ingroup isac
 *
 * \details
 * Input: the samples of the rows, body_len of them per frame.
 *
 * Output: whole frames, frame_len samples each. The header says number and
 * payload_len from isac_frame; without a tag frames count on from the last one and
 * are full.
 *
 * Tags: isac_frame moves to the first sample of the preamble.
 */
class ISAC_API preamble_inserter : virtual public gr::block
{
public:
    using sptr = std::shared_ptr<preamble_inserter>;

    /*!
     * \brief Make a preamble inserter.
     * \param waveform shared by all blocks of the link
     */
    static sptr make(const isac::waveform& waveform);
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_PREAMBLE_INSERTER_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_PREAMBLE_REMOVER_H
#define INCLUDED_ISAC_PREAMBLE_REMOVER_H

#include <gnuradio/block.h>
#include <gnuradio/isac/api.h>
#include <gnuradio/isac/waveform.h>

namespace gr {
namespace isac {

/*!
 * \brief Takes the preamble off frames whose place is known, as in an echo of our own.
 * \ingroup isac
 *
 * \details
 * Input: complex samples, frame_len of them per frame, aligned with the transmitter.
 * A frame starts at each isac_frame tag and, without one, where the last one ended.
 *
 * Output: the samples of the rows, body_len of them per frame. A frame that the tag
 * of the next one cuts short is filled up with zeros.
 *
 * Tags: isac_frame moves to the first sample of the first row.
 */
class ISAC_API preamble_remover : virtual public gr::block
{
public:
    using sptr = std::shared_ptr<preamble_remover>;

    /*!
     * \brief Make a preamble remover.
     * \param waveform shared by all blocks of the link
     */
    static sptr make(const isac::waveform& waveform);
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_PREAMBLE_REMOVER_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_FRAME_DECODER_H
#define INCLUDED_ISAC_FRAME_DECODER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/waveform.h>
#include <gnuradio/sync_block.h>

namespace gr {
namespace isac {

/*!
 * \brief The soft bits of a frame to its payload: deinterleaver, Viterbi decoder,
 * descrambler, CRC-32.
 * \ingroup isac
 *
 * \details
 * Input: the LLRs of one row, float[bits_per_row]; n_data_rows of them make a frame. NaN
 * and infinite count as 0: not known.
 *
 * Message output pdus: the PDUs that were sent, whole and in order, each a u8vector with
 * the dictionary of the frame in which it ended; of a payload that is not from PDUs the
 * bytes in use of each frame whose CRC fits. A lost frame takes its PDUs with it.
 *
 * Message output frames: every frame, idle and broken ones too, for meters and for
 * frame_rebuilder: its dictionary, and the bytes it carries unless it is broken.
 * Both have crc_ok in it, and if that is true bit_errors before decoding, of
 * coded_bits.
 *
 * Tags: a frame begins at isac_frame, whatever is missing of the one before. Without
 * tags frames follow each other from the first row on and are numbered here.
 */
class ISAC_API frame_decoder : virtual public gr::sync_block
{
public:
    using sptr = std::shared_ptr<frame_decoder>;

    /*!
     * \brief Make a frame decoder.
     * \param waveform shared by all blocks of the link
     */
    static sptr make(const isac::waveform& waveform);

    //! Frames decoded, whether their CRC fits or not.
    virtual std::uint64_t frames() const = 0;

    //! Frames whose payload CRC failed.
    virtual std::uint64_t crc_errors() const = 0;

    //! PDUs that were sent and went with lost frames; known when a later one arrives.
    virtual std::uint64_t lost_pdus() const = 0;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_FRAME_DECODER_H */

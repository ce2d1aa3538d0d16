/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_RECEIVER_H
#define INCLUDED_ISAC_RECEIVER_H

#include <gnuradio/block.h>
#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/channel_estimator.h>
#include <gnuradio/isac/waveform.h>

namespace gr {
namespace isac {

/*!
 * \brief Samples to payload: the whole receive chain in one block.
 * \ingroup isac
 *
 * \details
 * Does what frame_sync, ofdm_demodulator, channel_estimator, equalizer,
 * dft_despreader (if the waveform asks for it), symbol_demapper and frame_decoder do
 * in a row.
 *
 * Input: complex samples from a radio or a channel, with frames anywhere in them.
 *
 * Message output pdus: the PDUs that were sent, whole and in order, with the dictionary
 * of the frame in which they ended; of a payload that is not from PDUs what each frame
 * has of it.
 *
 * Message output frames: every frame, idle and broken ones too, for meters and for
 * frame_rebuilder: its dictionary, and the bytes it carries unless it is broken.
 *
 * Message output status: what frame_sync says, and how the payload fares.
 *
 * Output 0: the grid rows as they came, complex[n_subcarriers], with isac_frame. May
 * stay unconnected.
 *
 * Output 1: the equalised data symbols of each data row, complex[n_data]. May stay
 * unconnected.
 */
class ISAC_API receiver : virtual public gr::block
{
public:
    using sptr = std::shared_ptr<receiver>;

    /*!
     * \brief Make a receiver.
     * \param waveform shared by all blocks of the link
     * \param method how the channel between the pilots is found
     * \param max_speed_mps fastest motion to follow
     */
    static sptr make(const isac::waveform& waveform,
                     isac::interpolation method = isac::interpolation::WIENER,
                     double max_speed_mps = 40);

    //! Frames decoded, whether their CRC fits or not.
    virtual std::uint64_t frames() const = 0;

    //! Frames whose payload CRC failed.
    virtual std::uint64_t crc_errors() const = 0;

    //! PDUs that were sent and went with lost frames; known when a later one arrives.
    virtual std::uint64_t lost_pdus() const = 0;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_RECEIVER_H */

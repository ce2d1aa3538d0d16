/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_BISTATIC_ALIGNER_H
#define INCLUDED_ISAC_BISTATIC_ALIGNER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/waveform.h>
#include <gnuradio/sync_block.h>

namespace gr {
namespace isac {

/*!
 * \brief Makes the line of sight the zero of range and velocity at a far receiver.
 * \ingroup isac
 *
 * \details
 * The far receiver's clocks are not the transmitter's: they turn and move the line of
 * sight from row to row, and every echo with it. This block measures delay and phase of
 * the line of sight in each row and takes them out. A map of what comes out shows echoes
 * by how much longer their way is than the line of sight, and how fast that shrinks.
 * range_m and velocity_mps of a detection are half of that, as of an echo that comes back
 * to where it was sent; the line of sight itself is the detection at 0 and 0, and
 * isac.bistatic makes positions of the others.
 *
 * Input 0: the grid rows that were sent, complex[n_subcarriers], of frame_rebuilder.
 *
 * Input 1: the grid rows that came, frame-aligned with input 0, of receiver or
 * ofdm_demodulator by way of frame_join.
 *
 * Output: the rows of input 1, aligned.
 *
 * Tags: isac_frame of input 1 passes, with sight_time_s, sight_snr_db and drift_ppm added
 * where there is a line of sight.
 */
class ISAC_API bistatic_aligner : virtual public gr::sync_block
{
public:
    using sptr = std::shared_ptr<bistatic_aligner>;

    /*!
     * \brief Make a bistatic aligner.
     * \param waveform shared with the transmitter
     * \param sight_margin_db the line of sight is the first path that is at most so far
     * below the strongest one
     */
    static sptr make(const isac::waveform& waveform, double sight_margin_db = 6);

    //! Frames aligned.
    virtual std::uint64_t aligned() const = 0;

    //! Frames without any power, which pass as they are.
    virtual std::uint64_t blind() const = 0;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_BISTATIC_ALIGNER_H */

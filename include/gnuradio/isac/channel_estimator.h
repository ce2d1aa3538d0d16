/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_CHANNEL_ESTIMATOR_H
#define INCLUDED_ISAC_CHANNEL_ESTIMATOR_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/channel_estimator.h>
#include <gnuradio/isac/waveform.h>
#include <gnuradio/sync_block.h>

namespace gr {
namespace isac {

/*!
 * \brief Pilots of grid rows to the channel on all their cells.
 * \ingroup isac
 *
 * \details
 * Works on whole frames: follows common phase and timing from row to row, averages over
 * neighbouring rows as far as the fastest motion allows, and interpolates between the
 * pilots for the delays and the noise that the frame shows. With DFT precoding that is
 * done with the reference rows, and rows between two of them lie on a straight line.
 *
 * Input: received grid rows, complex[n_subcarriers]. A frame begins at isac_frame, and
 * without tags every n_symbols rows. Rows of a frame that another one interrupts are
 * estimated one by one.
 *
 * Output: the channel of each row, complex[n_subcarriers], to connect to the
 * equalizer beside the rows themselves; 0 for a row that is all 0 or not finite.
 *
 * Tags: pass; noise_var of isac_frame becomes what the pilots of the frame show.
 */
class ISAC_API channel_estimator : virtual public gr::sync_block
{
public:
    using sptr = std::shared_ptr<channel_estimator>;

    /*!
     * \brief Make a channel estimator.
     * \param waveform shared by all blocks of the link
     * \param method how the channel between the pilots is found
     * \param max_speed_mps fastest motion to follow
     */
    static sptr make(const isac::waveform& waveform,
                     isac::interpolation method = isac::interpolation::WIENER,
                     double max_speed_mps = 40);
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_CHANNEL_ESTIMATOR_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_CLUTTER_FILTER_H
#define INCLUDED_ISAC_CLUTTER_FILTER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/waveform.h>
#include <gnuradio/sync_block.h>

namespace gr {
namespace isac {

/*!
 * \brief Removes what stands still from received grid rows.
 * \ingroup isac
 *
 * \details
 * Fits one constant channel per subcarrier to each frame by least squares and subtracts
 * what it makes of the sent symbols: leakage, walls and standing targets are gone. A
 * mover v velocity bins from standstill keeps 1 - sinc(v)^2 of its amplitude: nothing at
 * 0, half at 0.44, all at 1, and no more than 0.4 dB is lost beyond. It also leaves an
 * image of itself at standstill, weaker by sinc(v).
 *
 * Input 0: the grid rows that were sent, complex[n_subcarriers].
 *
 * Input 1: the grid rows that came back, frame-aligned with input 0.
 *
 * Output: the rows of input 1 without their static part, complex[n_subcarriers].
 *
 * Tags: isac_frame of input 1 passes.
 */
class ISAC_API clutter_filter : virtual public gr::sync_block
{
public:
    using sptr = std::shared_ptr<clutter_filter>;

    /*!
     * \brief Make a clutter filter.
     * \param waveform shared with the transmitter
     */
    static sptr make(const isac::waveform& waveform);
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_CLUTTER_FILTER_H */

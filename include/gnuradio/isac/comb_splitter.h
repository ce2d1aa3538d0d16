/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_COMB_SPLITTER_H
#define INCLUDED_ISAC_COMB_SPLITTER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/waveform.h>
#include <gnuradio/sync_block.h>

namespace gr {
namespace isac {

/*!
 * \brief Deals the cells of grid rows out to antennas, every n-th to each: MIMO radar.
 * \ingroup isac
 *
 * \details
 * Antenna t gets the cells whose index leaves t when divided by n_antennas, and 0 in the
 * others, so that no two antennas send in one cell and angle_estimator can tell them
 * apart. Together they send what one antenna would have sent. To a far receiver the
 * channel then jumps from cell to cell, and its estimate from pilots fails: these frames
 * are for sensing.
 *
 * Input: grid rows, complex[n_subcarriers].
 *
 * Outputs, n_antennas: grid rows, complex[n_subcarriers].
 *
 * Tags: all pass to all outputs.
 */
class ISAC_API comb_splitter : virtual public gr::sync_block
{
public:
    using sptr = std::shared_ptr<comb_splitter>;

    /*!
     * \brief Make a comb splitter.
     * \param waveform shared with the transmitter
     * \param n_antennas outputs
     */
    static sptr make(const isac::waveform& waveform, int n_antennas = 2);
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_COMB_SPLITTER_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_CLUTTER_FILTER_H
#define INCLUDED_ISAC_CLUTTER_FILTER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/sensing_params.h>
#include <gnuradio/isac/waveform.h>
#include <gnuradio/sync_block.h>
#include <cstdint>

namespace gr {
namespace isac {

/*!
 * \brief Removes what stands still from received grid rows.
 * \ingroup isac
 *
 * \details
 * Fits a channel per subcarrier to each frame by least squares and subtracts what it
 * makes of the sent symbols: leakage, walls and standing targets are gone. The method
 * says what the channel may be.
 *
 * MEAN: one constant per frame. A mover v velocity bins from standstill keeps 1 -
 * sinc(v)^2 of its amplitude: nothing at 0, half at 0.44, all at 1, and no more than 0.4
 * dB is lost beyond. It also leaves an image of itself at standstill, weaker by sinc(v).
 *
 * RECURSIVE: the running mean of it over memory frames. Movers slower than a velocity
 * bin stay; a target that stops fades within the memory.
 *
 * ECA: tones up to dopplers quarters of a velocity bin to either side of standstill,
 * for clutter that drifts. With 1 it leaves -46 dB of clutter up to a quarter bin fast
 * and costs a mover 0.9 dB at two bins; with 2 it is -69 dB up to half a bin and 6 dB.
 *
 * ECA_BATCH: one constant for each of batches parts of the frame, for clutter that
 * changes. Costs a mover 4.5 dB at two bins with four batches.
 *
 * LEAKAGE: one constant per frame, but only what comes from ranges up to
 * leakage_range_m: the leakage of the own transmitter goes, standing targets some four
 * range bins away stay.
 *
 * Input 0: the grid rows that were sent, complex[n_subcarriers].
 *
 * Input 1: the grid rows that came back, frame-aligned with input 0. A cell that is not
 * finite leaves as 0 and is counted.
 *
 * Output: the rows of input 1 without their clutter, complex[n_subcarriers].
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
     * \param params keywords in Python: method; memory, frames over which RECURSIVE
     *        averages; dopplers, quarters of a velocity bin to either side for ECA;
     *        batches, parts of a frame for ECA_BATCH, which must divide its rows;
     *        leakage_range_m, how far away the latest of the LEAKAGE is
     */
    static sptr make(const isac::waveform& waveform, const clutter_params& params = {});

    /*!
     * Share of the amplitude that an echo keeps, for symbols of equal power and
     * rectangular windows. RECURSIVE: without gaps between frames, once the memory is
     * full.
     * \param range_m of the echo
     * \param velocity_mps of the echo
     */
    virtual double kept(double range_m, double velocity_mps) const = 0;

    //! Cells that were not finite, sent or received.
    virtual std::uint64_t bad_cells() const = 0;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_CLUTTER_FILTER_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_CFAR_DETECTOR_H
#define INCLUDED_ISAC_CFAR_DETECTOR_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/sensing_params.h>
#include <gnuradio/isac/waveform.h>
#include <gnuradio/sync_block.h>

namespace gr {
namespace isac {

/*!
 * \brief Point targets in range-velocity maps: CFAR and CLEAN, measured below the bin.
 * \ingroup isac
 *
 * \details
 * Input: complex maps, complex[map_len], as output 1 of range_doppler makes them.
 *
 * Inputs 1 and 2, optional, both or none: the grids that were sent and received,
 * complex[grid_len], one for each map (rows through stream_to_vector). With them targets
 * are measured on the grid, which is what sensor does: at the Cramer-Rao bound also
 * within a few bins of the ends of range, and with symbols of unequal power at any SNR.
 *
 * Message output detections: one PDU per map, also when nothing was found. Its data is
 * a table, f32vector, row-major, strongest target first, with the columns range_m,
 * velocity_mps (positive approaches), snr_db (of the peak, after processing gain),
 * range_std_m, velocity_std_mps, range_velocity_cov (m^2/s: the covariance of the two).
 * Its metadata is the dictionary of the frame, with the names of the columns in columns.
 *
 * Two targets of similar strength are told apart from about a bin on; what a moving
 * target leaves within 2.5 bins, more than 30 dB below it, is none.
 */
class ISAC_API cfar_detector : virtual public gr::sync_block
{
public:
    using sptr = std::shared_ptr<cfar_detector>;

    /*!
     * \brief Make a CFAR detector.
     * \param waveform of the maps
     * \param params keywords in Python: range_window, velocity_window, range_padding
     *        and velocity_padding, with which the maps were made; false_alarm_rate, per
     *        cell of the map, of noise alone, in (0, 1); guard, bins next to the tested
     *        cell that are left out; training, bins beyond the guard that measure the
     *        noise; max_targets per map, the strongest ones are kept; cfar, how the bins
     *        measure the noise; os_rank, which of their cells OS takes, in (0, 1]
     */
    static sptr make(const isac::waveform& waveform, const sensing_params& params = {});

    //! Takes effect with the next map. Same range as in make().
    virtual void set_false_alarm_rate(double false_alarm_rate) = 0;

    //! Maps with cells that were not finite. These were taken as 0; one line in the log.
    virtual std::uint64_t not_finite() const = 0;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_CFAR_DETECTOR_H */

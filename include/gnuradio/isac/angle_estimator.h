/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_ANGLE_ESTIMATOR_H
#define INCLUDED_ISAC_ANGLE_ESTIMATOR_H

#include <gnuradio/isac/antenna_array.h>
#include <gnuradio/isac/api.h>
#include <gnuradio/isac/sensing_params.h>
#include <gnuradio/isac/waveform.h>
#include <gnuradio/sync_decimator.h>
#include <complex>
#include <vector>

namespace gr {
namespace isac {

/*!
 * \brief Targets in range, velocity and angle from the antennas of an array.
 * \ingroup isac
 *
 * \details
 * Detects echoes in beams, measures each in every antenna at its range and velocity, and
 * finds its direction, or several where reflectors share a cell of the map. With more
 * than one transmitting antenna (comb_splitter) the array is the virtual one: n_tx n_rx
 * elements.
 *
 * Inputs 0 to n_tx - 1: the grid rows that each antenna sent, complex[n_subcarriers]. A
 * cell of 0 was not sent.
 *
 * Inputs n_tx to n_tx + n_rx - 1: the grid rows that each antenna received,
 * frame-aligned with those sent.
 *
 * Output, optional: one picture per frame, float[8 n_tx n_rx n_range_bins], row-major
 * angle by range: the greatest power of all velocities. Its 8 n_tx n_rx rows are evenly
 * spaced in the sine of the angle, as antenna_array.beam_angles_rad has them.
 *
 * Message output detections: one PDU per frame, also when nothing was found. Its data is
 * a table, f32vector, row-major, strongest target first; its metadata is the dictionary
 * of the frame with columns, the names of the table's columns in one string: range_m,
 * velocity_mps (positive approaches), snr_db (with the gain of all cells and antennas),
 * range_std_m, velocity_std_mps, angle_rad, angle_std_rad.
 *
 * Tags: isac_frame moves from the first row of a frame on the first received input to its
 * picture.
 */
class ISAC_API angle_estimator : virtual public gr::sync_decimator
{
public:
    using sptr = std::shared_ptr<angle_estimator>;

    /*!
     * \brief Make an angle estimator.
     * \param waveform shared with the transmitter
     * \param tx_array the transmitting array: one input per element. More than one stand
     *        n_rx spacings of the receiving array apart.
     * \param rx_array the receiving array: one input per element
     * \param angle keywords in Python: method, n_sources (0 lets MDL decide),
     * max_sources, subarray_len (of spatial smoothing; 0 chooses) \param calibration
     * [n_tx n_rx], what calibrate() has measured; empty is ideal \param sensing keywords
     * in Python: range_window, velocity_window, filter, false_alarm_rate (per cell, all
     * beams together), guard, training, max_targets,
     *        cfar, os_rank
     */
    static sptr make(const isac::waveform& waveform,
                     const isac::antenna_array& tx_array = isac::antenna_array(),
                     const isac::antenna_array& rx_array = isac::antenna_array({ 4 }),
                     const angle_params& angle = {},
                     const std::vector<std::complex<float>>& calibration = {},
                     const sensing_params& sensing = {});

    /*!
     * \brief Measure what the elements do, with the next frame, and use it.
     *
     * For a known reflector: the strongest echo within a bin of this range. Where there
     * is none, a line is logged and nothing changes. \param range_m where the reflector
     * is \param angle_rad where the reflector is
     */
    virtual void calibrate(double range_m, double angle_rad) = 0;

    //! What is in use, [n_tx n_rx], to be saved; empty is ideal.
    virtual std::vector<std::complex<float>> calibration() const = 0;

    //! Frames without targets because sent rows were all 0 or not finite.
    virtual std::uint64_t unusable_frames() const = 0;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_ANGLE_ESTIMATOR_H */

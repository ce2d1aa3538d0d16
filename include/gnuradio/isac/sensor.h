/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_SENSOR_H
#define INCLUDED_ISAC_SENSOR_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/sensing_params.h>
#include <gnuradio/isac/waveform.h>
#include <gnuradio/sync_decimator.h>

namespace gr {
namespace isac {

/*!
 * \brief Sent and received grid rows to targets: the whole sensing chain in one block.
 * \ingroup isac
 *
 * \details
 * Does what range_doppler and cfar_detector do in a row, all inputs of the latter in use.
 *
 * Input 0: the grid rows that were sent, complex[n_subcarriers]. A cell of 0 was not
 * sent and contributes nothing.
 *
 * Input 1: the grid rows that came back, frame-aligned with input 0.
 *
 * Output: one map per frame, float[map_len], power, row-major velocity by range, as
 * range_doppler makes it.
 *
 * Message output detections: one PDU per map, also when nothing was found. Its data is
 * a table, f32vector, row-major, strongest target first, with the columns range_m,
 * velocity_mps (positive approaches), snr_db (of the peak, after processing gain),
 * range_std_m, velocity_std_mps, range_velocity_cov (m^2/s: the covariance of the two).
 * Its metadata is the dictionary of the frame, with the names of the columns in columns.
 *
 * Tags: isac_frame moves from the first row of a frame on input 1 to its map.
 */
class ISAC_API sensor : virtual public gr::sync_decimator
{
public:
    using sptr = std::shared_ptr<sensor>;

    /*!
     * \brief Make a sensor.
     * \param waveform shared with the transmitter
     * \param params keywords in Python: those of range_doppler and cfar_detector
     */
    static sptr make(const isac::waveform& waveform, const sensing_params& params = {});

    //! Takes effect with the next frame. Same range as in make().
    virtual void set_false_alarm_rate(double false_alarm_rate) = 0;

    //! Maps with cells that were not finite. These were taken as 0; one line in the log.
    virtual std::uint64_t not_finite() const = 0;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_SENSOR_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_MICRO_DOPPLER_H
#define INCLUDED_ISAC_MICRO_DOPPLER_H

#include <gnuradio/block.h>
#include <gnuradio/isac/api.h>
#include <gnuradio/isac/sensing_params.h>
#include <gnuradio/isac/waveform.h>

namespace gr {
namespace isac {

/*!
 * \brief Sent and received grid rows to the spectrogram of one range gate.
 * \ingroup isac
 *
 * \details
 * How fast what is in the gate moves, over time: a rotor's blades flash up to the
 * velocity of their tips, a walker's limbs swing around that of the torso. What stands
 * still is removed, so that it does not hide them.
 *
 * Input 0: the grid rows that were sent, complex[n_subcarriers]. A cell of 0 was not
 * sent and contributes nothing.
 *
 * Input 1: the grid rows that came back, frame-aligned with input 0. Rows that hold no
 * numbers are missing, and counted in missing_rows.
 *
 * Output: columns, float[n_velocities], power. Cell n_velocities / 2 is standstill,
 * later cells approach, velocity_step_mps apart; columns follow each other by column_s,
 * a whole number of rows, through preambles and frames that did not come (missed_frames):
 * the middle of column c is first_column_s + c column_s after the first row. After more
 * than 16 missing frames time begins anew. A column comes once the time is over that it
 * takes what stands still from.
 *
 * Tags: isac_frame of input 1 moves to the first column that its frame completes.
 */
class ISAC_API micro_doppler : virtual public gr::block
{
public:
    using sptr = std::shared_ptr<micro_doppler>;

    /*!
     * \brief Make a micro-Doppler block.
     * \param waveform shared with the transmitter
     * \param params keywords in Python: range_m, middle of the gate; depth_m of the
     *        gate, 0 is one range bin; window_s that a column is measured over; hop_s
     *        between columns; max_velocity_mps, the end of the velocity axis, 0 is all of
     *        it; clutter_s, what stands still for so long is removed, 0 keeps it;
     *        padding, cells per velocity bin; range_window and velocity_window, the
     *        tapers; filter, how the sent symbols are taken out of the received cells
     */
    static sptr make(const isac::waveform& waveform,
                     const micro_doppler_params& params = {});

    /*! Moves the gate, from the next frame on. */
    virtual void set_range_m(double range_m) = 0;

    /*! Cells of a column. */
    virtual int n_velocities() const = 0;

    /*! From one cell of a column to the next. */
    virtual double velocity_step_mps() const = 0;

    /*! From the middle of one column to that of the next. */
    virtual double column_s() const = 0;

    /*! The middle of column 0, after the first row. */
    virtual double first_column_s() const = 0;

    /*! Rows so far that held no numbers. */
    virtual std::uint64_t missing_rows() const = 0;

    /*! Frames so far that did not come, by their numbers. */
    virtual std::uint64_t missed_frames() const = 0;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_MICRO_DOPPLER_H */

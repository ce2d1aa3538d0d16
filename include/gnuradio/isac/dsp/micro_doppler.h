/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_MICRO_DOPPLER_H
#define INCLUDED_ISAC_DSP_MICRO_DOPPLER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/span.h>
#include <gnuradio/isac/dsp/spectrogram.h>
#include <gnuradio/isac/sensing_params.h>
#include <gnuradio/isac/waveform.h>
#include <volk/volk_alloc.hh>
#include <complex>
#include <cstdint>
#include <memory>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

class symbol_filter;
class gap_filler;

/*! Rows and cells of a spectrogram of grid rows.
 *  \throws std::invalid_argument naming the first parameter out of range. */
ISAC_API spectrogram_params micro_doppler_shape(const waveform& w,
                                                const micro_doppler_params& params);

/*!
 * How fast what is in one range gate moves, over time: the spectrogram of its echo.
 *
 * Every row of the grid is one sample of the gate: the sent symbols are taken out
 * (radar_filter) and the cells are added up with the phases that a delay from the gate
 * gives them, any delay and not only those of bins. The preamble between two frames
 * leaves a gap of a few samples, which is predicted from both sides; frames that did
 * not arrive are missing in the columns that they would have been in. A deep gate is
 * several, one range bin apart, whose powers are added. dsp::spectrogram does the rest.
 *
 * Transforms are unitary and windows keep the noise power, so that a reflector of
 * amplitude a, steady in the middle of the gate, peaks at |a|^2 times the occupied cells
 * of the rows in a window, less the window losses, over a noise floor of s2 per cell.
 *
 * V. C. Chen, The Micro-Doppler Effect in Radar, 2nd ed., 2019.
 */
class ISAC_API micro_doppler
{
public:
    using complex = std::complex<float>;

    /// More frames than this in a row that did not come begin a new time axis.
    static constexpr int MAX_MISSED = 16;

    /*! \throws std::invalid_argument naming the first parameter out of range. */
    explicit micro_doppler(const waveform& w, const micro_doppler_params& params = {});
    micro_doppler(micro_doppler&&) noexcept;
    ~micro_doppler();

    int window_len() const { return d_shape.window_len; } ///< rows, in a column
    int hop() const { return d_shape.hop; }               ///< rows, between columns
    int n_velocities() const { return d_shape.n_cells; }  ///< cells of a column
    int n_gates() const { return d_shape.n_series; }      ///< that are added

    double velocity_step_mps() const; ///< between cells; n_velocities() / 2 stands still
    double column_s() const;          ///< from column to column
    double first_column_s() const;    ///< middle of column 0, after the first row

    /*! The gate is there from the next frame on; time goes on.
     *  \throws std::invalid_argument if nothing there has an echo within the prefix. */
    void set_range_m(double range_m);

    /// Throws what set_range_m() would, and does nothing else.
    void check_range_m(double range_m) const;

    /*!
     * Takes a frame. Call next() until it says no before the following one.
     * \param tx [n_symbols, n_subcarriers], row-major. A cell of 0 was not sent.
     * \param rx [n_symbols, n_subcarriers], same layout, frame-aligned with \p tx. A row
     *        with cells that are not finite is missing.
     * \param n_missed frames that should have come between the last one and this
     */
    void push(span<const complex> tx, span<const complex> rx, std::uint64_t n_missed = 0);

    /*!
     * The next column if it is complete.
     * \param column [n_velocities], power. Cell n_velocities/2 is standstill, later
     *        cells approach.
     */
    bool next(span<float> column) { return d_spectrogram.next(column); }
    bool has_next() const { return d_spectrogram.has_next(); }

    /// No more frames come: next() hands out what waits for clutter around it.
    void finish() { d_spectrogram.finish(); }

    /// A new time axis: the next row is at 0.
    void restart();

    std::uint64_t n_columns() const { return d_spectrogram.n_columns(); } ///< so far
    std::uint64_t missing_rows() const { return d_missing_rows; } ///< that were no number
    std::uint64_t missed_frames() const { return d_missed_frames; }

private:
    void steer();
    void sample_rows(span<const complex> tx, span<const complex> rx);
    void fill_gap();
    void push_first();

    waveform d_waveform;
    micro_doppler_params d_params;
    spectrogram_params d_shape;
    int d_gap, d_row_len, d_frame_rows;
    std::vector<float> d_range_window;
    std::unique_ptr<symbol_filter> d_filter;
    std::unique_ptr<gap_filler> d_filler;
    spectrogram d_spectrogram;
    volk::vector<complex> d_steering; // [n_gates, n_subcarriers]
    volk::vector<complex> d_row;      // [n_subcarriers]
    volk::vector<complex> d_samples;  // [n_gates, gap + n_symbols]
    volk::vector<complex> d_last;     // [n_gates, filler len], of the frame before
    bool d_has_last = false, d_begun = false;
    std::uint64_t d_missing_rows = 0, d_missed_frames = 0;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_MICRO_DOPPLER_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_SPECTROGRAM_H
#define INCLUDED_ISAC_DSP_SPECTROGRAM_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/fft.h>
#include <gnuradio/isac/dsp/span.h>
#include <gnuradio/isac/sensing_params.h>
#include <volk/volk_alloc.hh>
#include <complex>
#include <cstdint>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/// All lengths in samples.
struct spectrogram_params {
    int window_len = 64;  ///< that a column is measured over
    int hop = 16;         ///< from column to column
    int fft_len = 128;    ///< cells of a whole column, >= window_len
    int n_cells = 128;    ///< cells of a column that are kept, around standstill
    int clutter_len = 64; ///< the mean over so many is removed; 0 keeps it
    int n_series = 1;     ///< whose powers are added
    isac::window taper = isac::window::HANN;
};

/*!
 * Power over time and frequency of an echo that is sampled evenly: the short-time
 * Fourier transform of one series, or the sum of several.
 *
 * Column c is measured over the samples c hop to c hop + window_len. Before that their
 * mean over clutter_len samples around the middle of the column, or window_len if that
 * is more, is taken away: an echo that stood still all that time leaves nothing, at any
 * strength, and a mover loses 1 - sinc(f clutter_len) of its amplitude there. The taper
 * keeps the noise power, so that a cell has the noise of a sample.
 *
 * A sample that is not finite is missing. Columns count what they have: their noise is
 * that of whole ones, and 0 where nothing is there.
 */
class ISAC_API spectrogram
{
public:
    using complex = std::complex<float>;

    /*! \param max_push samples of a series that push() takes at once, at most
     *  \throws std::invalid_argument naming the first parameter out of range. */
    spectrogram(const spectrogram_params& params, int max_push);

    /*! Goes on. Take all columns that are complete before the next push(), for what
     *  they need is forgotten otherwise.
     *  \param samples [n_series, n] */
    void push(span<const complex> samples);

    /// Samples that are missing in all series.
    void push_missing(int n);

    /*! The next column, if it is complete.
     *  \param column [n_cells], ascending frequency, 0 in the middle, power */
    bool next(span<float> column);
    bool has_next() const;

    /// No more samples come: columns need not wait for the mean around them.
    void finish() { d_finished = true; }

    /// Back to sample 0 of a new series.
    void restart();

    std::uint64_t n_columns() const { return d_n_columns; }

private:
    void append(const complex* samples, int n);
    void take_static(int series, std::int64_t middle);
    int fill(int series, std::int64_t first);

    const spectrogram_params d_params;
    const int d_clutter_len; // 0, or no less than a window
    const std::size_t d_capacity;
    std::vector<float> d_taper; // with the scale of the transform
    fft d_fft;
    volk::vector<complex> d_ring;      // [n_series, capacity], by sample number
    std::vector<std::uint8_t> d_there; // [capacity]
    volk::vector<complex> d_window, d_spectrum;
    complex d_static = 0;
    std::int64_t d_end = 0; // samples so far
    std::uint64_t d_n_columns = 0;
    bool d_finished = false;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_SPECTROGRAM_H */

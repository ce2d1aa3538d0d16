/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_SYMBOL_FILTER_H
#define INCLUDED_ISAC_DSP_SYMBOL_FILTER_H

#include "channel_fit.h"
#include <gnuradio/isac/dsp/span.h>
#include <gnuradio/isac/sensing_params.h>
#include <gnuradio/isac/waveform.h>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Takes the sent symbols out of the received cells. One cell, |x|^2 = u > 0, becomes
 *
 *     y conj(x) s + h (1 - u s), s = gain / (slope u + offset),
 *
 * which is every radar_filter: DIVISION has (1, 1, 0), MATCHED (1/mean u, 0, 1),
 * WIENER (1/mean(u / (u + c)), 1, c) and h, the static channel of the frame.
 *
 * The c of WIENER comes from the cells themselves. What the static channel leaves
 * over has E|r|^2 = u P + s2 with the power P of moving echoes and the noise s2: a
 * straight line in u, fitted by least squares with weights 1/(u + c)^2, which are
 * those of exponentially distributed |r|^2, in three rounds. c = s2/P minimises the
 * sum of self-noise and noise. It is kept in [1e-4, 1e4]: one frame cannot measure
 * more, and beyond either end the filter hardly changes. A frame in which something is
 * not finite cannot be measured: it is divided.
 */
class symbol_filter
{
public:
    symbol_filter(const waveform& w, radar_filter kind);

    /// Measures a frame, [n_symbols, n_subcarriers] each, and settles its weights.
    void measure(span<const std::complex<float>> tx, span<const std::complex<float>> rx);

    /*! Begins the row that was sent as \p x. Reference rows and data rows weigh moving
     *  echoes differently; what repeats with them would look like other velocities. */
    void begin_row(const std::complex<float>* x);

    /// Cells [first, first + n) of one row: scale window[k] times the channel, 0 where
    /// nothing was sent. \p x, \p y and \p window start at the row, \p out at \p first.
    void apply(const std::complex<float>* x,
               const std::complex<float>* y,
               const float* window,
               float scale,
               int first,
               int n,
               std::complex<float>* out) const;

private:
    void sample_rows(span<const std::complex<float>> tx,
                     span<const std::complex<float>> rx,
                     const std::complex<float>* channel);

    const radar_filter d_kind;
    const int d_n_symbols, d_n_subcarriers, d_row_step;
    const bool d_rows_differ;
    float d_gain = 1, d_slope = 1, d_offset = 0, d_row_gain = 1;
    channel_fit d_static;
    const std::complex<float>* d_channel;                // [n_subcarriers], static part
    const std::vector<std::complex<float>> d_no_channel; // zeros
    std::vector<float> d_sent, d_left; // |x|^2, |r|^2 of the sampled cells
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_SYMBOL_FILTER_H */

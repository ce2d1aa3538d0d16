/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_WINDOW_H
#define INCLUDED_ISAC_DSP_WINDOW_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/sensing_params.h>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * A window as the cosine series it is, scaled to mean square 1 so that it leaves the
 * noise power alone: with j counted from the middle of n items,
 *
 *     w[j] = sum over c of terms[c] * cos(2 pi c j / n).
 *
 * Harris, On the Use of Windows for Harmonic Analysis with the Discrete Fourier
 * Transform, Proc. IEEE 66(1), 1978.
 */
ISAC_API std::vector<double> window_terms(window kind);

/*!
 * The values of a window: periodic, so that its transform has as many bins as the
 * series has terms; peak at item n/2; sum of squares n.
 * \throws std::invalid_argument if \p n is too short for the series, or less than 1.
 */
ISAC_API std::vector<float> window_values(window kind, int n);

/// What a tone loses in SNR against the rectangular window, n^2 / (sum w)^2 in dB.
ISAC_API double window_loss_db(window kind);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_WINDOW_H */

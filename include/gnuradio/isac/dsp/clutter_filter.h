/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_CLUTTER_FILTER_H
#define INCLUDED_ISAC_DSP_CLUTTER_FILTER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/span.h>
#include <gnuradio/isac/waveform.h>
#include <complex>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Removes what stands still from a received grid.
 *
 * Fits one constant h to every subcarrier over the frame by least squares,
 * h = sum y conj(x) / sum |x|^2 over the symbols, and subtracts x h. Leakage and
 * standing echoes go down to the noise whatever the symbols are. Symbols of equal
 * power make it a notch in velocity: a mover v bins from standstill keeps the
 * fraction 1 - sinc(v)^2 of its amplitude (rectangular velocity window): nothing at
 * 0, half (-6 dB) at 0.44, all at 1, and no more than 0.4 dB is lost beyond. It also
 * leaves an image of itself at standstill, weaker by sinc(v).
 */
class ISAC_API clutter_filter
{
public:
    explicit clutter_filter(const waveform& w);

    /*!
     * Fits the static channel.
     * \param tx [n_symbols, n_subcarriers], row-major. A cell of 0 was not sent.
     * \param rx [n_symbols, n_subcarriers], same layout, frame-aligned with \p tx.
     * \returns [n_subcarriers], 0 where nothing was sent; valid until the next call.
     * \throws std::invalid_argument if a length is wrong.
     */
    span<const std::complex<float>> estimate(span<const std::complex<float>> tx,
                                             span<const std::complex<float>> rx);

    /// Writes rx without its static part to \p moving, which may be \p rx.
    void filter(span<const std::complex<float>> tx,
                span<const std::complex<float>> rx,
                span<std::complex<float>> moving);

private:
    int d_n_symbols, d_n_subcarriers;
    std::vector<float> d_sent_power;            // [n_subcarriers], sum |x|^2
    std::vector<std::complex<float>> d_channel; // [n_subcarriers]
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_CLUTTER_FILTER_H */

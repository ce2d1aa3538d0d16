/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_CHANNEL_ESTIMATOR_H
#define INCLUDED_ISAC_DSP_CHANNEL_ESTIMATOR_H

#include <gnuradio/isac/dsp/span.h>
#include <gnuradio/isac/waveform.h>
#include <complex>

namespace gr {
namespace isac {

/// How the channel between the pilots of a row is found.
enum class interpolation {
    LINEAR, ///< straight lines between neighbouring pilots
    WIENER, ///< least mean squared error for any delays inside the prefix
};

namespace dsp {

/*!
 * Pilots of one row to the channel on every cell of it.
 *
 * WIENER weighs the nearest pilots for a channel whose power is spread evenly over
 * delays from 0 to the prefix, at a design SNR of 25 dB: it holds up to the whole
 * prefix and averages noise where it can. LINEAR is biased by delays that turn the
 * phase between two pilots.
 *
 * Hoeher, Kaiser, Robertson, "Two-dimensional pilot-symbol-aided channel estimation by
 * Wiener filtering", ICASSP 1997.
 */
class ISAC_API channel_estimator
{
public:
    explicit channel_estimator(const waveform& w,
                               interpolation method = interpolation::WIENER);

    /*!
     * \param row [n_subcarriers], received.
     * \param channel [n_subcarriers], receives the estimate, DC included.
     * \throws std::invalid_argument if a length is wrong.
     */
    void estimate(span<const std::complex<float>> row,
                  span<std::complex<float>> channel);

    /// Variance of the estimate's error over the noise variance, mean over the cells.
    double noise_gain() const { return d_noise_gain; }

private:
    static constexpr int LANES = 8; // taps come in whole vector registers

    void design_linear(int cell);
    void design_wiener(int cell);

    waveform d_waveform;
    std::vector<float> d_pilots;
    int d_n_taps; // a multiple of LANES; unused taps weigh 0
    std::vector<int> d_first;                 // [n_subcarriers], first pilot used
    std::vector<float> d_weights_re, d_weights_im; // [n_subcarriers, n_taps]
    std::vector<float> d_ls_re, d_ls_im;      // pilots divided out, padded by n_taps
    double d_noise_gain = 0;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_CHANNEL_ESTIMATOR_H */

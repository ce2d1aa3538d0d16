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
    void estimate(span<const std::complex<float>> row, span<std::complex<float>> channel);

    /// Variance of the estimate's error over the noise variance, mean over the cells.
    double noise_gain() const { return d_noise_gain; }

    /// Cells that are worked on at once.
    static constexpr int LANES = 8;

    /// Neighbouring cells that use the same pilots, at most LANES.
    struct group {
        int first_cell, first_pilot;
    };

private:
    /// What one cell makes of the pilots from first_pilot on.
    struct filter {
        int first_pilot;
        std::vector<std::complex<double>> weights;
    };

    filter design_linear(int cell) const;
    filter design_wiener(int cell) const;
    void add(int cell, const filter& f);

    waveform d_waveform;
    std::vector<float> d_pilots;
    int d_n_taps;
    std::vector<group> d_groups;
    std::vector<float> d_weights_re, d_weights_im; // [n_groups, n_taps, LANES]
    std::vector<float> d_ls_re, d_ls_im; // [n_pilots + n_taps], pilots divided out
    std::vector<float> d_channel_re, d_channel_im; // [n_subcarriers + LANES]
    double d_noise_gain = 0;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_CHANNEL_ESTIMATOR_H */

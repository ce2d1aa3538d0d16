/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_FRACTIONAL_DELAY_H
#define INCLUDED_ISAC_DSP_FRACTIONAL_DELAY_H

#include <gnuradio/isac/api.h>
#include <complex>
#include <cstdint>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/// A weight and a phase that both advance by a fixed step every sample.
struct phasor_ramp {
    double turns = 0;      ///< phase of the first sample
    double turns_step = 0; ///< added every sample
    double weight = 1;     ///< amplitude of the first sample
    double weight_step = 0;

    /// The same ramp, times a constant.
    phasor_ramp times(std::complex<float> factor) const;
};

/*!
 * Delays a band-limited signal by a fraction of a sample: a Kaiser-windowed sinc.
 *
 * The coefficients of 512 delays stand in a table, those between are interpolated
 * linearly. The window is the longest-necked one that the gap between the band and
 * its images allows: 16 taps hold every error below -80 dB for bands up to 0.30 of
 * the sample rate to either side, 32 taps are taken for wider ones.
 *
 * Laakso et al., "Splitting the Unit Delay", IEEE Signal Process. Mag. 13(1), 1996.
 */
class ISAC_API fractional_delay
{
public:
    /*!
     * \param band_edge highest frequency of the signal, cycles per sample, < 0.5
     * \throws std::invalid_argument if \p band_edge is out of range.
     */
    explicit fractional_delay(double band_edge);

    int n_taps() const { return d_n_taps; }

    /// Input samples that a delay of 0 needs from after the output sample.
    int lookahead() const { return d_n_taps / 2 - 1; }

    /// Input samples that a delay of 0 needs from before the output sample.
    int lookback() const { return d_n_taps / 2; }

    /*!
     * Adds delayed, weighted and rotated input to the output, in two planes.
     * \param re, im input; output sample 0 with delay 0 is input sample 0, and
     *        samples from -lookback() to n + lookahead() are read
     * \param delay in [0, 1]
     * \param ramp weight and rotation of the output
     * \param out_re, out_im [n], added to
     */
    void add(const float* re,
             const float* im,
             double delay,
             const phasor_ramp& ramp,
             float* out_re,
             float* out_im,
             int n) const;

private:
    int d_n_taps;
    std::vector<float> d_table; // [PHASES + 1, n_taps], each row ready to correlate
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_FRACTIONAL_DELAY_H */

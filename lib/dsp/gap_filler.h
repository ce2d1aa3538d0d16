/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_GAP_FILLER_H
#define INCLUDED_ISAC_DSP_GAP_FILLER_H

#include <complex>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Samples between two stretches of an evenly sampled series, from what is before and
 * after them.
 *
 * Each side is extrapolated as an autoregressive process, whose coefficients are Burg's;
 * over the gap one prediction fades into the other. A few lines in noise go on as they
 * are; what cannot be predicted, such as noise, is 0.
 *
 * Burg, Maximum Entropy Spectral Analysis, Stanford, 1975; Kay, Modern Spectral
 * Estimation, 1988, section 7.5.
 */
class gap_filler
{
public:
    using complex = std::complex<float>;

    /// \param len samples on either side, of which at most half become coefficients
    explicit gap_filler(int len);

    int len() const { return d_len; }

    /// \param before the len() samples before the gap
    /// \param after the len() samples after it
    void fill(const complex* before, const complex* after, complex* gap, int n);

private:
    using precise = std::complex<double>;

    void fit(const complex* samples);
    void extrapolate(const complex* samples, int n);

    const int d_len, d_order;
    std::vector<precise> d_forward, d_backward, d_coefficients, d_reversed;
    std::vector<precise> d_series; // extrapolated, after the samples themselves
    std::vector<complex> d_turned; // the later side, backwards
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_GAP_FILLER_H */

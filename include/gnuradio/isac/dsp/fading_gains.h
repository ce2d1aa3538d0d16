/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_FADING_GAINS_H
#define INCLUDED_ISAC_DSP_FADING_GAINS_H

#include <gnuradio/isac/api.h>
#include <complex>
#include <cstdint>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Gains of taps that fade independently: Rayleigh, of unit mean power.
 *
 *     g(t) = sqrt(1 / N) sum_n exp(j 2 pi (f_D cos(a_n) t + b_n))
 *
 * The N oscillators of a tap have angles of arrival a_n spread evenly but for a random
 * part, and random phases b_n. Hence a gain is circular, all but Gaussian (its kurtosis
 * is 2 - 1/N), and has the autocorrelation J0(2 pi f_D t) of isotropic scattering, both
 * over the seeds; its mean power over time is 1 for every seed.
 *
 * Xiao, Zheng and Beaulieu, "Novel sum-of-sinusoids simulation models for Rayleigh and
 * Rician fading channels", IEEE Trans. Wireless Commun. 5(12), 2006.
 */
class ISAC_API fading_gains
{
public:
    static constexpr int OSCILLATORS = 32; ///< of one tap

    /*!
     * \param doppler_hz speed over wavelength; 0 stands still
     * \param step_s time that advance() adds
     */
    fading_gains(int n_taps, double doppler_hz, double step_s, std::uint64_t seed);

    /// Other phases and angles, from time 0 on.
    void reseed(std::uint64_t seed);

    /// The same phases and angles, from time 0 on.
    void restart();

    /// One step on.
    void advance();

    /// Gain of a tap after the steps taken.
    std::complex<double> now(int tap) const;

    /// Gain of a tap at any time.
    std::complex<double> at(int tap, double time_s) const;

private:
    const double d_doppler_hz, d_step_s;
    // [n_taps, OSCILLATORS]
    std::vector<double> d_turns, d_hz;                    // at time 0; frequency
    std::vector<double> d_re, d_im, d_step_re, d_step_im; // now, and what a step turns
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_FADING_GAINS_H */

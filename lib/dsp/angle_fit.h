/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_ANGLE_FIT_H
#define INCLUDED_ISAC_DSP_ANGLE_FIT_H

#include "small_matrix.h"

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Directions of known number by maximum likelihood, from a good guess on.
 *
 * Minimises what the plane waves of these directions leave of the covariance,
 * V = tr((I - A A^+) R), by the steps of Gauss and Newton. In white noise this reaches
 * the Cramer-Rao bound, for coherent sources and a single snapshot too.
 *
 * Viberg and Ottersten, Sensor Array Processing Based on Subspace Fitting, IEEE Trans.
 * Signal Processing 39(5), 1991; Stoica and Nehorai, MUSIC, Maximum Likelihood, and
 * Cramer-Rao Bound, IEEE Trans. ASSP 37(5), 1989: the bound.
 */
class angle_fit
{
public:
    /// \param calibration [n], what the elements do to a wave from broadside
    angle_fit(std::vector<cd> calibration, double spacing_wavelengths);

    /*!
     * \param covariance [n, n] of the elements as they are
     * \param n_snapshots in the covariance
     * \param sines of the guesses; refined where that makes the fit better, and fewer
     *        if some are the same
     */
    void refine(const std::vector<cd>& covariance,
                int n_snapshots,
                std::vector<double>& sines);

    /// What is left of the covariance, summed over the elements.
    double left() const { return d_left; }

    double noise_var() const { return d_noise_var; } ///< of an element

    /// Of the sine of direction \p i, from the bound at the measured powers.
    double sine_std(int i) const { return d_sine_std[i]; }

    /// Power that direction \p i has in an element.
    double power(int i) const { return d_power[i]; }

    /// [n_sources, n]: takes a snapshot apart into the directions.
    const std::vector<cd>& separator() const { return d_separator; }

private:
    bool solve(const std::vector<cd>& covariance, const std::vector<double>& sines);
    bool
    step(const std::vector<cd>& covariance, int n_snapshots, std::vector<double>& sines);
    void derive(const std::vector<cd>& covariance);
    void report(int n_snapshots);

    const std::vector<cd> d_calibration;
    const double d_turns; // per element and sine
    const int d_n;
    int d_p = 0;
    double d_left = 0;                         // V
    std::vector<cd> d_a, d_slope;              // [n, p]
    std::vector<cd> d_gram, d_separator, d_sr; // [p, p], [p, n], [p, n]
    std::vector<cd> d_powers, d_curvature;     // [p, p]
    std::vector<double> d_gradient;            // [p]
    double d_noise_var = 0;
    std::vector<double> d_sine_std, d_power, d_trial; // [p]
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_ANGLE_FIT_H */

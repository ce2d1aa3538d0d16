/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_DIRECTION_SEARCH_H
#define INCLUDED_ISAC_DSP_DIRECTION_SEARCH_H

#include "array_covariance.h"
#include <gnuradio/isac/sensing_params.h>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * First guesses of directions, as sines.
 *
 * Both the power of the beamformer and what the noise subspace receives are, on a
 * uniform array, polynomials in z = exp(j 2 pi spacing sine) on the unit circle.
 */
class direction_search
{
public:
    direction_search(angle_method method, double spacing_wavelengths);

    /*! \param sines receives \p n_sources, within the directions that are unique */
    void
    find(const array_covariance& covariance, int n_sources, std::vector<double>& sines);

    /// The highest peaks of the beamformer, whatever the method.
    void
    beams(const array_covariance& covariance, int n_sources, std::vector<double>& sines);

    /// After find() by MUSIC: the roots of what find() took the peaks of. Two sources
    /// that share a peak still have two roots.
    void
    roots(const array_covariance& covariance, int n_sources, std::vector<double>& sines);

    /// The polynomial whose peaks (or, for MUSIC, valleys) are looked for.
    void prepare(const array_covariance& covariance, int n_sources);
    double value(double sine) const;

private:
    void sum_diagonals(const std::vector<cd>& matrix, int n);
    void noise_polynomial(const hermitian_eigen& eigen, int n, int n_sources);
    void peaks(int n_sources, std::vector<double>& sines);
    void rotations(const hermitian_eigen& eigen,
                   int n,
                   int n_sources,
                   std::vector<double>& sines);
    double sine_of(cd z) const;

    const angle_method d_method;
    const double d_spacing;
    const double d_edge;     // of the directions that are unique or exist at all
    bool d_is_power = false; // the polynomial, not what the noise subspace receives
    std::vector<cd> d_lags;  // of the polynomial
    std::vector<std::pair<double, double>> d_found; // value, sine
    std::vector<cd> d_polynomial, d_roots, d_matrix, d_cross, d_rotation, d_work;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_DIRECTION_SEARCH_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_POINT_RESPONSE_H
#define INCLUDED_ISAC_DSP_POINT_RESPONSE_H

#include <gnuradio/isac/sensing_params.h>
#include <complex>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/// Items of an axis that are in use, counted from the middle one.
struct item_range {
    int first, last;
    int len() const { return last - first + 1; }
};

/*!
 * What a point target looks like along one axis of a map: the unitary transform of a
 * windowed tone, counted from the middle item,
 *
 *     g(d) = 1/sqrt(n) sum over j of w[j] exp(2 pi i j d / n),
 *
 * at any fractional distance d from the target, in bins. In closed form: a window is
 * a cosine series, so g is a weighted sum of shifted Dirichlet kernels. An empty
 * middle item (the DC cell) takes the constant w[0]/sqrt(n) away.
 */
class point_response
{
public:
    /// \p items of n, at most -n/2 to n - n/2 - 1, are j; the others are empty.
    point_response(window kind, int n, item_range items, bool middle_is_empty);

    /// g(first + i - position) for every i, all in bins, and its derivative by position.
    void evaluate(double position,
                  double first,
                  std::vector<std::complex<double>>& values,
                  std::vector<std::complex<double>>& slopes) const;

    /// |g(0)|^2: power of a target of amplitude 1 in its own cell.
    double peak_power() const { return d_peak_power; }

    /*!
     * Noise of a least-squares fit to this response. With sums over the items that
     * are not empty: \returns n (sum w)^2 sum w^4 j^2 / (2 pi sum w^2 j^2)^2 and the
     * factor n^-1 (sum w)^2 sum w^4 / (sum w^2)^2 that the other axis suffers.
     */
    double position_noise() const { return d_position_noise; }
    double amplitude_noise() const { return d_amplitude_noise; }

    /// Correlation of the noise of cells 0, 1, 2 .. bins apart, where it is not zero.
    std::vector<double> noise_correlations(int n_lags) const;

private:
    int d_n;
    item_range d_items;
    std::vector<float> d_window;
    std::vector<double> d_terms; // of the window, each term halved but the first
    double d_missing = 0;        // of the middle item
    double d_peak_power = 0, d_position_noise = 0, d_amplitude_noise = 0;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_POINT_RESPONSE_H */

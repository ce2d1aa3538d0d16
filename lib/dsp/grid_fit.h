/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_GRID_FIT_H
#define INCLUDED_ISAC_DSP_GRID_FIT_H

#include "grid_kernels.h"
#include "point_fit.h"
#include <volk/volk_alloc.hh>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Fits points to the grid itself, at maximum likelihood.
 *
 * A map is what a filter made of the grid. Symbols of unequal power leave self-noise in
 * it or have their noise blown up, and a target near the edge has half of its response
 * outside. The grid knows better: with x sent and y received the likelihood of points
 *
 *     y[m, k] = x[m, k] sum over i of A_i exp(2 pi j (v_i m / M - r_i k / K)) + noise,
 *
 * k and m counted from the middle, weighs every cell by the power that was sent in it,
 * and has no self-noise. One pass over the grid takes all points out of it and projects
 * what is left on the slopes of each: a Gauss-Newton step. Points that the map has
 * located need one, seldom two.
 */
class grid_fit
{
public:
    grid_fit(const waveform& w, int max_points);

    /*!
     * Moves the points of a fit, but for those that are crowded. Leaves them all where
     * they are if much more is left in the grid than the noise around them: then what is
     * not known would bias a fit that no window protects.
     *
     * \param x, y sent and received, [n_symbols, n_subcarriers] each
     * \returns whether it moved them
     */
    bool refine(span<const std::complex<float>> x,
                span<const std::complex<float>> y,
                point_fit& fit);

private:
    // What is left of the grid against a point, its slopes and its ramp over subcarriers.
    struct track {
        std::complex<double> one, k, m;
        row_planes ramp;
    };

    void begin(const point_fit& fit);
    void pass(const std::complex<float>* x,
              const std::complex<float>* y,
              const point_fit& fit);
    void add_row(int m, const row_moments& moments);
    bool is_explained(const point_fit& fit) const;
    double step(point_fit& fit, std::size_t i) const;

    const int d_n_rows, d_n_columns;
    volk::vector<float> d_k; // of the cells of a row
    volk::vector<float> d_re, d_im, d_power;
    volk::vector<float> d_ramps; // [max_points, 2, n_subcarriers]
    std::vector<track> d_tracks;

    // Sums over the grid of the power sent, times k and m, and of the power left.
    double d_p = 0, d_pk = 0, d_pkk = 0, d_pm = 0, d_pmm = 0, d_pkm = 0, d_left = 0;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_GRID_FIT_H */

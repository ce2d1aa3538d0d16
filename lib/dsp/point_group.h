/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_POINT_GROUP_H
#define INCLUDED_ISAC_DSP_POINT_GROUP_H

#include "point_patch.h"
#include <array>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * A few points that overlap on one patch, with positions and amplitudes of all of them
 * unknown at the same time.
 */
class point_group
{
public:
    static constexpr int MOST = 4; ///< points

    /// The patch must outlive the group; all is computed on the cells that it has loaded.
    explicit point_group(const point_patch& patch);

    void clear() { d_n = 0; }
    void add(double range_bin, double velocity_bin, std::complex<double> amplitude = 0);
    int n() const { return d_n; }

    /// The points of another group on the same patch.
    void copy(const point_group& from);

    double range_bin(int i) const { return d_points[i].range_bin; }
    double velocity_bin(int i) const { return d_points[i].velocity_bin; }
    std::complex<double> amplitude(int i) const { return d_points[i].amplitude; }

    /*!
     * Moves all points to where they explain most of the cells together: amplitudes by
     * least squares, positions by Gauss-Newton steps that are shortened until they help.
     * \returns the power that they explain, a sum over the cells.
     */
    double fit();

    /*! The Cramer-Rao bound of a point when nothing is known about any of them. A point
     * alone has the bound of a tone and independent errors; a bin away from another one
     * both errors are larger and depend on each other. */
    position_covariance covariance(int i);

private:
    static constexpr int UNKNOWNS = 4 * MOST; // of each: range, velocity, re, im

    struct member {
        double range_bin, velocity_bin;
        std::complex<double> amplitude;
    };

    double solve_amplitudes();
    void linearize();
    bool eliminate(int first, int last);
    double step();

    const point_patch& d_patch;
    int d_n = 0;
    std::array<member, MOST> d_points;
    std::array<point_view, MOST> d_views;
    std::array<point_products, MOST> d_products;  // with the cells
    double d_information[UNKNOWNS][UNKNOWNS + 1]; // and the slope of the likelihood
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_POINT_GROUP_H */

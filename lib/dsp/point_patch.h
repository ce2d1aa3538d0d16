/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_POINT_PATCH_H
#define INCLUDED_ISAC_DSP_POINT_PATCH_H

#include "map_grid.h"
#include "noise_whitener.h"
#include "point_response.h"

namespace gr {
namespace isac {
namespace dsp {

/*!
 * How cells are weighed in a fit. PLAIN takes few and all alike: sidelobes of what is not
 * known are as low as the window makes them, but the window costs accuracy. WHITE takes
 * many and undoes the correlation of their noise: maximum likelihood, at the bound in
 * white noise, but sidelobes of what is not known are as high as without a window.
 */
enum class weighting { PLAIN, WHITE };

/// Variances and covariance of a position, bins^2 over the noise power of a cell.
struct position_covariance {
    double range, velocity, both;
};

/// A point target in a map, positions in bins; velocity_bin 0 is standstill.
struct point {
    double range_bin = 0, velocity_bin = 0;
    std::complex<double> amplitude;
    double noise = 0; // power per cell around it
    weighting fit = weighting::PLAIN;
    position_covariance spread{ 0, 0, 0 }; // of a WHITE fit
    bool is_single = false;                // splitting it was tried

    // Its response over the whole map, whose product is what it adds to a cell. The
    // amplitude is in the velocities.
    std::vector<std::complex<float>> ranges, velocities;
};

/// A point as the cells of a patch see it: responses and their slopes, made white or not.
struct point_view {
    std::vector<std::complex<double>> a, da; // along range
    std::vector<std::complex<double>> b, db; // along velocity

    explicit point_view(int most_cells = 0);
};

/// What a view has in common with the cells: inner products with a b, da b and a db.
struct point_products {
    std::complex<double> value, range, velocity;
};

/// Sum of conj(a) b.
std::complex<double> inner(const std::vector<std::complex<double>>& a,
                           const std::complex<double>* b);

/// The cells around a point, on which it is fitted: one a bin, however many there are.
class point_patch
{
public:
    static constexpr int WHITE_REACH = 16; ///< cells to each side that a WHITE fit takes

    /// The grid and the responses must outlive the patch.
    point_patch(const map_grid& grid,
                const point_response& range,
                const point_response& velocity);

    /// Copies the cells of \p rest around a point, with the point put back.
    void load(const std::vector<std::complex<float>>& rest, const point& p, weighting w);

    /*! The same for a few points, around the first of them, WHITE.
     *  \param reach cells to each side, at most WHITE_REACH */
    void load(const std::vector<std::complex<float>>& rest,
              const point* const* points,
              int n,
              int reach);

    void look(double range_bin, double velocity_bin, point_view& view) const;
    point_products project(const point_view& view) const;

    /*!
     * One step of Fisher scoring: moves the point and sets its amplitude.
     *
     * The model is a response a(range) b(velocity) times an unknown amplitude. Without
     * their parts along a and b, which the amplitude absorbs, the two slopes are
     * orthogonal to each other: range and velocity separate.
     */
    void step(point& p);

    double power() const { return d_power; } ///< sum over the loaded cells
    int n_cells() const { return d_width * d_height; }

    /// Mean power of a loaded cell that the last step() did not explain.
    double unexplained() const { return (d_power - d_explained) / n_cells(); }

private:
    void place(const point& p, int reach);
    int row(int i) const
    {
        return d_grid.wrapped_row(d_first_row + i * d_grid.row_padding());
    }
    int column(int k) const { return d_first_column + k * d_grid.column_padding(); }
    void put_back(const point& p);
    void copy(const std::vector<std::complex<float>>& rest);
    void prepare();

    const map_grid& d_grid;
    const point_response& d_range;
    const point_response& d_velocity;
    noise_whitener d_range_noise, d_velocity_noise;
    bool d_is_white = false;
    int d_first_row = 0, d_first_column = 0, d_width = 0, d_height = 0;
    double d_power = 0, d_explained = 0; // sums over the cells
    std::vector<std::complex<double>> d_cells;
    point_view d_view;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_POINT_PATCH_H */

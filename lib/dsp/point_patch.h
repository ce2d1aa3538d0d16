/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_POINT_PATCH_H
#define INCLUDED_ISAC_DSP_POINT_PATCH_H

#include "point_response.h"
#include <gnuradio/isac/waveform.h>

namespace gr {
namespace isac {
namespace dsp {

/// A point target in a map, positions in bins; velocity_bin 0 is standstill.
struct point {
    double range_bin = 0, velocity_bin = 0;
    std::complex<double> amplitude;
    double noise = 0; // power per cell around it

    // Its response over the whole map, whose product is what it adds to a cell. The
    // amplitude is in the velocities.
    std::vector<std::complex<float>> ranges, velocities;
};

/// The cells around a point, on which it is fitted.
class point_patch
{
public:
    /// The responses must outlive the patch.
    point_patch(const waveform& w,
                const point_response& range,
                const point_response& velocity);

    /// Copies the cells of \p rest around a point, with the point put back.
    void load(const std::vector<std::complex<float>>& rest, const point& p);

    /*!
     * One step of Fisher scoring: moves the point and sets its amplitude.
     *
     * The model is a response a(range) b(velocity) times an unknown amplitude. Without
     * their parts along a and b, which the amplitude absorbs, the two slopes are
     * orthogonal to each other: range and velocity separate.
     */
    void step(point& p);

private:
    int d_n_rows, d_n_columns;
    const point_response& d_range;
    const point_response& d_velocity;
    int d_first_row = 0, d_first_column = 0, d_width = 0;
    // Cells, responses a and b, and their slopes.
    std::vector<std::complex<double>> d_cells, d_a, d_da, d_b, d_db;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_POINT_PATCH_H */

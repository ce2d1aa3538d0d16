/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_PILOT_KERNELS_H
#define INCLUDED_ISAC_DSP_PILOT_KERNELS_H

#include "fast_math.h"
#include <cmath>
#include <complex>

namespace gr {
namespace isac {
namespace dsp {

/// Turns, of any number, as the angle that fast_cos_sin() takes.
inline std::uint32_t angle_of(double turns) { return as_angle(turns); }

// Planar pilots: n real parts, n imaginary parts. They stand in PILOT_GROUPS lanes, one
// for each part of the band, so that sums over a part are sums over a lane; n is a
// multiple of PILOT_GROUPS and what fills the lanes up is 0. See pilot_layout.h.
constexpr int PILOT_GROUPS = 8;

/// The step from place to place that is the same everywhere, or 0.
int common_step(const int* at, int n);

/// A turn of start + step * at[i] for each place. \param stride common_step() of at
struct pilot_turns {
    std::uint32_t start, step;
    const int* at;
    int stride;
};

/// Pilots in a row of cells, and how to take them out of it.
struct pilot_source {
    const double* cells;   ///< a row, each cell as the eight bytes that it is
    const int* from;       ///< [n], which ones
    const float* divisors; ///< [2, n], re and im, that they are multiplied by
    float scale;           ///< and this
};

/// Gathers them.
void read_pilots(const pilot_source& source, int n, float* re, float* im);

/// Rotates pilots.
void turn_pilots(const pilot_turns& turns, int n, float* re, float* im);

float sum_of_squares(const float* re, const float* im, int n);

/// out = sum of weights times rows, n_rows of them, re and im: n is twice a number of
/// PILOT_GROUPS.
void combine_rows(
    const float* const* rows, const float* weights, int n_rows, int n, float* out);

/// |b - ((1 - share) a + share c)|^2, summed.
float bend(const float* a, const float* b, const float* c, float share, int n);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_PILOT_KERNELS_H */

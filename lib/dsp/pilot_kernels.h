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

/// What the pilots of the next row should be, and where the parts of the band lie.
struct pilot_model {
    const float* centres; ///< [PILOT_GROUPS], cells
    const float* jump;    ///< [2, PILOT_GROUPS], turn of a part by a delay of one sample
    float* predicted; ///< [n / PILOT_GROUPS, 4, PILOT_GROUPS], pilots re, im, and what
                      ///< they change by from row to row
};

/// Pilots that still have to be turned, all by the same phasor.
struct unsettled_pilots {
    float *re, *im;
    std::complex<float> by;
};

/// Sums over the band of x, x * c, x * c^2, x complex and c the centre of its part.
struct moments {
    float re[3], im[3];
};

/// What pilot_tracker wants to know of pilots x, next to their prediction y, of which the
/// change since the row before is t.
struct row_likeness {
    float power;               ///< of x
    moments ahead, level;      ///< of x conj(y) and of x conj(y - t)
    float stay, later, sooner; ///< |sum x conj(y)|^2, as is and turned by a sample
};

row_likeness
compare_pilots(const pilot_model& model, int n, const float* re, const float* im);

/// Turns the pilots of a row, then predicts those of the next one.
void settle_pilots(const unsettled_pilots& row, const pilot_model& model, int n);

/// settle_pilots() of the row before, then turn_pilots() and compare_pilots(), in one
/// pass: what would be stored and loaded again stays in registers.
row_likeness follow_pilots(const unsettled_pilots& before,
                           const pilot_turns& turns,
                           const pilot_model& model,
                           int n,
                           float* re,
                           float* im);

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

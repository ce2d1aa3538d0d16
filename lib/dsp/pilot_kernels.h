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
inline std::uint32_t angle_of(double turns)
{
    return as_angle(turns - std::floor(turns));
}

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

/*!
 * Gathers cells, multiplies and turns them.
 * \param cells a row, each cell as the eight bytes that it is
 * \param from [n], which ones
 * \param divisors [2, n], re and im, that they are multiplied by
 * \param scale and this
 * \returns the sum of the squares of what comes out
 */
float read_pilots(const double* cells,
                  const int* from,
                  const float* divisors,
                  float scale,
                  const pilot_turns& turns,
                  int n,
                  float* re,
                  float* im);

/// Rotates pilots.
void turn_pilots(const pilot_turns& turns, int n, float* re, float* im);

float sum_of_squares(const float* re, const float* im, int n);

/// Sums over the band of x, x * c, x * c^2, x complex and c the centre of its part.
struct moments {
    float re[3], im[3];
};

/// What pilot_tracker wants to know of a row.
struct row_likeness {
    moments ahead, level;      ///< of x conj(y) and of x conj(y - t)
    float stay, later, sooner; ///< |sum x conj(y)|^2, as is and turned by a sample
};

/*!
 * Compares pilots x with y, and with t less.
 * \param centres [PILOT_GROUPS], cells
 * \param jump [2, PILOT_GROUPS], turn of a part of the band by a delay of one sample
 */
void compare_pilots(const float* xr,
                    const float* xi,
                    const float* yr,
                    const float* yi,
                    const float* tr,
                    const float* ti,
                    const float* centres,
                    const float* jump,
                    int n,
                    row_likeness* out);

/// Turns all pilots by the same phasor, then predicts those of the next row.
void turn_and_predict(std::complex<float> by,
                      float* re,
                      float* im,
                      float* next_re,
                      float* next_im,
                      float* trend_re,
                      float* trend_im,
                      int n);

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

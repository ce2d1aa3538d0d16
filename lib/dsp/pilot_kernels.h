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

/// Sums over the parts of the band.
struct group_sums {
    float re[PILOT_GROUPS], im[PILOT_GROUPS];
};

/// Rotates pilots at cells \p at by start + step * at[i].
void turn_pilots(
    std::uint32_t start, std::uint32_t step, const int* at, int n, float* re, float* im);

float sum_of_squares(const float* re, const float* im, int n);

/// x conj(y) and x conj(y - t).
void correlate(const float* xr,
               const float* xi,
               const float* yr,
               const float* yi,
               const float* tr,
               const float* ti,
               int n,
               group_sums* ahead,
               group_sums* level);

/// Turns all pilots by the same phasor, then predicts those of the next row.
void turn_and_predict(std::complex<float> by,
                      float* re,
                      float* im,
                      float* next_re,
                      float* next_im,
                      float* trend_re,
                      float* trend_im,
                      int n);

/// out = sum of weights times rows, n_rows of them.
void combine_rows(
    const float* const* rows, const float* weights, int n_rows, int n, float* out);

/// |b - (a + c) / 2|^2, summed.
float bend(const float* a, const float* b, const float* c, int n);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_PILOT_KERNELS_H */

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

// Planar pilots: n real parts, n imaginary parts.

/// Rotates pilots at cells \p at by start + step * at[i].
void turn_pilots(
    std::uint32_t start, std::uint32_t step, const int* at, int n, float* re, float* im);

float sum_of_squares(const float* re, const float* im, int n);

/// x conj(y - back t), summed.
void correlate(const float* xr,
               const float* xi,
               const float* yr,
               const float* yi,
               const float* tr,
               const float* ti,
               float back,
               int n,
               double* sum_re,
               double* sum_im);

/// Turns all pilots by the same phasor, then predicts those of the next row.
void turn_and_predict(std::complex<float> by,
                      float* re,
                      float* im,
                      float* next_re,
                      float* next_im,
                      float* trend_re,
                      float* trend_im,
                      int n);

/// out += weight in.
void add_scaled_pilots(const float* in, float weight, int n, float* out);

/// |b - (a + c) / 2|^2, summed.
float bend(const float* a, const float* b, const float* c, int n);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_PILOT_KERNELS_H */

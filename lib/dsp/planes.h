/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_PLANES_H
#define INCLUDED_ISAC_DSP_PLANES_H

#include <complex>

namespace gr {
namespace isac {
namespace dsp {

// Complex samples, and their real and imaginary parts apart: loops over these need no
// shuffles.

/// Samples to planes.
void split(const std::complex<float>* samples, float* re, float* im, int n);

/// Planes to samples.
void join(const float* re, const float* im, std::complex<float>* samples, int n);

/// Samples times \p factor.
void multiply(const std::complex<float>* in,
              float factor,
              int n,
              std::complex<float>* out);

/// Adds \p factor times the first pair of planes to the second.
void add_scaled(const float* re,
                const float* im,
                std::complex<float> factor,
                float* out_re,
                float* out_im,
                int n);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_PLANES_H */

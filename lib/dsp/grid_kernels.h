/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_GRID_KERNELS_H
#define INCLUDED_ISAC_DSP_GRID_KERNELS_H

#include <complex>

namespace gr {
namespace isac {
namespace dsp {

/// Floats that a row of n must have room for, the rest zero: kernels sum whole registers.
int padded(int n);

/// A row of complex numbers as two rows of real ones, which is how they multiply fastest.
struct row_planes {
    float *re, *im;
};

/// u = y conj(x), power = |x|^2. Returns the sums of power times 1, k and k^2.
struct row_moments {
    double one, k, kk;
};
row_moments matched_row(const std::complex<float>* x,
                        const std::complex<float>* y,
                        const float* k,
                        row_planes u,
                        float* power,
                        int n);

/// u -= power factor ramp.
void subtract_ramp(
    const float* power, std::complex<float> factor, row_planes ramp, row_planes u, int n);

/// Sums of u conj(ramp) times 1 and times k.
struct row_products {
    std::complex<double> one, k;
};
row_products project_ramp(row_planes u, row_planes ramp, const float* k, int n);

/// Sum of |u|^2.
double row_energy(row_planes u, int n);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_GRID_KERNELS_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_SPREAD_KERNELS_H
#define INCLUDED_ISAC_DSP_SPREAD_KERNELS_H

#include <complex>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * out = x (a + share * (b - a)), complex.
 * \param x, a, b, out [2 n], re and im alternate; b may be null, and out is x a then
 */
void multiply_by_line(
    const float* x, const float* a, const float* b, float share, int n, float* out);

/*!
 * Sum of chips times what is known of them, conjugated.
 * \param chips re and im alternate, one counts in every \p step of them
 * \param known [2 n]
 */
std::complex<float>
correlate(const std::complex<float>* chips, int step, const float* known, int n);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_SPREAD_KERNELS_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_BLOCK_SUMS_H
#define INCLUDED_ISAC_DSP_BLOCK_SUMS_H

#include <complex>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Sums of n blocks of samples, eight floats each, of which five are used: correlation
 * with the samples half a symbol before (re, im), energy, sum of the samples (re, im).
 * \param samples [n * block_len], with half_len more before them.
 * \param out [n * 8].
 */
void sum_blocks(
    const std::complex<float>* samples, int half_len, int block_len, int n, float* out);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_BLOCK_SUMS_H */

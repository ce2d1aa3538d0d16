/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_EXACT_LLR_H
#define INCLUDED_ISAC_DSP_EXACT_LLR_H

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Exact LLRs of Gray-mapped QAM with 2^n_bits amplitudes in each dimension.
 *
 * \param n_bits of a dimension, 1 to 4
 * \param parts [2 n], real and imaginary parts of the symbols
 * \param noise_var [n], finite and above 0
 * \param llrs [2 n n_bits], as symbol_demapper orders them, not clipped
 */
void exact_llrs(
    int n_bits, const float* parts, const float* noise_var, int n, float* llrs);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_EXACT_LLR_H */

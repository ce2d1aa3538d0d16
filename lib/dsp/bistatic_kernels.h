/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_BISTATIC_KERNELS_H
#define INCLUDED_ISAC_DSP_BISTATIC_KERNELS_H

#include <cstdint>

namespace gr {
namespace isac {
namespace dsp {

// Loops of bistatic_aligner over the cells of a row. Cells are pairs of floats, angles
// those of fast_cos_sin(): start is that of cell 0, and step is added from cell to cell.

/// w y / x to planes, gently where x is weak, 0 where that is not finite. \returns the
/// sum over the others of what y = x would give.
float take_row(
    const float* x, const float* y, const float* w, int n, float* re, float* im);

/// Sums over the turned row, and over the same times the cells' distance from DC.
struct tap_sums {
    float re, im, far_re, far_im;
};
tap_sums sum_turned(
    const float* re, const float* im, std::uint32_t start, std::uint32_t step, int n);

/// y turned, 0 where it is not finite. \p out may be \p y.
void turn_row(const float* y, std::uint32_t start, std::uint32_t step, int n, float* out);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_BISTATIC_KERNELS_H */

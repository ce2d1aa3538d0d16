/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_CFAR_KERNELS_H
#define INCLUDED_ISAC_DSP_CFAR_KERNELS_H

#include "cfar_window.h"
#include <array>

namespace gr {
namespace isac {
namespace dsp {

/// A row of numbers for every sector.
using sector_rows = std::array<const float*, cfar_window::N_SECTORS>;

// From the sums over the sectors to thresholds, n at a time. In all three a sum that is
// not finite makes the threshold NaN.

/// factor times the sum over all sectors.
void threshold_of_mean(const sector_rows& sums,
                       const float* factor,
                       float* thresholds,
                       int n);

/// The greatest of factor times the sum over a sector.
void threshold_of_greatest(const sector_rows& sums,
                           const sector_rows& factors,
                           float* thresholds,
                           int n);

/// The smallest; a sector without cells has a factor of 0 and no say.
void threshold_of_smallest(const sector_rows& sums,
                           const sector_rows& factors,
                           float* thresholds,
                           int n);

/// Is any cell above its threshold, or one of the two NaN?
bool is_any_suspect(const float* x, const float* thresholds, int n);

/// Sum over n_rows rows from one on, which wraps after so many, and n columns from x on.
float sum_box(const float* x, int stride, int first_row, int n_rows, int wraps_at, int n);

/*! Blocks of two by two cells of two rows, n cells wide each: their sum and their
 *  greatest. A last column without partner is a block with a column of zeros. */
void add_blocks(
    const float* first_row, const float* second_row, float* sum, float* greatest, int n);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_CFAR_KERNELS_H */

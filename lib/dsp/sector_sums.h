/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_SECTOR_SUMS_H
#define INCLUDED_ISAC_DSP_SECTOR_SUMS_H

#include "cfar_window.h"
#include <volk/volk_alloc.hh>
#include <array>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Sums over the last \p height rows that were pushed, column by column, three additions
 * for any height (van Herk, Pattern Recognition Letters 13(7), 1992): rows are taken in
 * blocks, and a window is the end of one block and the beginning of the next.
 *
 * Nothing is ever subtracted. What leaves the window leaves no rounding error behind,
 * however strong it was, and no NaN.
 */
class sliding_rows
{
public:
    sliding_rows(int height, int max_width);

    /// Forgets all rows; those to come have this width.
    void start(int width);

    /// \p sum is good from the height-th row on.
    void push(const float* row, float* sum);

private:
    void end_block();

    const int d_height, d_stride;
    int d_width = 0;
    int d_n_in_block = 0;
    volk::vector<float> d_begin; // [width], sum of the block up to now
    volk::vector<float> d_ends;  // [height, stride], of the block before: from a row on
    std::vector<const float*> d_rows;
};

/*!
 * Sums of a map over the sectors of a cfar_window: some columns of it at a time, row by
 * row in ascending order. A few columns keep all that is needed in the first cache.
 *
 * Two opposite sectors are the same rectangle in two places, so there are two sums of
 * rectangles per cell, first over rows and then over columns, and each is used twice.
 */
class sector_sums
{
public:
    /// For up to \p max_columns at a time.
    sector_sums(const cfar_window& window, int max_columns);

    /// Begins with n columns of a map, [n_rows, n_columns], which must stay.
    void start(const float* map, int first_column, int n);

    /// Sums of the next row, [n] for every sector.
    std::array<const float*, cfar_window::N_SECTORS> next();

private:
    void push();
    float* upright(int push)
    {
        return row_of(d_upright, push, d_window.row_training() + 1);
    }
    float* flat(int push) { return row_of(d_flat, push, upright_height() + 1); }
    float* row_of(volk::vector<float>& rows, int push, int n)
    {
        return rows.data() + static_cast<std::size_t>((push + n) % n) * d_stride;
    }
    int upright_height() const { return d_window.row_reach + d_window.row_guard + 1; }
    int flat_width() const { return d_window.column_reach + d_window.column_guard + 1; }

    const cfar_window d_window;
    const int d_stride;
    const float* d_from = nullptr; // first row, first column that is summed
    int d_n = 0, d_n_summed = 0, d_zeros = 0, d_n_pushed = 0;
    sliding_rows d_many_rows, d_few_rows;
    volk::vector<float> d_sums;  // [stride], of rows, between columns of zeros
    volk::vector<float> d_fours; // [stride], of four columns
    volk::vector<float> d_upright,
        d_flat; // rings of rows, a rectangle from each column on
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_SECTOR_SUMS_H */

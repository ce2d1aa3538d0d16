/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_ORDER_COUNT_H
#define INCLUDED_ISAC_DSP_ORDER_COUNT_H

#include "cfar_window.h"
#include <volk/volk_alloc.hh>
#include <cstdint>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Which cells are above a factor times the rank-th smallest of the cells around them,
 * without sorting: x > a x(k) exactly if fewer than n - k + 1 of the n cells reach the
 * least c with a c >= x. Most cells of noise have as many after a third of them.
 */
class order_count
{
public:
    /// For up to \p max_columns at a time.
    order_count(const cfar_window& window, int max_columns);

    /*! Settles one column: \p factor on the \p rank-th smallest of its \p n cells. */
    void set(int column, float factor, int n, int rank);

    /// Begins with n columns of a map, [n_rows, n_columns], which must stay.
    void start(const float* map, int first_column, int n);

    /*! The next row in ascending order.
     *  \returns [n], not 0 where the cell is above. Cells that are not finite
     *           count as weak ones; affected() tells where. */
    const std::int32_t* next();

    /// Is any cell of the row, or of the rows around it, not finite?
    bool is_affected() const { return d_n_bad_rows > 0; }

private:
    void push();
    const float* row(int push) const
    {
        const int n = 2 * d_window.row_reach + 1;
        return d_rows.data() + static_cast<std::size_t>((push + n) % n) * d_stride;
    }

    const cfar_window d_window;
    const int d_stride;
    const float* d_from = nullptr; // first row, first column of the window
    int d_first_column = 0, d_n = 0, d_n_copied = 0, d_margin = 0;
    int d_n_pushed = 0, d_n_bad_rows = 0;
    volk::vector<float> d_rows;   // ring, [2 reach + 1, stride], below all between rows
    std::vector<bool> d_bad_rows; // of the ring
    std::vector<const float*> d_around;              // of the window
    volk::vector<float> d_factor;                    // [stride]
    volk::vector<std::int32_t> d_may_reach, d_above; // [stride]
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_ORDER_COUNT_H */

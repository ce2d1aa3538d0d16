/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_CFAR_WINDOW_H
#define INCLUDED_ISAC_DSP_CFAR_WINDOW_H

#include <algorithm>

namespace gr {
namespace isac {
namespace dsp {

/// Cells [first, last] of one axis, relative to the tested cell or not.
struct cells {
    int first, last;
    int n() const { return std::max(last - first + 1, 0); }
};

/*!
 * Which cells measure the noise of a cell: a ring, wrapped over the rows (velocity), cut
 * off at the first and the last column (range). Four sectors of equal size make it up,
 * each turned by a quarter against the one before:
 *
 *     n s s s s        n  nearer: every row from -reach to guard
 *     n s s s s        s  slower: every column from -guard to reach
 *     n n . f f        f  farther, from -guard to reach
 *     q q q f f        q  quicker, from -reach to guard
 *     q q q f f
 */
struct cfar_window {
    enum sector { NEARER, FARTHER, SLOWER, QUICKER, N_SECTORS };

    int n_rows, n_columns;
    int row_guard, row_reach; // reach is guard and training
    int column_guard, column_reach;

    int row_training() const { return row_reach - row_guard; }
    int column_training() const { return column_reach - column_guard; }

    cells rows(int sector) const
    {
        switch (sector) {
        case NEARER:
            return { -row_reach, row_guard };
        case FARTHER:
            return { -row_guard, row_reach };
        case SLOWER:
            return { -row_reach, -row_guard - 1 };
        default:
            return { row_guard + 1, row_reach };
        }
    }

    /// Those that the map has of them around a column.
    cells columns(int sector, int column) const
    {
        switch (sector) {
        case NEARER:
            return on_map(column - column_reach, column - column_guard - 1);
        case FARTHER:
            return on_map(column + column_guard + 1, column + column_reach);
        case SLOWER:
            return on_map(column - column_guard, column + column_reach);
        default:
            return on_map(column - column_reach, column + column_guard);
        }
    }

    cells on_map(int first, int last) const
    {
        return { std::max(first, 0), std::min(last, n_columns - 1) };
    }

    int size(int sector, int column) const
    {
        return rows(sector).n() * columns(sector, column).n();
    }

    /// A row number that may be up to a map beyond either end.
    int wrapped(int row) const { return (row + n_rows) % n_rows; }
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_CFAR_WINDOW_H */

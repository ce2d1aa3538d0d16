/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

// CFAR as one writes it down: every cell looks at all cells around it. cfar.py compiles
// this and measures against it.

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace {

/// each(x) for the cells around one, wrapped over rows, cut off at the columns' ends.
template <class Each>
void around(const float* map,
            int n_rows,
            int n_columns,
            int row,
            int column,
            int guard,
            int training,
            Each each)
{
    const int reach = guard + training;
    for (int i = -reach; i <= reach; ++i) {
        for (int j = std::max(-reach, -column);
             j <= std::min(reach, n_columns - 1 - column);
             ++j) {
            if (std::abs(i) > guard || std::abs(j) > guard) {
                each(map[(row + i + n_rows) % n_rows * n_columns + column + j]);
            }
        }
    }
}

} // namespace

extern "C" int naive_ca(
    const float* map, int n_rows, int n_columns, int guard, int training, float factor)
{
    int found = 0;
    for (int row = 0; row < n_rows; ++row) {
        for (int column = 0; column < n_columns; ++column) {
            float sum = 0;
            int n = 0;
            around(map, n_rows, n_columns, row, column, guard, training, [&](float x) {
                sum += x;
                ++n;
            });
            found += map[row * n_columns + column] * n > factor * sum;
        }
    }
    return found;
}

extern "C" int naive_os(const float* map,
                        int n_rows,
                        int n_columns,
                        int guard,
                        int training,
                        float factor,
                        float rank,
                        int sort)
{
    int found = 0;
    std::vector<float> cells;
    for (int row = 0; row < n_rows; ++row) {
        for (int column = 0; column < n_columns; ++column) {
            cells.clear();
            around(map, n_rows, n_columns, row, column, guard, training, [&](float x) {
                cells.push_back(x);
            });
            const auto k = cells.begin() + static_cast<int>(rank * cells.size()) - 1;
            if (sort) {
                std::sort(cells.begin(), cells.end());
            } else {
                std::nth_element(cells.begin(), k, cells.end());
            }
            found += map[row * n_columns + column] > factor * *k;
        }
    }
    return found;
}

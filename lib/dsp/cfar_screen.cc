/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cfar_kernels.h"
#include "cfar_screen.h"
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int MAX_TILE = 512;     // columns of blocks at a time, for the cache
constexpr float ROUNDING = 1e-5f; // of sums of floats, amply

// Cells that are added up for suspects, per cell of the map: more would take longer than
// all thresholds.
constexpr double EXPECTED_AGAIN = 3, MOST_AGAIN = 6;

/// The blocks that lie around all cells of a block.
cfar_window blocks_of(const cfar_window& w)
{
    return { w.n_rows / 2,          (w.n_columns + 1) / 2,    (w.row_guard + 1) / 2,
             (w.row_reach - 1) / 2, (w.column_guard + 1) / 2, (w.column_reach - 1) / 2 };
}

int n_around(const cfar_window& w)
{
    return (2 * w.row_reach + 1) * (2 * w.column_reach + 1) -
           (2 * w.row_guard + 1) * (2 * w.column_guard + 1);
}

} // namespace

bool cfar_screen::pays(const cfar_window& window, const std::vector<cfar_factor>& factors)
{
    const auto blocks = blocks_of(window);
    if (window.n_rows % 2 || blocks.row_training() < 1 || blocks.column_training() < 1) {
        return false;
    }
    const double share = 4.0 * n_around(blocks) / n_around(window);
    const double a = factors[factors.size() / 2].on_estimate;
    return std::exp(-a * share) * n_around(window) < EXPECTED_AGAIN;
}

cfar_screen::cfar_screen(const cfar_window& window,
                         const std::vector<cfar_factor>& factors)
    : d_window(window),
      d_blocks(blocks_of(window)),
      d_sums(d_blocks, MAX_TILE),
      d_sum(static_cast<std::size_t>(d_blocks.n_rows) * d_blocks.n_columns),
      d_greatest(d_sum.size()),
      d_thresholds(MAX_TILE)
{
    for (std::size_t i = 0; i < factors.size(); i += 2) {
        const auto on_sum = [&](std::size_t column) {
            const auto& f = factors[std::min(column, factors.size() - 1)];
            return f.on_estimate / f.n;
        };
        const double least = std::min(on_sum(i), on_sum(i + 1));
        d_factor.push_back(static_cast<float>(least) * (1 - ROUNDING));
    }
}

bool cfar_screen::look(const float* map, std::vector<int>& suspects, bool& is_finite)
{
    const std::size_t n_columns = d_window.n_columns, n_blocks = d_blocks.n_columns;
    for (int row = 0; row < d_blocks.n_rows; ++row) {
        const float* cells = map + 2 * row * n_columns;
        add_blocks(cells,
                   cells + n_columns,
                   d_sum.data() + row * n_blocks,
                   d_greatest.data() + row * n_blocks,
                   d_window.n_columns);
    }
    const std::size_t most =
        static_cast<std::size_t>(MOST_AGAIN / n_around(d_window) * d_sum.size() * 4) + 64;
    for (int first = 0; first < d_blocks.n_columns; first += MAX_TILE) {
        const auto columns = d_blocks.on_map(first, first + MAX_TILE - 1);
        d_sums.start(d_sum.data(), first, columns.n());
        for (int row = 0; row < d_blocks.n_rows; ++row) {
            is_finite = look_in_row(map, row, columns, suspects) && is_finite;
            if (suspects.size() > most) {
                return false;
            }
        }
    }
    return true;
}

/// Returns false if a sum is not finite.
bool cfar_screen::look_in_row(const float* map,
                              int row,
                              cells columns,
                              std::vector<int>& suspects)
{
    constexpr int STEP = 16;
    threshold_of_mean(
        d_sums.next(), d_factor.data() + columns.first, d_thresholds.data(), columns.n());
    const float* greatest = d_greatest.data() +
                            static_cast<std::size_t>(row) * d_blocks.n_columns +
                            columns.first;
    bool is_finite = true;
    for (int first = 0; first < columns.n(); first += STEP) {
        const int n = std::min(STEP, columns.n() - first);
        if (!is_any_suspect(greatest + first, d_thresholds.data() + first, n)) {
            continue;
        }
        for (int i = first; i < first + n; ++i) {
            if (!(greatest[i] <= d_thresholds[i])) {
                is_finite = is_finite && !std::isnan(d_thresholds[i]);
                add_block(map, row, columns.first + i, d_thresholds[i], suspects);
            }
        }
    }
    return is_finite;
}

/// The cells of a block that are not below this; all of them if it is NaN.
void cfar_screen::add_block(const float* map,
                            int row,
                            int column,
                            float at_least,
                            std::vector<int>& suspects) const
{
    const int n_columns = std::min(2, d_window.n_columns - 2 * column);
    for (int i = 0; i < 2; ++i) {
        for (int k = 0; k < n_columns; ++k) {
            const int cell = (2 * row + i) * d_window.n_columns + 2 * column + k;
            if (!(map[cell] < at_least)) {
                suspects.push_back(cell);
            }
        }
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

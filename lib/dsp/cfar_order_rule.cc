/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cfar_rule.h"
#include "order_count.h"
#include <algorithm>
#include <cmath>
#include <limits>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int MAX_TILE = 512; // columns; what is around a row of them stays in the cache

class order_rule : public cfar_rule
{
public:
    order_rule(const cfar_window& window, const std::vector<cfar_factor>& factors)
        : d_window(window), d_factors(factors), d_count(window, MAX_TILE)
    {
        for (int column = 0; column < window.n_columns; ++column) {
            const auto& f = factors[column];
            d_count.set(column, static_cast<float>(f.on_estimate), f.n, f.rank);
        }
        d_around.reserve((2 * window.row_reach + 1) * (2 * window.column_reach + 1));
    }

    bool find(const float* map, std::vector<int>& above) override;
    bool thresholds(const float* map, float* thresholds) override;
    float threshold(const float* map, int row, int column) const override;

private:
    const cfar_window d_window;
    const std::vector<cfar_factor> d_factors; // [n_columns]
    order_count d_count;
    bool find_in_row(const float* map, int row, cells columns, std::vector<int>& above);

    mutable std::vector<float> d_around; // to be put in order
};

bool order_rule::find(const float* map, std::vector<int>& above)
{
    bool is_finite = true;
    for (int first = 0; first < d_window.n_columns; first += MAX_TILE) {
        const auto columns = d_window.on_map(first, first + MAX_TILE - 1);
        d_count.start(map, first, columns.n());
        for (int row = 0; row < d_window.n_rows; ++row) {
            is_finite = find_in_row(map, row, columns, above) && is_finite;
        }
    }
    return is_finite;
}

bool order_rule::find_in_row(const float* map,
                             int row,
                             cells columns,
                             std::vector<int>& above)
{
    const std::int32_t* is_above = d_count.next();
    const int from = row * d_window.n_columns + columns.first;
    const bool is_finite = !d_count.is_affected();
    for (int i = 0; i < columns.n(); ++i) {
        const float x = map[from + i];
        if (is_finite ? is_above[i] != 0
                      : std::isfinite(x) && x > threshold(map, row, columns.first + i)) {
            above.push_back(from + i);
        }
    }
    return is_finite;
}

bool order_rule::thresholds(const float* map, float* thresholds)
{
    bool is_finite = true;
    for (int cell = 0; cell < d_window.n_rows * d_window.n_columns; ++cell) {
        const int column = cell % d_window.n_columns;
        thresholds[cell] = threshold(map, cell / d_window.n_columns, column);
        is_finite = is_finite && static_cast<int>(d_around.size()) == d_factors[column].n;
    }
    return is_finite;
}

float order_rule::threshold(const float* map, int row, int column) const
{
    const auto& f = d_factors[column];
    d_around.clear();
    for (int s = 0; s < cfar_window::N_SECTORS; ++s) {
        const auto rows = d_window.rows(s), columns = d_window.columns(s, column);
        for (int i = rows.first; i <= rows.last; ++i) {
            const float* x = map + static_cast<std::size_t>(d_window.wrapped(row + i)) *
                                       d_window.n_columns;
            for (int j = columns.first; j <= columns.last; ++j) {
                if (std::isfinite(x[j])) {
                    d_around.push_back(x[j]);
                }
            }
        }
    }
    const int n = static_cast<int>(d_around.size());
    if (n == 0) {
        return std::numeric_limits<float>::infinity();
    }
    const int rank =
        (f.rank * n + f.n - 1) / f.n; // the same share of those that are left
    std::nth_element(d_around.begin(), d_around.begin() + rank - 1, d_around.end());
    return static_cast<float>(f.on_estimate) * d_around[rank - 1];
}

} // namespace

std::unique_ptr<cfar_rule> make_order_rule(const cfar_window& window,
                                           const std::vector<cfar_factor>& factors)
{
    return std::make_unique<order_rule>(window, factors);
}

} // namespace dsp
} // namespace isac
} // namespace gr

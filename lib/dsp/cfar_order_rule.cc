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

class order_rule : public cfar_rule
{
public:
    order_rule(const cfar_window& window, const std::vector<cfar_factor>& factors)
        : d_window(window), d_factors(factors), d_count(window)
    {
        for (int column = 0; column < window.n_columns; ++column) {
            const auto& f = factors[column];
            d_count.set(column, static_cast<float>(f.on_estimate), f.n, f.rank);
        }
        d_around.reserve((2 * window.row_reach + 1) * (2 * window.column_reach + 1));
    }

    void begin(const float* map) override
    {
        d_map = map;
        d_row = 0;
        d_count.start(map);
    }

    bool find(std::vector<int>& above) override;
    bool thresholds(float* row) override;
    float threshold(const float* map, int row, int column) const override;

private:
    const cfar_window d_window;
    const std::vector<cfar_factor> d_factors; // [n_columns]
    order_count d_count;
    const float* d_map = nullptr;
    int d_row = 0;
    mutable std::vector<float> d_around; // to be put in order
};

bool order_rule::find(std::vector<int>& above)
{
    const std::int32_t* is_above = d_count.next();
    const int n_columns = d_window.n_columns, first = d_row * n_columns;
    const float* x = d_map + static_cast<std::size_t>(first);
    const bool is_finite = !d_count.is_affected();
    for (int i = 0; i < n_columns; ++i) {
        if (is_finite ? is_above[i] != 0
                      : std::isfinite(x[i]) && x[i] > threshold(d_map, d_row, i)) {
            above.push_back(first + i);
        }
    }
    ++d_row;
    return is_finite;
}

bool order_rule::thresholds(float* row)
{
    bool is_finite = true;
    for (int i = 0; i < d_window.n_columns; ++i) {
        row[i] = threshold(d_map, d_row, i);
        is_finite = is_finite && static_cast<int>(d_around.size()) == d_factors[i].n;
    }
    ++d_row;
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

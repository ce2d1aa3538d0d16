/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cfar_kernels.h"
#include "cfar_rule.h"
#include "cfar_screen.h"
#include "sector_sums.h"
#include <array>
#include <cmath>
#include <limits>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int N_SECTORS = cfar_window::N_SECTORS;
constexpr int MAX_TILE = 512; // columns; their sums stay in the cache
constexpr float INFINITE = std::numeric_limits<float>::infinity();

struct total {
    double sum = 0;
    int n = 0;
    double mean() const { return n > 0 ? sum / n : 0; }
};

class mean_rule : public cfar_rule
{
public:
    mean_rule(const cfar_window& window,
              cfar_kind kind,
              const std::vector<cfar_factor>& factors)
        : d_window(window), d_kind(kind), d_sums(window, MAX_TILE), d_thresholds(MAX_TILE)
    {
        for (auto& sector : d_factors) {
            sector.resize(window.n_columns);
        }
        for (int column = 0; column < window.n_columns; ++column) {
            const auto& f = factors[column];
            d_on_estimate.push_back(f.on_estimate);
            for (int s = 0; s < N_SECTORS; ++s) {
                const int n = kind == cfar_kind::CA ? f.n : window.size(s, column);
                d_factors[s][column] =
                    n > 0 ? static_cast<float>(f.on_estimate / n) : 0.0f;
            }
        }
        if (kind != cfar_kind::SO && cfar_screen::pays(window, factors)) {
            d_screen = std::make_unique<cfar_screen>(window, factors);
        }
    }

    bool find(const float* map, std::vector<int>& above) override;
    bool thresholds(const float* map, float* thresholds) override;
    float threshold(const float* map, int row, int column) const override;

private:
    template <class Row>
    void each_row(const float* map, Row row);
    void raw_thresholds(cells columns, float* thresholds);
    bool find_in_row(const float* map, int row, cells columns, std::vector<int>& above);
    total sum_of(const float* map, int row, int column, int sector) const;

    const cfar_window d_window;
    const cfar_kind d_kind;
    sector_sums d_sums;
    std::unique_ptr<cfar_screen> d_screen;               // where it saves time
    std::array<std::vector<float>, N_SECTORS> d_factors; // [n_columns], on a sum
    std::vector<double> d_on_estimate;                   // [n_columns]
    std::vector<float> d_thresholds;                     // of a row
};

/// row(row, columns) for every row of a few columns after the other.
template <class Row>
void mean_rule::each_row(const float* map, Row row)
{
    const int n_tiles = (d_window.n_columns + MAX_TILE - 1) / MAX_TILE;
    for (int tile = 0; tile < n_tiles; ++tile) {
        const int first = tile * d_window.n_columns / n_tiles;
        const int end = (tile + 1) * d_window.n_columns / n_tiles;
        d_sums.start(map, first, end - first);
        for (int i = 0; i < d_window.n_rows; ++i) {
            row(i, cells{ first, end - 1 });
        }
    }
}

void mean_rule::raw_thresholds(cells columns, float* thresholds)
{
    const auto sums = d_sums.next();
    sector_rows factors;
    for (int s = 0; s < N_SECTORS; ++s) {
        factors[s] = d_factors[s].data() + columns.first;
    }
    if (d_kind == cfar_kind::CA) {
        threshold_of_mean(sums, factors[0], thresholds, columns.n());
    } else if (d_kind == cfar_kind::GO) {
        threshold_of_greatest(sums, factors, thresholds, columns.n());
    } else {
        threshold_of_smallest(sums, factors, thresholds, columns.n());
    }
}

bool mean_rule::find(const float* map, std::vector<int>& above)
{
    bool is_finite = true;
    if (d_screen && d_screen->look(map, above, is_finite)) {
        const auto is_below = [&](int cell) {
            return !(map[cell] < INFINITE &&
                     map[cell] > threshold(map,
                                           cell / d_window.n_columns,
                                           cell % d_window.n_columns));
        };
        above.erase(std::remove_if(above.begin(), above.end(), is_below), above.end());
        return is_finite;
    }
    above.clear();
    is_finite = true;
    each_row(map, [&](int row, cells columns) {
        raw_thresholds(columns, d_thresholds.data());
        is_finite = find_in_row(map, row, columns, above) && is_finite;
    });
    return is_finite;
}

bool mean_rule::find_in_row(const float* map,
                            int row,
                            cells columns,
                            std::vector<int>& above)
{
    constexpr int STEP = 16;
    const int from = row * d_window.n_columns + columns.first;
    const float* x = map + from;
    const int n_columns = columns.n();
    bool is_finite = true;
    for (int first = 0; first < n_columns; first += STEP) {
        const int n = std::min(STEP, n_columns - first);
        if (!is_any_suspect(x + first, d_thresholds.data() + first, n)) {
            continue;
        }
        for (int i = first; i < first + n; ++i) {
            float t = d_thresholds[i];
            if (std::isnan(t)) {
                is_finite = false;
                t = threshold(map, row, columns.first + i);
            }
            if (x[i] > t && x[i] < INFINITE) {
                above.push_back(from + i);
            }
        }
    }
    return is_finite;
}

bool mean_rule::thresholds(const float* map, float* thresholds)
{
    bool is_finite = true;
    each_row(map, [&](int row, cells columns) {
        float* to = thresholds + static_cast<std::size_t>(row) * d_window.n_columns;
        raw_thresholds(columns, to + columns.first);
        for (int i = columns.first; i <= columns.last; ++i) {
            if (std::isnan(to[i])) {
                is_finite = false;
                to[i] = threshold(map, row, i);
            }
        }
    });
    return is_finite;
}

float mean_rule::threshold(const float* map, int row, int column) const
{
    total all, extreme{ 0, 0 };
    for (int s = 0; s < N_SECTORS; ++s) {
        const total sector = sum_of(map, row, column, s);
        all.sum += sector.sum;
        all.n += sector.n;
        const bool is_more = sector.mean() > extreme.mean();
        if (sector.n > 0 && (extreme.n == 0 || is_more == (d_kind == cfar_kind::GO))) {
            extreme = sector;
        }
    }
    if (all.n == 0) {
        return INFINITE;
    }
    const total& estimate = d_kind == cfar_kind::CA ? all : extreme;
    return static_cast<float>(d_on_estimate[column] * estimate.mean());
}

/// The finite cells of a sector.
total mean_rule::sum_of(const float* map, int row, int column, int sector) const
{
    const auto rows = d_window.rows(sector), columns = d_window.columns(sector, column);
    total all{ sum_box(map + columns.first,
                       d_window.n_columns,
                       d_window.wrapped(row + rows.first),
                       rows.n(),
                       d_window.n_rows,
                       columns.n()),
               rows.n() * columns.n() };
    if (std::isfinite(all.sum)) {
        return all;
    }
    all = { 0, 0 };
    for (int i = rows.first; i <= rows.last; ++i) {
        const float* x = map + static_cast<std::size_t>(d_window.wrapped(row + i)) *
                                   d_window.n_columns;
        for (int j = columns.first; j <= columns.last; ++j) {
            const bool is_finite = std::isfinite(x[j]);
            all.sum += is_finite ? x[j] : 0.0f;
            all.n += is_finite;
        }
    }
    return all;
}

} // namespace

std::unique_ptr<cfar_rule> make_mean_rule(const cfar_window& window,
                                          cfar_kind kind,
                                          const std::vector<cfar_factor>& factors)
{
    return std::make_unique<mean_rule>(window, kind, factors);
}

} // namespace dsp
} // namespace isac
} // namespace gr

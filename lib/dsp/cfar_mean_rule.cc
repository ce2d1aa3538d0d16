/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cfar_rule.h"
#include "sector_sums.h"
#include "simd.h"
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int N_SECTORS = cfar_window::N_SECTORS;
constexpr float INFINITE = std::numeric_limits<float>::infinity();

using sector_rows = std::array<const float*, N_SECTORS>;

// In all three a sum that is not finite makes the threshold NaN.

ISAC_SIMD void of_mean(const sector_rows& sums,
                       const float* factor,
                       float* __restrict__ thresholds,
                       int n)
{
    const float *a = sums[0], *b = sums[1], *c = sums[2], *d = sums[3];
    for (int i = 0; i < n; ++i) {
        const float sum = (a[i] + b[i]) + (c[i] + d[i]);
        thresholds[i] = factor[i] * sum + 0 * sum;
    }
}

ISAC_SIMD void of_greatest(const sector_rows& sums,
                           const sector_rows& factors,
                           float* __restrict__ thresholds,
                           int n)
{
    const float *a = sums[0], *b = sums[1], *c = sums[2], *d = sums[3];
    const float *fa = factors[0], *fb = factors[1], *fc = factors[2], *fd = factors[3];
    for (int i = 0; i < n; ++i) {
        const float ta = fa[i] * a[i], tb = fb[i] * b[i];
        const float tc = fc[i] * c[i], td = fd[i] * d[i];
        const float ab = ta > tb ? ta : tb, cd = tc > td ? tc : td;
        thresholds[i] = (ab > cd ? ab : cd) + 0 * ((a[i] + b[i]) + (c[i] + d[i]));
    }
}

/// The same of the smallest; a sector without cells has a factor of 0 and no say.
ISAC_SIMD void of_smallest(const sector_rows& sums,
                           const sector_rows& factors,
                           float* __restrict__ thresholds,
                           int n)
{
    const float *a = sums[0], *b = sums[1], *c = sums[2], *d = sums[3];
    const float *fa = factors[0], *fb = factors[1], *fc = factors[2], *fd = factors[3];
    for (int i = 0; i < n; ++i) {
        const float ta = fa[i] > 0 ? fa[i] * a[i] : INFINITE;
        const float tb = fb[i] > 0 ? fb[i] * b[i] : INFINITE;
        const float tc = fc[i] > 0 ? fc[i] * c[i] : INFINITE;
        const float td = fd[i] > 0 ? fd[i] * d[i] : INFINITE;
        const float ab = ta < tb ? ta : tb, cd = tc < td ? tc : td;
        thresholds[i] = (ab < cd ? ab : cd) + 0 * ((a[i] + b[i]) + (c[i] + d[i]));
    }
}

/// Is any cell above its threshold, or one of the two NaN?
ISAC_SIMD bool is_any_suspect(const float* x, const float* thresholds, int n)
{
    std::int32_t suspect = 0;
    for (int i = 0; i < n; ++i) {
        suspect |= !(x[i] <= thresholds[i]);
    }
    return suspect != 0;
}

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
        : d_window(window), d_kind(kind), d_sums(window), d_thresholds(window.n_columns)
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
    }

    void begin(const float* map) override
    {
        d_map = map;
        d_row = 0;
        d_sums.start(map);
    }

    bool find(std::vector<int>& above) override;
    bool thresholds(float* row) override;
    float threshold(const float* map, int row, int column) const override;

private:
    void raw_thresholds(float* row);
    total sum_of(const float* map, int row, int column, int sector) const;

    const cfar_window d_window;
    const cfar_kind d_kind;
    const float* d_map = nullptr;
    int d_row = 0;
    sector_sums d_sums;
    std::array<std::vector<float>, N_SECTORS> d_factors; // [n_columns], on a sum
    std::vector<double> d_on_estimate;                   // [n_columns]
    std::vector<float> d_thresholds;                     // of a row
};

void mean_rule::raw_thresholds(float* row)
{
    const auto sums = d_sums.next();
    const sector_rows factors{
        d_factors[0].data(), d_factors[1].data(), d_factors[2].data(), d_factors[3].data()
    };
    if (d_kind == cfar_kind::CA) {
        of_mean(sums, factors[0], row, d_window.n_columns);
    } else if (d_kind == cfar_kind::GO) {
        of_greatest(sums, factors, row, d_window.n_columns);
    } else {
        of_smallest(sums, factors, row, d_window.n_columns);
    }
    ++d_row;
}

bool mean_rule::find(std::vector<int>& above)
{
    constexpr int STEP = 16;
    raw_thresholds(d_thresholds.data());
    const int n_columns = d_window.n_columns, row = d_row - 1;
    const float* x = d_map + static_cast<std::size_t>(row) * n_columns;
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
                t = threshold(d_map, row, i);
            }
            if (x[i] > t && x[i] < INFINITE) {
                above.push_back(row * n_columns + i);
            }
        }
    }
    return is_finite;
}

bool mean_rule::thresholds(float* row)
{
    raw_thresholds(row);
    bool is_finite = true;
    for (int i = 0; i < d_window.n_columns; ++i) {
        if (std::isnan(row[i])) {
            is_finite = false;
            row[i] = threshold(d_map, d_row - 1, i);
        }
    }
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
    total all;
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

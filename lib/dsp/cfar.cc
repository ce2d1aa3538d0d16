/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include "simd.h"
#include <gnuradio/isac/dsp/cfar.h>
#include <gnuradio/isac/dsp/window.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

// Doubles throughout: a sum that leakage 100 dB above the noise has entered and left
// again must still be good to the noise.

ISAC_SIMD void add(const float* enters, const float* leaves, double* sums, int n)
{
    for (int i = 0; i < n; ++i) {
        sums[i] += static_cast<double>(enters[i]) - static_cast<double>(leaves[i]);
    }
}

ISAC_SIMD void set_thresholds(const double* outer_above,
                              const double* outer_below,
                              const double* inner_above,
                              const double* inner_below,
                              const double* factor,
                              float* __restrict__ thresholds,
                              int n)
{
    for (int i = 0; i < n; ++i) {
        const double outer = outer_above[i] - outer_below[i];
        const double inner = inner_above[i] - inner_below[i];
        const double noise = outer - inner;
        thresholds[i] = static_cast<float>(factor[i] * (noise > 0 ? noise : 0));
    }
}

const sensing_params& checked(const sensing_params& p, int n_rows, int n_columns)
{
    require(p.false_alarm_rate > 0 && p.false_alarm_rate < 1,
            "cfar",
            "false_alarm_rate",
            p.false_alarm_rate,
            "it must be in (0, 1)");
    require(p.guard >= 0, "cfar", "guard", p.guard, "it must be >= 0");
    require(p.training >= 1, "cfar", "training", p.training, "it must be >= 1");
    const long width = 2 * (static_cast<long>(p.guard) + p.training) + 1;
    require(width <= n_rows,
            "cfar",
            "2 * (guard + training) + 1",
            width,
            "it must be <= the " + std::to_string(n_rows) + " velocities of the map");
    require(n_columns >= 1, "cfar", "n_columns", n_columns, "it must be >= 1");
    return p;
}

/// Noise of two cells so many bins apart, |correlation|^2: the transform of w^2.
std::vector<double> correlations(window kind)
{
    const auto terms = window_terms(kind);
    const int reach = static_cast<int>(terms.size()) - 1;
    const auto two_sided = [&](int c) {
        return std::abs(c) > reach ? 0 : terms[std::abs(c)] / (c == 0 ? 1 : 2);
    };
    std::vector<double> squares(2 * reach + 1);
    for (int apart = 0; apart <= 2 * reach; ++apart) {
        double sum = 0;
        for (int c = -reach; c <= reach; ++c) {
            sum += two_sided(c) * two_sided(apart - c);
        }
        squares[apart] = sum * sum; // the energy of the window is 1 per item
    }
    return squares;
}

struct cells {
    int first, last;
    int n() const { return last - first + 1; }
};

/// Sum of the correlations over all pairs of one cell in a and one in b.
double pairs(cells a, cells b, const std::vector<double>& correlations)
{
    double sum = 0;
    for (int i = a.first; i <= a.last; ++i) {
        for (int j = b.first; j <= b.last; ++j) {
            const std::size_t apart = std::abs(i - j);
            sum += apart < correlations.size() ? correlations[apart] : 0;
        }
    }
    return sum;
}

} // namespace

cfar::cfar(int n_rows, int n_columns, const sensing_params& p)
    : d_n_rows(n_rows),
      d_n_columns(n_columns),
      d_guard(checked(p, n_rows, n_columns).guard),
      d_reach(p.guard + p.training),
      d_alpha(n_columns),
      d_factor(n_columns),
      d_outer(n_columns),
      d_inner(n_columns),
      // Running totals with one edge repeated: a window cut off at the edge of the map
      // is then a difference like any other.
      d_outer_to(n_columns + 2 * d_reach + 1),
      d_inner_to(n_columns + 2 * d_reach + 1)
{
    const auto of_range = correlations(p.range_window);
    const auto of_velocity = correlations(p.velocity_window);
    for (int column = 0; column < n_columns; ++column) {
        const auto columns = [&](int half) {
            return cells{ std::max(column - half, 0),
                          std::min(column + half, n_columns - 1) };
        };
        const cells o = columns(d_reach), i = columns(d_guard);
        const cells o_rows{ -d_reach, d_reach }, i_rows{ -d_guard, d_guard };
        const auto product = [&](cells a, cells b, cells a_rows, cells b_rows) {
            return pairs(a, b, of_range) * pairs(a_rows, b_rows, of_velocity);
        };
        // The mean of n correlated cells has the variance that n_free free ones have.
        const double n = o.n() * o_rows.n() - i.n() * i_rows.n();
        const double n_free =
            n * n /
            (product(o, o, o_rows, o_rows) - 2 * product(o, i, o_rows, i_rows) +
             product(i, i, i_rows, i_rows));
        d_alpha[column] = n_free * (std::pow(p.false_alarm_rate, -1 / n_free) - 1);
        d_factor[column] = d_alpha[column] / n;
    }
}

void cfar::start(const float* power, int half, std::vector<double>& sums) const
{
    std::fill(sums.begin(), sums.end(), 0.0);
    for (int row = -half; row <= half; ++row) {
        const int wrapped = (row + d_n_rows) % d_n_rows;
        for (int i = 0; i < d_n_columns; ++i) {
            sums[i] += power[static_cast<std::size_t>(wrapped) * d_n_columns + i];
        }
    }
}

void cfar::total()
{
    double outer = 0, inner = 0; // in one loop: neither addition waits for the other
    for (int i = 0; i < d_n_columns; ++i) {
        outer += d_outer[i];
        inner += d_inner[i];
        d_outer_to[d_reach + 1 + i] = outer;
        d_inner_to[d_reach + 1 + i] = inner;
    }
    std::fill(d_outer_to.begin() + d_reach + 1 + d_n_columns, d_outer_to.end(), outer);
    std::fill(d_inner_to.begin() + d_reach + 1 + d_n_columns, d_inner_to.end(), inner);
}

void cfar::compute(span<const float> power, span<float> thresholds)
{
    const std::size_t map_len = static_cast<std::size_t>(d_n_rows) * d_n_columns;
    require_len("power", power.size(), map_len);
    require_len("thresholds", thresholds.size(), map_len);

    const auto row = [&](int i) {
        const int wrapped = (i + d_n_rows) % d_n_rows;
        return power.data() + static_cast<std::size_t>(wrapped) * d_n_columns;
    };
    start(power.data(), d_reach, d_outer);
    start(power.data(), d_guard, d_inner);
    for (int i = 0; i < d_n_rows; ++i) {
        total();
        set_thresholds(d_outer_to.data() + 2 * d_reach + 1,
                       d_outer_to.data(),
                       d_inner_to.data() + d_reach + d_guard + 1,
                       d_inner_to.data() + d_reach - d_guard,
                       d_factor.data(),
                       thresholds.data() + static_cast<std::size_t>(i) * d_n_columns,
                       d_n_columns);
        add(row(i + d_reach + 1), row(i - d_reach), d_outer.data(), d_n_columns);
        add(row(i + d_guard + 1), row(i - d_guard), d_inner.data(), d_n_columns);
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

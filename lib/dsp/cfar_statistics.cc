/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cfar_statistics.h"
#include <gnuradio/isac/dsp/window.h>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

double sinc(double x) { return x == 0 ? 1 : std::sin(M_PI * x) / (M_PI * x); }

/// Correlation |rho|^2 of two noise cells so many bins apart: the transform of w^2, a
/// cosine series like w.
double correlation(window taper, double bins)
{
    const auto terms = window_terms(taper);
    const int reach = static_cast<int>(terms.size()) - 1;
    const auto two_sided = [&](int c) {
        return std::abs(c) > reach ? 0 : terms[std::abs(c)] / (c == 0 ? 1 : 2);
    };
    double rho = 0; // the energy of the window is 1 per item
    for (int term = -2 * reach; term <= 2 * reach; ++term) {
        double square = 0;
        for (int c = -reach; c <= reach; ++c) {
            square += two_sided(c) * two_sided(term - c);
        }
        rho += square * sinc(bins - term);
    }
    return rho * rho;
}

std::vector<double> correlations(window taper, int padding, int n)
{
    std::vector<double> squares(n);
    for (int apart = 0; apart < n; ++apart) {
        squares[apart] = correlation(taper, static_cast<double>(apart) / padding);
    }
    return squares;
}

/// Sum of the correlations over all pairs of one cell in a and one in b.
double pairs(cells a, cells b, const std::vector<double>& correlations)
{
    double sum = 0;
    for (int i = a.first; i <= a.last; ++i) {
        for (int j = b.first; j <= b.last; ++j) {
            sum += correlations[std::abs(i - j)];
        }
    }
    return sum;
}

/// Regularised lower incomplete gamma function by its series, whose terms are positive.
double gamma_p(double n, double x)
{
    if (x > n + 12 * std::sqrt(n) + 60) {
        return 1; // as a double knows it; the terms would overflow
    }
    double term = 1, sum = 1;
    for (double j = 1; term > 1e-17 * sum; ++j) {
        term *= x / (n + j);
        sum += term;
    }
    return std::min(1.0, sum * std::exp(n * std::log(x) - x - std::lgamma(n + 1)));
}

/// Where a falling function of the logarithm meets 0.
template <class Function>
double solve(Function f)
{
    double low = std::log(1e-9), high = std::log(1e15);
    for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        (f(std::exp(middle)) > 0 ? low : high) = middle;
    }
    return std::exp(low);
}

} // namespace

cfar_statistics::cfar_statistics(const cfar_window& window, const sensing_params& p)
    : d_window(window),
      d_params(p),
      d_of_range(
          correlations(p.range_window, p.range_padding, 2 * window.column_reach + 1)),
      d_of_velocity(
          correlations(p.velocity_window, p.velocity_padding, 2 * window.row_reach + 1))
{
}

cfar_factor cfar_statistics::at(int column) const
{
    switch (d_params.cfar) {
    case cfar_kind::CA:
        return of_mean(column);
    case cfar_kind::OS:
        return of_order(column);
    default:
        return of_sectors(column);
    }
}

int cfar_statistics::n_cells(int column) const
{
    int n = 0;
    for (int s = 0; s < cfar_window::N_SECTORS; ++s) {
        n += d_window.size(s, column);
    }
    return n;
}

/// The mean of n correlated cells has the variance that n_free free ones have.
double cfar_statistics::free_cells(int column) const
{
    const auto& w = d_window;
    const auto sum = [&](int a_half, int b_half, int a_rows, int b_rows) {
        return pairs(w.on_map(column - a_half, column + a_half),
                     w.on_map(column - b_half, column + b_half),
                     d_of_range) *
               pairs({ -a_rows, a_rows }, { -b_rows, b_rows }, d_of_velocity);
    };
    const int o = w.column_reach, i = w.column_guard;
    const int o_rows = w.row_reach, i_rows = w.row_guard;
    const double n = n_cells(column);
    return n * n /
           (sum(o, o, o_rows, o_rows) - 2 * sum(o, i, o_rows, i_rows) +
            sum(i, i, i_rows, i_rows));
}

double cfar_statistics::free_cells(int sector, int column) const
{
    const auto rows = d_window.rows(sector), columns = d_window.columns(sector, column);
    const double n = rows.n() * columns.n();
    return n == 0 ? 0
                  : n * n /
                        (pairs(columns, columns, d_of_range) *
                         pairs(rows, rows, d_of_velocity));
}

cfar_factor cfar_statistics::of_mean(int column) const
{
    const double n = free_cells(column);
    return {
        n * (std::pow(d_params.false_alarm_rate, -1 / n) - 1), 1, n_cells(column), 0
    };
}

cfar_factor cfar_statistics::of_order(int column) const
{
    const int n = n_cells(column);
    const int rank = std::clamp(static_cast<int>(std::ceil(d_params.os_rank * n)), 1, n);
    const double n_free = free_cells(column);
    const int free_rank = std::clamp(static_cast<int>(std::lround(rank * n_free / n)),
                                     1,
                                     static_cast<int>(std::ceil(n_free)));
    double bias = 0;
    for (int i = 0; i < rank; ++i) {
        bias += 1.0 / (n - i);
    }
    const double a = solve([&](double a) {
        double log_rate = 0;
        for (int i = 0; i < free_rank; ++i) {
            log_rate -= std::log1p(a / (n_free - i));
        }
        return log_rate - std::log(d_params.false_alarm_rate);
    });
    return { a, bias, n, rank };
}

cfar_factor cfar_statistics::of_sectors(int column) const
{
    double n[cfar_window::N_SECTORS];
    for (int s = 0; s < cfar_window::N_SECTORS; ++s) {
        n[s] = free_cells(s, column);
    }
    const bool greatest = d_params.cfar == cfar_kind::GO;
    const auto below = [&](double m) { // probability that the estimate is
        double log_all = 0;
        for (const double n_s : n) {
            if (n_s > 0) {
                const double p = gamma_p(n_s, n_s * m);
                log_all += greatest ? std::log(p) : std::log1p(-p);
            }
        }
        return greatest ? std::exp(log_all) : -std::expm1(log_all);
    };

    // Over log m, where all functions are smooth and fall at both ends, the sum over
    // points is as good as the integral.
    constexpr int N_POINTS = 800;
    constexpr double FROM = -16, TO = 4, STEP = (TO - FROM) / N_POINTS;
    double m[N_POINTS], distribution[N_POINTS], bias = 0;
    for (int i = 0; i < N_POINTS; ++i) {
        m[i] = std::exp(FROM + (i + 0.5) * STEP);
        distribution[i] = below(m[i]);
        bias += (1 - distribution[i]) * m[i] * STEP;
    }
    const double a = solve([&](double a) {
        double rate = std::exp(-a * std::exp(TO)); // beyond the points
        for (int i = 0; i < N_POINTS; ++i) {
            rate += a * m[i] * std::exp(-a * m[i]) * distribution[i] * STEP;
        }
        return rate - d_params.false_alarm_rate;
    });
    return { a, bias, n_cells(column), 0 };
}

} // namespace dsp
} // namespace isac
} // namespace gr

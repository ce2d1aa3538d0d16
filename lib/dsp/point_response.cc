/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "point_response.h"
#include <gnuradio/isac/dsp/window.h>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

using complex = std::complex<double>;

/// Steps along d(x) = 1/sqrt(n) sum over j of exp(2 pi i j x / n), x -> x + 1.
class dirichlet
{
public:
    dirichlet(int n, item_range items, double x)
        : d_n(n),
          d_len(items.len()),
          d_x(x),
          d_top(std::polar(1.0, M_PI * x * d_len / n)),
          d_top_step(std::polar(1.0, M_PI * d_len / n)),
          d_angle(std::polar(1.0, M_PI * x / n)),
          d_angle_step(std::polar(1.0, M_PI / n)),
          d_skew(M_PI * (items.first + items.last) / n),
          d_phase(std::polar(1.0, d_skew * x)),
          d_phase_step(std::polar(1.0, d_skew))
    {
    }

    void step()
    {
        d_x += 1;
        d_top *= d_top_step;
        d_angle *= d_angle_step;
        d_phase *= d_phase_step;
    }

    void evaluate(complex& value, complex& slope) const
    {
        const double s = d_angle.imag(), c = d_angle.real();
        const double top = d_top.imag(), top_slope = M_PI * d_len / d_n * d_top.real();
        double ratio, ratio_slope; // sin(pi x len / n) / sin(pi x / n)
        if (std::abs(s) * d_n < 1e-4) {
            // Next to 0 or a multiple of n: the first terms of the series in x.
            const double x = std::remainder(d_x, d_n);
            const double sign = top_slope * c < 0 ? -1 : 1;
            const double curve = M_PI * M_PI * (d_len * d_len - 1) / (3.0 * d_n * d_n);
            ratio = sign * d_len * (1 - curve * x * x / 2);
            ratio_slope = -sign * d_len * curve * x;
        } else {
            ratio = top / s;
            ratio_slope = (top_slope - ratio * c * M_PI / d_n) / s;
        }
        const double unitary = 1 / std::sqrt(d_n);
        value = unitary * ratio * d_phase;
        slope = unitary * (ratio_slope + complex(0, d_skew * ratio)) * d_phase;
    }

private:
    int d_n;
    double d_len, d_x;
    complex d_top, d_top_step;
    complex d_angle, d_angle_step;
    double d_skew; // the items are not symmetric about the middle one
    complex d_phase, d_phase_step;
};

} // namespace

point_response::point_response(window kind, int n, item_range items, bool middle_is_empty)
    : d_n(n),
      d_items(items),
      d_window(window_values(kind, n)),
      d_terms(window_terms(kind))
{
    for (std::size_t c = 1; c < d_terms.size(); ++c) {
        d_terms[c] /= 2;
    }
    double w1 = 0, w2 = 0, w4 = 0, w2jj = 0, w4jj = 0;
    for (int j = items.first; j <= items.last; ++j) {
        const double w = d_window[j + n / 2];
        if (j == 0 && middle_is_empty) {
            d_missing = w / std::sqrt(n);
            continue;
        }
        const double power = w * w, jj = static_cast<double>(j) * j;
        w1 += w;
        w2 += power;
        w4 += power * power;
        w2jj += power * jj;
        w4jj += power * power * jj;
    }
    d_peak_power = w1 * w1 / n;
    d_position_noise = n * w1 * w1 * w4jj / (4 * M_PI * M_PI * w2jj * w2jj);
    d_amplitude_noise = w1 * w1 * w4 / (n * w2 * w2);
}

std::vector<double> point_response::noise_correlations(int n_lags) const
{
    std::vector<double> result(n_lags);
    for (int lag = 0; lag < n_lags; ++lag) {
        for (int j = d_items.first; j <= d_items.last; ++j) {
            const double w = d_window[j + d_n / 2];
            result[lag] += w * w * std::cos(2 * M_PI * lag * j / d_n) / d_n;
        }
    }
    // With all items this is the transform of w^2, a short cosine series: zero but for
    // the first lags.
    constexpr double ROUNDING = 1e-7; // of float windows
    while (std::abs(result.back()) < ROUNDING * result.front()) {
        result.pop_back();
    }
    return result;
}

void point_response::evaluate(double position,
                              double first,
                              std::vector<complex>& values,
                              std::vector<complex>& slopes) const
{
    const int reach = static_cast<int>(d_terms.size()) - 1;
    std::fill(values.begin(), values.end(), complex(-d_missing));
    std::fill(slopes.begin(), slopes.end(), complex(0));
    dirichlet kernel(d_n, d_items, first - reach - position);
    const int n = static_cast<int>(values.size());
    for (int i = -reach; i < n + reach; ++i, kernel.step()) {
        complex value, slope;
        kernel.evaluate(value, slope);
        for (int to = std::max(i - reach, 0); to <= std::min(i + reach, n - 1); ++to) {
            values[to] += d_terms[std::abs(to - i)] * value;
            slopes[to] -= d_terms[std::abs(to - i)] * slope;
        }
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

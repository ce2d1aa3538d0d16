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
    dirichlet(int n, double x)
        : d_n(n),
          d_x(x),
          d_numerator(std::sin(M_PI * x)),
          d_numerator_slope(M_PI * std::cos(M_PI * x)),
          d_angle(std::polar(1.0, M_PI * x / n)),
          d_angle_step(std::polar(1.0, M_PI / n)),
          d_skew(M_PI * (n - 1 - 2 * (n / 2)) / n),
          d_phase(std::polar(1.0, d_skew * x)),
          d_phase_step(std::polar(1.0, d_skew))
    {
    }

    void step()
    {
        d_x += 1;
        d_numerator = -d_numerator;
        d_numerator_slope = -d_numerator_slope;
        d_angle *= d_angle_step;
        d_phase *= d_phase_step;
    }

    void evaluate(complex& value, complex& slope) const
    {
        const double s = d_angle.imag(), c = d_angle.real();
        double ratio, ratio_slope; // sin(pi x) / sin(pi x / n)
        if (std::abs(s) * d_n < 1e-4) {
            // Next to 0 or a multiple of n: the first terms of the series in x.
            const double x = std::remainder(d_x, d_n);
            const double sign = d_numerator_slope * c < 0 ? -1 : 1;
            const double curve = M_PI * M_PI * (1 - 1.0 / d_n / d_n) / 3;
            ratio = sign * d_n * (1 - curve * x * x / 2);
            ratio_slope = -sign * d_n * curve * x;
        } else {
            ratio = d_numerator / s;
            ratio_slope = (d_numerator_slope - ratio * c * M_PI / d_n) / s;
        }
        const double unitary = 1 / std::sqrt(d_n);
        value = unitary * ratio * d_phase;
        slope = unitary * (ratio_slope + complex(0, d_skew * ratio)) * d_phase;
    }

private:
    int d_n;
    double d_x, d_numerator, d_numerator_slope;
    complex d_angle, d_angle_step;
    double d_skew; // the items are not symmetric about the middle one
    complex d_phase, d_phase_step;
};

} // namespace

point_response::point_response(window kind, int n, bool middle_is_empty)
    : d_n(n), d_terms(window_terms(kind))
{
    for (std::size_t c = 1; c < d_terms.size(); ++c) {
        d_terms[c] /= 2;
    }
    const auto values = window_values(kind, n);
    double w1 = 0, w2 = 0, w4 = 0, w2jj = 0, w4jj = 0;
    for (int i = 0; i < n; ++i) {
        const double j = i - n / 2;
        if (j == 0 && middle_is_empty) {
            d_missing = values[i] / std::sqrt(n);
            continue;
        }
        const double power = static_cast<double>(values[i]) * values[i];
        w1 += values[i];
        w2 += power;
        w4 += power * power;
        w2jj += power * j * j;
        w4jj += power * power * j * j;
    }
    d_peak_power = w1 * w1 / n;
    d_position_noise = n * w1 * w1 * w4jj / (4 * M_PI * M_PI * w2jj * w2jj);
    d_amplitude_noise = w1 * w1 * w4 / (n * w2 * w2);
}

void point_response::evaluate(double position,
                              double first,
                              std::vector<complex>& values,
                              std::vector<complex>& slopes) const
{
    const int reach = static_cast<int>(d_terms.size()) - 1;
    std::fill(values.begin(), values.end(), complex(-d_missing));
    std::fill(slopes.begin(), slopes.end(), complex(0));
    dirichlet kernel(d_n, first - reach - position);
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

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "channel_fit.h"
#include "cholesky.h"
#include "simd.h"
#include <algorithm>

namespace gr {
namespace isac {
namespace dsp {

namespace {

// The loops see a complex as two floats: the operators of std::complex look for NaN.

/// sums[k] += weight y[k] conj(x[k]).
ISAC_SIMD void
correlate(const float* x, const float* y, float weight, float* __restrict__ sums, int n)
{
    for (int k = 0; k < n; ++k) {
        const float xr = weight * x[2 * k], xi = weight * x[2 * k + 1];
        const float yr = y[2 * k], yi = y[2 * k + 1];
        sums[2 * k] += yr * xr + yi * xi;
        sums[2 * k + 1] += yi * xr - yr * xi;
    }
}

/// powers[k] += weight |x[k]|^2.
ISAC_SIMD void add_powers(const float* x, float weight, float* __restrict__ powers, int n)
{
    for (int k = 0; k < n; ++k) {
        powers[k] += weight * (x[2 * k] * x[2 * k] + x[2 * k + 1] * x[2 * k + 1]);
    }
}

/// to[i] += weight from[i].
ISAC_SIMD void
add_weighted(const float* from, float weight, float* __restrict__ to, int n)
{
    for (int i = 0; i < n; ++i) {
        to[i] += weight * from[i];
    }
}

/// out[k] = y[k] - x[k] h[k].
ISAC_SIMD void
subtract_product(const float* x, const float* h, const float* y, float* out, int n)
{
    for (int k = 0; k < n; ++k) {
        const float xr = x[2 * k], xi = x[2 * k + 1];
        const float hr = h[2 * k], hi = h[2 * k + 1];
        out[2 * k] = y[2 * k] - (xr * hr - xi * hi);
        out[2 * k + 1] = y[2 * k + 1] - (xr * hi + xi * hr);
    }
}

const float* floats(const std::complex<float>* x)
{
    return reinterpret_cast<const float*>(x);
}
float* floats(std::complex<float>* x) { return reinterpret_cast<float*>(x); }

} // namespace

channel_fit::channel_fit(int n_subcarriers,
                         const std::vector<std::vector<double>>& functions)
    : d_n_subcarriers(n_subcarriers),
      d_n_functions(static_cast<int>(functions.size())),
      d_gram(static_cast<std::size_t>(d_n_functions) * (d_n_functions + 1) / 2 *
             n_subcarriers),
      d_coefficients(static_cast<std::size_t>(d_n_functions) * n_subcarriers),
      d_channel(n_subcarriers),
      d_matrix(d_n_functions * d_n_functions),
      d_sides(2 * d_n_functions)
{
    for (std::size_t row = 0; row < functions[0].size(); ++row) {
        for (const auto& f : functions) {
            d_functions.push_back(static_cast<float>(f[row]));
        }
    }
}

void channel_fit::fit(const std::complex<float>* tx, const std::complex<float>* rx)
{
    std::fill(d_gram.begin(), d_gram.end(), 0.0f);
    std::fill(d_coefficients.begin(), d_coefficients.end(), 0.0f);
    for (int row = 0; row < n_rows(); ++row) {
        const auto* x = floats(tx + static_cast<std::size_t>(row) * d_n_subcarriers);
        const auto* y = floats(rx + static_cast<std::size_t>(row) * d_n_subcarriers);
        const float* f = d_functions.data() + row * d_n_functions;
        float* powers = d_gram.data();
        for (int d = 0; d < d_n_functions; ++d) {
            correlate(x, y, f[d], floats(coefficients(d)), d_n_subcarriers);
            for (int e = 0; e <= d; ++e, powers += d_n_subcarriers) {
                add_powers(x, f[d] * f[e], powers, d_n_subcarriers);
            }
        }
    }
    solve();
}

void channel_fit::solve()
{
    // A share of the diagonal that costs nothing visible, for subcarriers on which too
    // few rows were sent to tell the functions apart.
    constexpr double RIDGE = 1e-7;
    const int n = d_n_functions;
    for (int k = 0; k < d_n_subcarriers; ++k) {
        const double sent = d_gram[k];
        const float* gram = d_gram.data() + k;
        for (int d = 0; d < n; ++d) {
            for (int e = 0; e <= d; ++e, gram += d_n_subcarriers) {
                d_matrix[d * n + e] = *gram + (d == e && n > 1 ? RIDGE * sent : 0);
            }
            d_sides[2 * d] = coefficients(d)[k].real();
            d_sides[2 * d + 1] = coefficients(d)[k].imag();
        }
        if (sent > 0) {
            solve_in_place(d_matrix.data(), n, d_sides.data(), 2);
        }
        for (int d = 0; d < n; ++d) {
            coefficients(d)[k] =
                sent > 0 ? std::complex<float>(static_cast<float>(d_sides[2 * d]),
                                               static_cast<float>(d_sides[2 * d + 1]))
                         : 0;
        }
    }
}

void channel_fit::subtract(const std::complex<float>* tx,
                           const std::complex<float>* rx,
                           std::complex<float>* out)
{
    for (int row = 0; row < n_rows(); ++row) {
        const std::size_t at = static_cast<std::size_t>(row) * d_n_subcarriers;
        const auto* channel = coefficients(0);
        if (d_n_functions > 1) {
            std::copy_n(channel, d_n_subcarriers, d_channel.begin());
            for (int d = 1; d < d_n_functions; ++d) {
                add_weighted(floats(coefficients(d)),
                             d_functions[row * d_n_functions + d],
                             floats(d_channel.data()),
                             2 * d_n_subcarriers);
            }
            channel = d_channel.data();
        }
        subtract_product(floats(tx + at),
                         floats(channel),
                         floats(rx + at),
                         floats(out + at),
                         d_n_subcarriers);
    }
}

double channel_fit::share(double turns_per_row) const
{
    double share = 0;
    for (int d = 0; d < d_n_functions; ++d) {
        std::complex<double> inner = 0;
        for (int row = 0; row < n_rows(); ++row) {
            const double f = d_functions[row * d_n_functions + d];
            inner += std::polar(f, 2 * M_PI * turns_per_row * row);
        }
        share += std::norm(inner / static_cast<double>(n_rows()));
    }
    return share;
}

} // namespace dsp
} // namespace isac
} // namespace gr

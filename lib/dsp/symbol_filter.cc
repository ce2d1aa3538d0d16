/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "echo_line.h"
#include "map_kernels.h"
#include "simd.h"
#include "slow_functions.h"
#include "symbol_filter.h"
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

// Symbols whose power varies less than this (relative variance) are of equal modulus.
constexpr double EQUAL_MODULUS = 1e-4;

// Long frames are measured on every seventh row: tens of thousands of cells. Odd, so as
// not to fall into step with a pattern of the rows.
constexpr int ROW_STEP = 7;

const float* floats(const std::complex<float>* x)
{
    return reinterpret_cast<const float*>(x);
}

/// sent[k] = |x|^2 and left[k] = |y - x h|^2.
ISAC_SIMD void row_powers(const float* x,
                          const float* y,
                          const float* h,
                          float* __restrict__ sent,
                          float* __restrict__ left,
                          int n)
{
    for (int k = 0; k < n; ++k) {
        const float xr = x[2 * k], xi = x[2 * k + 1];
        const float hr = h[2 * k], hi = h[2 * k + 1];
        const float re = y[2 * k] - (xr * hr - xi * hi);
        const float im = y[2 * k + 1] - (xr * hi + xi * hr);
        sent[k] = xr * xr + xi * xi;
        left[k] = re * re + im * im;
    }
}

/// Sums over the sent cells of 1, u and u^2.
ISAC_SIMD void add_moments(const float* x, int n, double* sums)
{
    constexpr int LANES = 8;
    float s[3][LANES] = {};
    for (int k = 0; k + LANES <= n; k += LANES) {
        for (int i = 0; i < LANES; ++i) {
            const float re = x[2 * (k + i)], im = x[2 * (k + i) + 1];
            const float u = re * re + im * im;
            s[0][i] += u > NOT_SENT ? 1.0f : 0.0f;
            s[1][i] += u;
            s[2][i] += u * u;
        }
    }
    for (int j = 0; j < 3; ++j) {
        for (int i = 0; i < LANES; ++i) {
            sums[j] += s[j][i];
        }
    }
}

/// Mean of u / (slope u + offset) over the sent cells.
ISAC_SIMD float mean_weight(const float* x, float slope, float offset, int n)
{
    constexpr int LANES = 8;
    float sum[LANES] = {}, sent[LANES] = {};
    for (int k = 0; k + LANES <= n; k += LANES) {
        for (int i = 0; i < LANES; ++i) {
            const float re = x[2 * (k + i)], im = x[2 * (k + i) + 1];
            const float u = re * re + im * im;
            const float is_sent = u > NOT_SENT ? 1.0f : 0.0f;
            sum[i] += u / (slope * u + offset + (1 - is_sent)) * is_sent;
            sent[i] += is_sent;
        }
    }
    float total = 0, count = 0;
    for (int i = 0; i < LANES; ++i) {
        total += sum[i];
        count += sent[i];
    }
    return count > 0 ? total / count : 0;
}

bool is_finite(const std::complex<float>* x, int n)
{
    return std::all_of(x, x + n, [](auto v) {
        return std::isfinite(v.real()) && std::isfinite(v.imag());
    });
}

struct weights {
    float gain, slope, offset, scale;
};

ISAC_SIMD void weigh(const float* x,
                     const float* y,
                     const float* h,
                     const float* window,
                     weights f,
                     float* __restrict__ out,
                     int n)
{
    const auto [gain, slope, offset, scale] = f;
    for (int k = 0; k < n; ++k) {
        const float xr = x[2 * k], xi = x[2 * k + 1];
        const float yr = y[2 * k], yi = y[2 * k + 1];
        const float u = xr * xr + xi * xi;
        const float sent = u > NOT_SENT ? 1.0f : 0.0f; // a branch would not vectorise
        const float taper = scale * window[k] * sent;
        const float s = gain / (slope * u + offset + (1 - sent));
        const float t = 1 - u * s;
        out[2 * k] = taper * ((yr * xr + yi * xi) * s + h[2 * k] * t);
        out[2 * k + 1] = taper * ((yi * xr - yr * xi) * s + h[2 * k + 1] * t);
    }
}

} // namespace

symbol_filter::symbol_filter(const waveform& w, radar_filter kind)
    : d_kind(kind),
      d_n_symbols(w.n_symbols()),
      d_n_subcarriers(w.n_subcarriers()),
      d_row_step(w.n_symbols() >= 16 * ROW_STEP ? ROW_STEP : 1),
      d_rows_differ(w.n_data_rows() != w.n_symbols()),
      d_static(w.n_subcarriers(), slow_functions(w.n_symbols(), 0)),
      d_no_channel(w.n_subcarriers())
{
    const int n_rows = (w.n_symbols() + d_row_step - 1) / d_row_step;
    d_sent.resize(static_cast<std::size_t>(n_rows) * d_n_subcarriers);
    d_left.resize(d_sent.size());
    d_channel = d_no_channel.data();
}

void symbol_filter::sample_rows(span<const std::complex<float>> tx,
                                span<const std::complex<float>> rx,
                                const std::complex<float>* channel)
{
    const std::size_t step = static_cast<std::size_t>(d_row_step) * d_n_subcarriers;
    std::size_t to = 0;
    for (std::size_t from = 0; from < tx.size(); from += step, to += d_n_subcarriers) {
        row_powers(floats(tx.data() + from),
                   floats(rx.data() + from),
                   floats(channel),
                   d_sent.data() + to,
                   d_left.data() + to,
                   d_n_subcarriers);
    }
}

void symbol_filter::measure(span<const std::complex<float>> tx,
                            span<const std::complex<float>> rx)
{
    if (d_kind == radar_filter::DIVISION) {
        return; // as constructed
    }
    double sums[3] = {};
    // The moments of the symbols are known sooner than the noise: some 32 rows will do.
    const int row_step = std::max(d_row_step, d_n_symbols / 32 | 1);
    const std::size_t step = static_cast<std::size_t>(row_step) * d_n_subcarriers;
    for (std::size_t row = 0; row < tx.size(); row += step) {
        double more[3] = {};
        add_moments(floats(tx.data() + row), d_n_subcarriers, more);
        for (int j = 0; j < 3 && std::isfinite(more[2]); ++j) {
            sums[j] += more[j];
        }
    }
    const double mean = sums[0] > 0 ? sums[1] / sums[0] : 0;
    const double variance = sums[0] > 0 ? sums[2] / sums[0] - mean * mean : 0;
    if (d_kind == radar_filter::MATCHED || variance <= EQUAL_MODULUS * mean * mean) {
        d_gain = static_cast<float>(mean > 0 ? 1 / mean : 0);
        d_slope = 0;
        return;
    }

    d_static.fit(tx.data(), rx.data());
    d_channel = d_static.coefficients(0);
    // Nothing can be measured: as DIVISION does.
    if (!is_finite(d_channel, d_n_subcarriers)) {
        d_channel = d_no_channel.data();
        d_gain = d_slope = 1;
        d_offset = 0;
        return;
    }
    sample_rows(tx, rx, d_channel);
    double c = 1;
    for (int round = 0; round < 3; ++round) {
        c = echo_line(d_sent, d_left, c * mean).noise_to_echo_ratio(mean);
    }
    d_gain = static_cast<float>(1 / echo_line(d_sent, d_left, c * mean).mean_gain());
    d_slope = 1;
    d_offset = static_cast<float>(c * mean);
}

void symbol_filter::begin_row(const std::complex<float>* x)
{
    d_row_gain = d_gain;
    if (!d_rows_differ || d_slope == 0) {
        return;
    }
    // Weights of mean 1 in this row by itself.
    const float mean = mean_weight(floats(x), d_slope, d_offset, d_n_subcarriers);
    d_row_gain = mean > 0 ? 1 / mean : 0;
}

void symbol_filter::apply(const std::complex<float>* x,
                          const std::complex<float>* y,
                          const float* window,
                          float scale,
                          int first,
                          int n,
                          std::complex<float>* out) const
{
    if (d_slope == 0) {
        // y conj(x) without a division is all that symbols of equal modulus need.
        multiply_conjugate(
            x + first, y + first, window + first, d_row_gain * scale, out, n);
        return;
    }
    weigh(floats(x + first),
          floats(y + first),
          floats(d_channel + first),
          window + first,
          { d_row_gain, d_slope, d_offset, scale },
          reinterpret_cast<float*>(out),
          n);
}

} // namespace dsp
} // namespace isac
} // namespace gr

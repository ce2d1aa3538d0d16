/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "simd.h"
#include "symbol_filter.h"
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr float NOT_SENT =
    1e-20f; // |x|^2 up to this counts as 0: its inverse is no number

// Symbols whose power varies less than this (relative variance) are of equal modulus.
constexpr double EQUAL_MODULUS = 1e-4;

constexpr double SMALLEST_C = 1e-4, LARGEST_C = 1e4;

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

/// Sums over the occupied cells with weight w = 1/(u + c)^2; the last two have none.
struct line_sums {
    double w = 0, wu = 0, wuu = 0, wp = 0, wup = 0, gain = 0, n = 0;
};

ISAC_SIMD void add_block(const float* u, const float* p, float c, int n, double* sums)
{
    constexpr int LANES = 8; // separate sums, or the additions wait for each other
    float s[7][LANES] = {};
    for (int k = 0; k + LANES <= n; k += LANES) {
        for (int i = 0; i < LANES; ++i) {
            const float sent = u[k + i] > NOT_SENT ? 1.0f : 0.0f;
            const float inverse = sent / (u[k + i] + c);
            const float w = inverse * inverse;
            s[0][i] += w;
            s[1][i] += w * u[k + i];
            s[2][i] += w * u[k + i] * u[k + i];
            s[3][i] += w * p[k + i];
            s[4][i] += w * u[k + i] * p[k + i];
            s[5][i] += u[k + i] * inverse;
            s[6][i] += sent;
        }
    }
    for (int j = 0; j < 7; ++j) {
        for (int i = 0; i < LANES; ++i) {
            sums[j] += s[j][i];
        }
    }
}

line_sums add_cells(const std::vector<float>& u, const std::vector<float>& p, double c)
{
    // In blocks, so that a float sum stays short enough to be exact to 1e-5.
    constexpr std::size_t BLOCK = 512;
    double s[7] = {};
    for (std::size_t at = 0; at < u.size(); at += BLOCK) {
        const int n = static_cast<int>(std::min(BLOCK, u.size() - at));
        add_block(u.data() + at, p.data() + at, static_cast<float>(c), n, s);
    }
    return { s[0], s[1], s[2], s[3], s[4], s[5], s[6] };
}

/// The c of the line that the sums describe, where mean |x|^2 is the unit of c.
double noise_to_echo_ratio(const line_sums& s, double mean)
{
    const double slope = s.w * s.wup - s.wu * s.wp;
    const double offset = s.wuu * s.wp - s.wu * s.wup;
    if (!(slope > 0)) {
        return LARGEST_C; // nothing moves
    }
    return std::clamp(offset / slope / mean, SMALLEST_C, LARGEST_C);
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
      d_n_subcarriers(w.n_subcarriers()),
      d_row_step(w.n_symbols() >= 16 * ROW_STEP ? ROW_STEP : 1),
      d_static(w),
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
    sample_rows(tx, rx, d_no_channel.data());
    const double flat = 1e6; // makes all weights equal: plain moments
    auto s = add_cells(d_sent, d_left, flat);
    const double mean = s.w > 0 ? s.wu / s.w : 0;
    const double variance = s.w > 0 ? s.wuu / s.w - mean * mean : 0;
    if (d_kind == radar_filter::MATCHED || variance <= EQUAL_MODULUS * mean * mean) {
        d_channel = d_no_channel.data();
        d_gain = static_cast<float>(mean > 0 ? 1 / mean : 0);
        d_slope = 0;
        d_offset = 1;
        return;
    }

    d_channel = d_static.estimate(tx, rx).data();
    sample_rows(tx, rx, d_channel);
    double c = 1;
    for (int round = 0; round < 3; ++round) {
        c = noise_to_echo_ratio(add_cells(d_sent, d_left, c * mean), mean);
    }
    s = add_cells(d_sent, d_left, c * mean);
    d_gain = static_cast<float>(s.n / s.gain);
    d_slope = 1;
    d_offset = static_cast<float>(c * mean);
}

void symbol_filter::apply(const std::complex<float>* x,
                          const std::complex<float>* y,
                          const float* window,
                          float scale,
                          int first,
                          int n,
                          std::complex<float>* out) const
{
    weigh(floats(x + first),
          floats(y + first),
          floats(d_channel + first),
          window + first,
          { d_gain, d_slope, d_offset, scale },
          reinterpret_cast<float*>(out),
          n);
}

} // namespace dsp
} // namespace isac
} // namespace gr

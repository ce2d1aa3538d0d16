/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fast_math.h"
#include "require.h"
#include "simd.h"
#include <gnuradio/isac/dsp/fractional_delay.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int PHASES = 512;
constexpr int SHORT = 16, LONG = 32; // taps
constexpr int CHUNK = 256;           // samples that stay in the first cache
constexpr double SHORT_BAND_EDGE = 0.3;

/// Modified Bessel function of the first kind, order 0 (libc++ has no std::cyl_bessel_i).
double bessel_i0(double x)
{
    double sum = 1, term = 1;
    for (int k = 1; term > 1e-17 * sum; ++k) {
        term *= (x / (2 * k)) * (x / (2 * k));
        sum += term;
    }
    return sum;
}

/// Kaiser's rule: the attenuation that n_taps buy for this width of transition.
double kaiser_beta(int n_taps, double transition)
{
    const double attenuation_db = 2.285 * (n_taps - 1) * 2 * M_PI * transition + 8;
    return std::clamp(0.1102 * (attenuation_db - 8.7), 2.5, 10.0);
}

template <int TAPS>
ISAC_INLINE void correlate(const float* __restrict x,
                           const float* __restrict taps,
                           float* __restrict out,
                           int n)
{
    for (int i = 0; i < n; ++i) {
        float even = 0, odd = 0; // two short chains of additions, not a long one
#pragma GCC unroll 32
        for (int k = 0; k < TAPS; k += 2) {
            even += taps[k] * x[i + k];
            odd += taps[k + 1] * x[i + k + 1];
        }
        out[i] = even + odd;
    }
}

ISAC_SIMD void correlate_short(const float* __restrict x,
                               const float* __restrict taps,
                               float* __restrict out,
                               int n)
{
    correlate<SHORT>(x, taps, out, n);
}

ISAC_SIMD void correlate_long(const float* __restrict x,
                              const float* __restrict taps,
                              float* __restrict out,
                              int n)
{
    correlate<LONG>(x, taps, out, n);
}

/// A phasor_ramp at work: angles in units of 2^-32 turns.
struct ramp_32 {
    std::uint32_t angle, angle_step;
    float weight, weight_step;
};

ISAC_SIMD void rotate_add(const float* __restrict re,
                          const float* __restrict im,
                          const ramp_32& ramp,
                          float* __restrict out_re,
                          float* __restrict out_im,
                          int n)
{
    const auto [angle, angle_step, weight, weight_step] = ramp;
    for (int i = 0; i < n; ++i) {
        float cosine, sine;
        fast_cos_sin(angle + angle_step * i, cosine, sine);
        const float w = weight + weight_step * static_cast<float>(i);
        out_re[i] += w * (re[i] * cosine - im[i] * sine);
        out_im[i] += w * (re[i] * sine + im[i] * cosine);
    }
}

} // namespace

phasor_ramp phasor_ramp::times(std::complex<float> factor) const
{
    const double size = std::abs(factor);
    return { turns + std::arg(factor) / (2 * M_PI),
             turns_step,
             weight * size,
             weight_step * size };
}

fractional_delay::fractional_delay(double band_edge)
    : d_n_taps(band_edge <= SHORT_BAND_EDGE ? SHORT : LONG)
{
    require(band_edge > 0 && band_edge < 0.5,
            "fractional_delay",
            "band_edge",
            band_edge,
            "it must be in (0, 0.5)");

    const double beta = kaiser_beta(d_n_taps, 1 - 2 * band_edge);
    const int half = d_n_taps / 2;
    for (int phase = 0; phase <= PHASES; ++phase) {
        std::vector<double> row;
        double sum = 0;
        for (int k = 0; k < d_n_taps; ++k) {
            // The row correlates: its first tap meets the oldest sample.
            const double x = half - k - static_cast<double>(phase) / PHASES;
            const double w = std::sqrt(std::max(0.0, 1 - (x / half) * (x / half)));
            const double sinc = x == 0 ? 1 : std::sin(M_PI * x) / (M_PI * x);
            row.push_back(sinc * bessel_i0(beta * w));
            sum += row.back();
        }
        for (const double tap : row) {
            d_table.push_back(static_cast<float>(tap / sum));
        }
    }
}

void fractional_delay::add(const float* re,
                           const float* im,
                           double delay,
                           const phasor_ramp& ramp,
                           float* out_re,
                           float* out_im,
                           int n) const
{
    const double place = delay * PHASES;
    const int row = std::clamp(static_cast<int>(place), 0, PHASES - 1);
    const float between = static_cast<float>(place - row);
    const float* low = &d_table[row * d_n_taps];
    const float* high = low + d_n_taps;

    alignas(32) float taps[LONG];
    for (int k = 0; k < d_n_taps; ++k) {
        taps[k] = low[k] + between * (high[k] - low[k]);
    }
    const auto correlate = d_n_taps == SHORT ? correlate_short : correlate_long;
    for (int at = 0; at < n; at += CHUNK) {
        const int len = std::min(CHUNK, n - at);
        alignas(32) float delayed_re[CHUNK], delayed_im[CHUNK];
        correlate(re + at - lookback(), taps, delayed_re, len);
        correlate(im + at - lookback(), taps, delayed_im, len);
        const ramp_32 from_here = { as_angle(ramp.turns + at * ramp.turns_step),
                                    as_angle(ramp.turns_step),
                                    static_cast<float>(ramp.weight +
                                                       at * ramp.weight_step),
                                    static_cast<float>(ramp.weight_step) };
        rotate_add(delayed_re, delayed_im, from_here, out_re + at, out_im + at, len);
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

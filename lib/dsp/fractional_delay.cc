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
constexpr double SHORT_BAND_EDGE = 0.34;

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
ISAC_INLINE void filter_rotate_add(const float* __restrict re,
                                   const float* __restrict im,
                                   const float* __restrict taps,
                                   std::uint32_t angle,
                                   std::uint32_t angle_step,
                                   float weight,
                                   float weight_step,
                                   float* __restrict out_re,
                                   float* __restrict out_im,
                                   int n)
{
    for (int i = 0; i < n; ++i) {
        float x = 0, y = 0;
#pragma GCC unroll 32
        for (int k = 0; k < TAPS; ++k) {
            x += taps[k] * re[i + k];
            y += taps[k] * im[i + k];
        }
        float cosine, sine;
        fast_cos_sin(angle + angle_step * i, cosine, sine);
        const float w = weight + weight_step * static_cast<float>(i);
        out_re[i] += w * (x * cosine - y * sine);
        out_im[i] += w * (x * sine + y * cosine);
    }
}

ISAC_SIMD void filter_rotate_add_short(const float* __restrict re,
                                       const float* __restrict im,
                                       const float* __restrict taps,
                                       std::uint32_t angle,
                                       std::uint32_t angle_step,
                                       float weight,
                                       float weight_step,
                                       float* __restrict out_re,
                                       float* __restrict out_im,
                                       int n)
{
    filter_rotate_add<SHORT>(
        re, im, taps, angle, angle_step, weight, weight_step, out_re, out_im, n);
}

ISAC_SIMD void filter_rotate_add_long(const float* __restrict re,
                                      const float* __restrict im,
                                      const float* __restrict taps,
                                      std::uint32_t angle,
                                      std::uint32_t angle_step,
                                      float weight,
                                      float weight_step,
                                      float* __restrict out_re,
                                      float* __restrict out_im,
                                      int n)
{
    filter_rotate_add<LONG>(
        re, im, taps, angle, angle_step, weight, weight_step, out_re, out_im, n);
}

} // namespace

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
    const auto kernel =
        d_n_taps == SHORT ? filter_rotate_add_short : filter_rotate_add_long;
    kernel(re - lookback(),
           im - lookback(),
           taps,
           as_angle(ramp.turns),
           as_angle(ramp.turns_step),
           static_cast<float>(ramp.weight),
           static_cast<float>(ramp.weight_step),
           out_re,
           out_im,
           n);
}

} // namespace dsp
} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fast_math.h"
#include "simd.h"
#include <gnuradio/isac/dsp/impairments.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int LANES = 16;

ISAC_SIMD void saturate(float* __restrict re,
                        float* __restrict im,
                        float per_saturation,
                        float smoothness)
{
    constexpr float LOG2_E = 1.44269504f;
    constexpr float TINY = 1e-30f; // keeps the logarithm finite
    for (int i = 0; i < LANES; ++i) {
        const float power = (re[i] * re[i] + im[i] * im[i]) * per_saturation + TINY;
        // log2(1 + 2^z), where 2^z alone may be beyond a float.
        const float z = smoothness * LOG2_E * fast_log(power);
        const float size = z < 0 ? -z : z;
        const float small = fast_exp2(size > 120.0f ? -120.0f : -size);
        const float both = (z > 0 ? z : 0.0f) + LOG2_E * fast_log(1.0f + small);
        const float gain = fast_exp2(-0.5f / smoothness * both);
        re[i] *= gain;
        im[i] *= gain;
    }
}

ISAC_SIMD void rotate(float* __restrict re,
                      float* __restrict im,
                      const std::uint32_t* __restrict angle,
                      int n)
{
    for (int i = 0; i < n; ++i) {
        float cosine, sine;
        fast_cos_sin(angle[i], cosine, sine);
        const float x = re[i];
        re[i] = x * cosine - im[i] * sine;
        im[i] = x * sine + im[i] * cosine;
    }
}

} // namespace

rapp_amplifier::rapp_amplifier(double saturation_power, double smoothness)
    : d_linear(std::isinf(saturation_power)),
      d_per_saturation(static_cast<float>(1 / saturation_power)),
      d_smoothness(static_cast<float>(smoothness))
{
}

void rapp_amplifier::apply(float* re, float* im, int n) const
{
    if (d_linear) {
        return;
    }
    // Always whole groups, padded at the end: a loop with a scalar tail would round
    // the last samples differently, and the result depend on how calls are cut.
    for (int i = 0; i < n; i += LANES) {
        const int len = std::min(LANES, n - i);
        float group_re[LANES] = {}, group_im[LANES] = {};
        std::copy_n(re + i, len, group_re);
        std::copy_n(im + i, len, group_im);
        saturate(group_re, group_im, d_per_saturation, d_smoothness);
        std::copy_n(group_re, len, re + i);
        std::copy_n(group_im, len, im + i);
    }
}

iq_imbalance::iq_imbalance(double gain_db, double phase_rad)
{
    const double gain = std::pow(10.0, gain_db / 20);
    d_q = static_cast<float>(gain * std::cos(phase_rad));
    d_i = static_cast<float>(-gain * std::sin(phase_rad));
}

void iq_imbalance::apply(const float* re, float* im, int n) const
{
    if (d_q == 1 && d_i == 0) {
        return;
    }
    for (int i = 0; i < n; ++i) {
        im[i] = d_q * im[i] + d_i * re[i];
    }
}

phase_noise::phase_noise(std::uint64_t seed) : d_noise(seed, ~std::uint64_t(0)) {}

void phase_noise::set_linewidth(double linewidth_hz, double sample_rate_hz)
{
    // Steps of variance 2 pi b / rate, in rad^2, make a line of width b. The real part
    // of the noise, which makes them, has variance 1/2.
    d_step_turns = std::sqrt(2 * 2 * M_PI * linewidth_hz / sample_rate_hz) / (2 * M_PI);
}

void phase_noise::apply_tile(float* re, float* im, int n_streams)
{
    if (d_step_turns == 0) {
        return;
    }
    float steps[awgn::TILE], unused[awgn::TILE];
    d_noise.next_tile(steps, unused);
    std::uint32_t angle[awgn::TILE];
    for (int i = 0; i < awgn::TILE; ++i) {
        d_turns += d_step_turns * steps[i];
        angle[i] = as_angle(d_turns);
    }
    for (int stream = 0; stream < n_streams; ++stream) {
        rotate(re + stream * awgn::TILE, im + stream * awgn::TILE, angle, awgn::TILE);
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

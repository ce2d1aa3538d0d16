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
constexpr int CHUNK = 256; // samples over which a phasor may be turned step by step
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

/// Eight floats in a register, or in two where there is no AVX; and such in memory.
typedef float vec __attribute__((vector_size(32)));
typedef float vec_in_memory __attribute__((vector_size(32), aligned(4), may_alias));
constexpr int LANES = 8, VECS = 4, BLOCK = LANES * VECS; // one block fills the registers

#define ISAC_VEC(from) (*reinterpret_cast<const vec_in_memory*>(from))
#define ISAC_VEC_OUT(to) (*reinterpret_cast<vec_in_memory*>(to))

/// A phasor_ramp at work, for one block and what changes from block to block.
struct phasors {
    float cosine[BLOCK], sine[BLOCK], weight[BLOCK];
    float turn_cosine, turn_sine, weight_step;
};

/// Delayed by taps, rotated and weighted, one block of samples.
template <int TAPS>
ISAC_INLINE void add_block(const float* re,
                           const float* im,
                           const float* __restrict taps,
                           phasors& p,
                           float* out_re,
                           float* out_im)
{
    vec sum_re[VECS] = {}, sum_im[VECS] = {};
#pragma GCC unroll 32
    for (int k = 0; k < TAPS; ++k) {
#pragma GCC unroll 4
        for (int v = 0; v < VECS; ++v) {
            sum_re[v] += taps[k] * ISAC_VEC(re + k + v * LANES);
            sum_im[v] += taps[k] * ISAC_VEC(im + k + v * LANES);
        }
    }
#pragma GCC unroll 4
    for (int v = 0; v < VECS; ++v) {
        const int at = v * LANES;
        const vec c = ISAC_VEC(p.cosine + at), s = ISAC_VEC(p.sine + at),
                  w = ISAC_VEC(p.weight + at);
        ISAC_VEC_OUT(out_re + at) += w * (sum_re[v] * c - sum_im[v] * s);
        ISAC_VEC_OUT(out_im + at) += w * (sum_re[v] * s + sum_im[v] * c);
        ISAC_VEC_OUT(p.cosine + at) = c * p.turn_cosine - s * p.turn_sine;
        ISAC_VEC_OUT(p.sine + at) = c * p.turn_sine + s * p.turn_cosine;
        ISAC_VEC_OUT(p.weight + at) = w + p.weight_step;
    }
}

/// \p n samples, of which the last block may be short.
template <int TAPS>
ISAC_INLINE void add_blocks(const float* re,
                            const float* im,
                            const float* taps,
                            phasors& p,
                            float* out_re,
                            float* out_im,
                            int n)
{
    int i = 0;
    for (; i + BLOCK <= n; i += BLOCK) {
        add_block<TAPS>(re + i, im + i, taps, p, out_re + i, out_im + i);
    }
    if (i < n) { // nothing may be read or written behind the end
        const int len = n - i;
        float in[2][BLOCK + TAPS] = {}, out[2][BLOCK] = {};
        std::copy_n(re + i, len + TAPS - 1, in[0]);
        std::copy_n(im + i, len + TAPS - 1, in[1]);
        std::copy_n(out_re + i, len, out[0]);
        std::copy_n(out_im + i, len, out[1]);
        add_block<TAPS>(in[0], in[1], taps, p, out[0], out[1]);
        std::copy_n(out[0], len, out_re + i);
        std::copy_n(out[1], len, out_im + i);
    }
}

ISAC_SIMD void add_short(const float* re,
                         const float* im,
                         const float* taps,
                         phasors& p,
                         float* out_re,
                         float* out_im,
                         int n)
{
    add_blocks<SHORT>(re, im, taps, p, out_re, out_im, n);
}

ISAC_SIMD void add_long(const float* re,
                        const float* im,
                        const float* taps,
                        phasors& p,
                        float* out_re,
                        float* out_im,
                        int n)
{
    add_blocks<LONG>(re, im, taps, p, out_re, out_im, n);
}

ISAC_SIMD void start(phasors& p, std::uint32_t angle, std::uint32_t angle_step)
{
    for (int i = 0; i < BLOCK; ++i) {
        fast_cos_sin(angle + angle_step * i, p.cosine[i], p.sine[i]);
    }
    fast_cos_sin(angle_step * BLOCK, p.turn_cosine, p.turn_sine);
}

/// The ramp from sample \p at on.
phasors start(const phasor_ramp& ramp, int at)
{
    phasors p;
    start(p, as_angle(ramp.turns + at * ramp.turns_step), as_angle(ramp.turns_step));
    for (int i = 0; i < BLOCK; ++i) {
        p.weight[i] = static_cast<float>(ramp.weight + (at + i) * ramp.weight_step);
    }
    p.weight_step = static_cast<float>(BLOCK * ramp.weight_step);
    return p;
}

} // namespace

phasor_ramp phasor_ramp::times(std::complex<float> factor) const
{
    if (factor == 1.0f) {
        return *this;
    }
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
    const auto add = d_n_taps == SHORT ? add_short : add_long;
    for (int at = 0; at < n; at += CHUNK) {
        auto phasors = start(ramp, at);
        add(re + at - lookback(),
            im + at - lookback(),
            taps,
            phasors,
            out_re + at,
            out_im + at,
            std::min(CHUNK, n - at));
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fast_math.h"
#include "map_kernels.h"
#include "simd.h"
#include <limits>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr float DB_PER_OCTAVE = 3.01029996f;
constexpr float LEAST = std::numeric_limits<float>::min();

/*! Binary logarithm of a positive normal number, within 1.5e-5: t times the polynomial of
 *  least error for mantissas between sqrt(1/2) and sqrt(2). */
ISAC_INLINE float short_log2(float x)
{
    constexpr std::int32_t sqrt_half = 0x3f3504f3;
    const std::int32_t i = bits_as<std::int32_t>(x) - sqrt_half;
    const float exponent = static_cast<float>(i >> 23);
    const float t = bits_as<float>((i & 0x007fffff) + sqrt_half) - 1.0f;
    float p = 0.25265968f;
    p = p * t - 0.39457551f;
    p = p * t + 0.48668629f;
    p = p * t - 0.72024179f;
    p = p * t + 1.44257796f;
    return exponent + t * p;
}

} // namespace

ISAC_SIMD void powers(const std::complex<float>* x, float* out, int n)
{
    const auto* in = reinterpret_cast<const float*>(x);
    for (int i = 0; i < n; ++i) {
        out[i] = in[2 * i] * in[2 * i] + in[2 * i + 1] * in[2 * i + 1];
    }
}

ISAC_SIMD void add(const float* x, float* sum, int n)
{
    for (int i = 0; i < n; ++i) {
        sum[i] += x[i];
    }
}

ISAC_SIMD void finish_mean(float* sum, int n_maps, bool in_db, int n)
{
    const float scale = n_maps > 0 ? 1.0f / static_cast<float>(n_maps) : 0.0f;
    for (int i = 0; i < n; ++i) {
        sum[i] *= scale;
    }
    for (int i = 0; in_db && i < n; ++i) {
        sum[i] = DB_PER_OCTAVE * short_log2(sum[i] > LEAST ? sum[i] : LEAST);
    }
}

void powers_db_portably(const std::complex<float>* x, float* out, int n)
{
    const auto* in = reinterpret_cast<const float*>(x);
    for (int i = 0; i < n; ++i) {
        const float power = in[2 * i] * in[2 * i] + in[2 * i + 1] * in[2 * i + 1];
        out[i] = DB_PER_OCTAVE * short_log2(power > LEAST ? power : LEAST);
    }
}

void multiply_conjugate_portably(const std::complex<float>* x,
                                 const std::complex<float>* y,
                                 const float* window,
                                 float scale,
                                 std::complex<float>* out,
                                 int n)
{
    for (int k = 0; k < n; ++k) {
        const float xr = x[k].real(), xi = x[k].imag();
        const float yr = y[k].real(), yi = y[k].imag();
        const float taper = scale * window[k];
        out[k] = { taper * (yr * xr + yi * xi), taper * (yi * xr - yr * xi) };
    }
}

void prefetch(const std::complex<float>* x, int n)
{
    constexpr int LINE = 64 / sizeof(std::complex<float>);
    for (int i = 0; i < n; i += LINE) {
        __builtin_prefetch(x + i, 0, 2);
    }
}

#if !(defined(__x86_64__) && defined(__GNUC__))
void turn(strided<const std::complex<float>> from,
          int n_rows,
          int n_columns,
          strided<std::complex<float>> to)
{
    turn_portably(from, n_rows, n_columns, to);
}

void turn(strided<const float> from, int n_rows, int n_columns, strided<float> to)
{
    turn_portably(from, n_rows, n_columns, to);
}

void turn_past_caches(strided<const float> from, int n_columns, strided<float> to)
{
    turn_portably(from, MAP_TILE, n_columns, to);
}

void powers_db(const std::complex<float>* x, float* out, int n)
{
    powers_db_portably(x, out, n);
}

void multiply_conjugate(const std::complex<float>* x,
                        const std::complex<float>* y,
                        const float* window,
                        float scale,
                        std::complex<float>* out,
                        int n)
{
    multiply_conjugate_portably(x, y, window, scale, out, n);
}
#endif

} // namespace dsp
} // namespace isac
} // namespace gr

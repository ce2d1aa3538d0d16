/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "exact_llr.h"
#include "fast_math.h"
#include "require.h"
#include "simd.h"
#include <gnuradio/isac/dsp/symbol_demapper.h>
#include <algorithm>
#include <cmath>
#include <limits>

namespace gr {
namespace isac {
namespace dsp {

namespace {

// Symbols are worked on in blocks: first one plane of LLRs for each bit of a dimension,
// in straight loops over parts (real and imaginary ones alternate), then the planes are
// woven together.
constexpr int BLOCK = 64; // symbols
constexpr int PARTS = 2 * BLOCK;

constexpr float FINITE = std::numeric_limits<float>::max();

/// Half the distance between neighbouring amplitudes at unit mean symbol power.
template <int BITS>
float half_distance()
{
    return std::sqrt(1.5f / ((1 << 2 * BITS) - 1));
}

// By value, always inline, and no function of std: in the AVX2 version of a function GCC
// would call those and not vectorise.
ISAC_INLINE float larger(float a, float b) { return a > b ? a : b; }
ISAC_INLINE float smaller(float a, float b) { return a < b ? a : b; }
ISAC_INLINE float clip(float llr) { return smaller(larger(llr, -LLR_MAX), LLR_MAX); }
ISAC_INLINE float finite(float x) { return fabsf(x) <= FINITE ? x : 0.0f; }

/// What an LLR of amplitude 1 is worth: 0 where nothing is known.
ISAC_INLINE float gain(float numerator, float re, float im, float noise_var)
{
    const bool known = (fabsf(re) <= FINITE) & (fabsf(im) <= FINITE) & (noise_var >= 0) &
                       (noise_var <= FINITE);
    return known ? numerator / larger(noise_var, NOISE_VAR_MIN) : 0.0f;
}

/// LLR of the sign of x among LEVELS amplitudes +-1, +-3..: the slope is 1 more for each
/// amplitude nearer to x than the innermost, of which there are n.
template <int LEVELS>
ISAC_INLINE float llr_of_sign(float x)
{
    const float magnitude = fabsf(x);
    const float most = LEVELS / 2 - 1;
    const float n = static_cast<int>(smaller(0.5f * magnitude, most));
    return copysignf((n + 1) * (magnitude - n), x);
}

/// Folds the amplitudes bit by bit: after the sign, what remains is again the sign
/// question of half as many amplitudes, asked of the distance from their middle.
template <int BITS>
ISAC_INLINE void fold(float x, float gain, float* plane)
{
    *plane = clip(gain * llr_of_sign<(1 << BITS)>(x));
    if constexpr (BITS > 1) {
        fold<BITS - 1>((1 << (BITS - 1)) - fabsf(x), gain, plane + PARTS);
    }
}

template <int BITS>
ISAC_INLINE void
demap_block(const float* parts, const float* noise_var, int n_symbols, float* llrs)
{
    alignas(64) float gains[PARTS];
    alignas(64) float planes[BITS * PARTS];
    const float a = half_distance<BITS>();
    for (int i = 0; i < n_symbols; ++i) {
        const float g = gain(4 * a * a, parts[2 * i], parts[2 * i + 1], noise_var[i]);
        gains[2 * i] = g;
        gains[2 * i + 1] = g;
    }
    for (int i = 0; i < 2 * n_symbols; ++i) {
        fold<BITS>(finite(parts[i]) * (1 / a), gains[i], planes + i);
    }
    for (int i = 0; i < n_symbols; ++i) {
        for (int bit = 0; bit < BITS; ++bit) {
            *llrs++ = planes[bit * PARTS + 2 * i];
            *llrs++ = planes[bit * PARTS + 2 * i + 1];
        }
    }
}

ISAC_SIMD void
demap_qam(int bits, const float* parts, const float* noise_var, int n, float* llrs)
{
    switch (bits) {
    case 1:
        return demap_block<1>(parts, noise_var, n, llrs);
    case 2:
        return demap_block<2>(parts, noise_var, n, llrs);
    case 3:
        return demap_block<3>(parts, noise_var, n, llrs);
    case 4:
        return demap_block<4>(parts, noise_var, n, llrs);
    }
}

ISAC_SIMD void demap_bpsk(const float* parts, const float* noise_var, int n, float* llrs)
{
    for (int i = 0; i < n; ++i) {
        const float g = gain(4, parts[2 * i], parts[2 * i + 1], noise_var[i]);
        llrs[i] = clip(g * finite(parts[2 * i]));
    }
}

} // namespace

symbol_demapper::symbol_demapper(isac::modulation modulation, isac::demapping method)
    : d_bits_per_symbol(static_cast<int>(modulation)), d_method(method)
{
}

void symbol_demapper::demap_exactly(const float* parts,
                                    const float* noise_var,
                                    int n,
                                    float* llrs) const
{
    float clean[PARTS], noise[BLOCK];
    for (int i = 0; i < n; ++i) {
        clean[2 * i] = finite(parts[2 * i]);
        clean[2 * i + 1] = finite(parts[2 * i + 1]);
        noise[i] = noise_var[i] > NOISE_VAR_MIN && noise_var[i] <= FINITE ? noise_var[i]
                                                                          : NOISE_VAR_MIN;
    }
    exact_llrs(d_bits_per_symbol / 2, clean, noise, n, llrs);
    for (int i = 0; i < n; ++i) {
        const bool known = gain(1, parts[2 * i], parts[2 * i + 1], noise_var[i]) > 0;
        for (int bit = 0; bit < d_bits_per_symbol; ++bit, ++llrs) {
            *llrs = known ? clip(*llrs) : 0;
        }
    }
}

void symbol_demapper::demap(span<const std::complex<float>> symbols,
                            span<const float> noise_var,
                            span<float> llrs) const
{
    require_len("noise_var", noise_var.size(), symbols.size());
    require_len("llrs", llrs.size(), symbols.size() * d_bits_per_symbol);
    const auto* parts = reinterpret_cast<const float*>(symbols.data());
    const int n_symbols = static_cast<int>(symbols.size());
    for (int i = 0; i < n_symbols; i += BLOCK) {
        const int n = std::min(BLOCK, n_symbols - i);
        float* out = llrs.data() + std::size_t(i) * d_bits_per_symbol;
        if (d_bits_per_symbol == 1) {
            demap_bpsk(parts + 2 * i, noise_var.data() + i, n, out);
        } else if (d_method == isac::demapping::EXACT) {
            demap_exactly(parts + 2 * i, noise_var.data() + i, n, out);
        } else {
            demap_qam(d_bits_per_symbol / 2, parts + 2 * i, noise_var.data() + i, n, out);
        }
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

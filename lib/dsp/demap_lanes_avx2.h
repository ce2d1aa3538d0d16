/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_DEMAP_LANES_AVX2_H
#define INCLUDED_ISAC_DSP_DEMAP_LANES_AVX2_H

#include <gnuradio/isac/dsp/llr_quantizer.h>
#include <immintrin.h>
#include <cstdint>

#define AVX2 __attribute__((target("avx2,fma")))
#define AVX2_INLINE inline __attribute__((always_inline, target("avx2,fma")))

namespace gr {
namespace isac {
namespace dsp {

// From scaled symbols to soft bits, 16 at a time, with 16 bits a part. A register works
// on two groups of eight symbols, one in either half, so that nothing ever crosses the
// halves: the first of a pair has symbols 0 to 3 and 8 to 11, the second 4 to 7 and 12 to
// 15, real and imaginary parts alternating.

/// Which symbols of eight to keep, as the shuffles that move them together.
struct keep_masks {
    alignas(16) std::uint8_t pairs[256][16];     ///< units of two bytes
    alignas(16) std::uint8_t threes[256][3][16]; ///< and spread for weaving three planes
    keep_masks();
    static const keep_masks& get(); ///< built once
};

/// 16 complex floats as they stand in memory, real and imaginary parts apart.
struct symbol_lanes {
    __m256 re[2], im[2];
};

AVX2_INLINE __m256 load_halves(const float* low, const float* high)
{
    return _mm256_insertf128_ps(
        _mm256_castps128_ps256(_mm_loadu_ps(low)), _mm_loadu_ps(high), 1);
}

AVX2_INLINE symbol_lanes load_symbols(const float* x)
{
    const __m256 a = load_halves(x, x + 16), b = load_halves(x + 4, x + 20);
    const __m256 c = load_halves(x + 8, x + 24), d = load_halves(x + 12, x + 28);
    return { { _mm256_shuffle_ps(a, b, 0x88), _mm256_shuffle_ps(c, d, 0x88) },
             { _mm256_shuffle_ps(a, b, 0xdd), _mm256_shuffle_ps(c, d, 0xdd) } };
}

/// Eight parts each to 16 bits, by rounding, alternating.
AVX2_INLINE __m256i as_int16(__m256 re, __m256 im)
{
    return _mm256_packs_epi32(_mm256_cvtps_epi32(_mm256_unpacklo_ps(re, im)),
                              _mm256_cvtps_epi32(_mm256_unpackhi_ps(re, im)));
}

/// Of the sign of x among 2^BITS amplitudes, c2 from one middle to the next.
template <int BITS>
AVX2_INLINE __m256i llr_of_sign(__m256i x, __m256i c2)
{
    if constexpr (BITS == 1) {
        return x;
    }
    const __m256i magnitude = _mm256_abs_epi16(x);
    __m256i llr = magnitude, left = magnitude;
    for (int k = 2; k < 1 << BITS; k += 2) {
        left = _mm256_subs_epu16(left, c2); // stops at 0
        llr = _mm256_adds_epi16(llr, left);
    }
    return _mm256_sign_epi16(llr, x);
}

/// LLRs of all bits of a part, one plane each.
template <int BITS>
AVX2_INLINE void fold(__m256i x, __m256i c2, __m256i* planes)
{
    *planes = llr_of_sign<BITS>(x, c2);
    if constexpr (BITS > 1) {
        const __m256i middle = _mm256_slli_epi16(c2, BITS - 2); // 2^(BITS - 1) c
        fold<BITS - 1>(_mm256_subs_epi16(middle, _mm256_abs_epi16(x)), c2, planes + 1);
    }
}

/// A plane of both registers to soft bits: symbols 0 to 7, then 8 to 15.
AVX2_INLINE __m256i as_soft(__m256i first, __m256i second)
{
    return _mm256_max_epi8(_mm256_packs_epi16(first, second),
                           _mm256_set1_epi8(-SOFT_MAX));
}

/// The same of sixteenths of a soft bit's step, by rounding.
AVX2_INLINE __m256i sixteenths_as_soft(__m256i first, __m256i second)
{
    const __m256i by = _mm256_set1_epi16(1 << 11);
    return as_soft(_mm256_mulhrs_epi16(first, by), _mm256_mulhrs_epi16(second, by));
}

AVX2_INLINE __m256i load_masks(const std::uint8_t* low, const std::uint8_t* high)
{
    return _mm256_inserti128_si256(
        _mm256_castsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(low))),
        _mm_load_si128(reinterpret_cast<const __m128i*>(high)),
        1);
}

/// Both halves of all registers, one after the other: what one writes too much the other
/// one overwrites.
template <int N>
AVX2_INLINE void store(const __m256i (&x)[N], std::int8_t* low, std::int8_t* high)
{
    for (int i = 0; i < N; ++i) {
        _mm_storeu_si128(reinterpret_cast<__m128i*>(low + 16 * i),
                         _mm256_castsi256_si128(x[i]));
    }
    for (int i = 0; i < N; ++i) {
        _mm_storeu_si128(reinterpret_cast<__m128i*>(high + 16 * i),
                         _mm256_extracti128_si256(x[i], 1));
    }
}

AVX2_INLINE void weave_two(const __m256i* p, std::int8_t* low, std::int8_t* high)
{
    const __m256i woven[2] = { _mm256_unpacklo_epi16(p[0], p[1]),
                               _mm256_unpackhi_epi16(p[0], p[1]) };
    store(woven, low, high);
}

/// Unit j of plane p stands at (3 j + p) % 8 already, of register (3 j + p) / 8.
AVX2_INLINE void weave_three(const __m256i* p, std::int8_t* low, std::int8_t* high)
{
    const __m256i woven[3] = {
        _mm256_blend_epi16(_mm256_blend_epi16(p[0], p[1], 0x92), p[2], 0x24),
        _mm256_blend_epi16(_mm256_blend_epi16(p[0], p[1], 0x24), p[2], 0x49),
        _mm256_blend_epi16(_mm256_blend_epi16(p[0], p[1], 0x49), p[2], 0x92)
    };
    store(woven, low, high);
}

AVX2_INLINE void weave_four(const __m256i* p, std::int8_t* low, std::int8_t* high)
{
    const __m256i a = _mm256_unpacklo_epi16(p[0], p[1]);
    const __m256i b = _mm256_unpackhi_epi16(p[0], p[1]);
    const __m256i c = _mm256_unpacklo_epi16(p[2], p[3]);
    const __m256i d = _mm256_unpackhi_epi16(p[2], p[3]);
    const __m256i woven[4] = { _mm256_unpacklo_epi32(a, c),
                               _mm256_unpackhi_epi32(a, c),
                               _mm256_unpacklo_epi32(b, d),
                               _mm256_unpackhi_epi32(b, d) };
    store(woven, low, high);
}

/*!
 * Writes planes of soft bits out symbol by symbol, of both groups those that are kept.
 * Behind what is kept of a group, up to 16 * BITS bytes after its start are overwritten:
 * write groups in ascending order.
 */
template <int BITS>
AVX2_INLINE void put(__m256i* planes,
                     const keep_masks& masks,
                     std::uint8_t keep_low,
                     std::uint8_t keep_high,
                     std::int8_t* low,
                     std::int8_t* high)
{
    if constexpr (BITS == 3) {
        for (int p = 0; p < 3; ++p) {
            planes[p] = _mm256_shuffle_epi8(
                planes[p],
                load_masks(masks.threes[keep_low][p], masks.threes[keep_high][p]));
        }
        return weave_three(planes, low, high);
    }
    const __m256i mask = load_masks(masks.pairs[keep_low], masks.pairs[keep_high]);
    for (int p = 0; p < BITS; ++p) {
        planes[p] = _mm256_shuffle_epi8(planes[p], mask);
    }
    if constexpr (BITS == 1) {
        const __m256i only[1] = { planes[0] };
        store(only, low, high);
    } else if constexpr (BITS == 2) {
        weave_two(planes, low, high);
    } else {
        weave_four(planes, low, high);
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_DEMAP_LANES_AVX2_H */

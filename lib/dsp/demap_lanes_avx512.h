/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_DEMAP_LANES_AVX512_H
#define INCLUDED_ISAC_DSP_DEMAP_LANES_AVX512_H

#include "demap_kernels.h"
#include <gnuradio/isac/dsp/llr_quantizer.h>
#include <immintrin.h>
#include <cstdint>

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vbmi,avx512vbmi2")))
#define AVX512_INLINE                    \
    inline __attribute__((always_inline, \
                          target("avx512f,avx512bw,avx512vbmi,avx512vbmi2")))

namespace gr {
namespace isac {
namespace dsp {

// What demap_kernels_avx2.cc does, 32 cells at a time: with one instruction to move what
// is kept together, and one for any order of bytes, nothing is left of the tables and the
// halves there.

/// Where each lane of a register of sixteen finds its part among sixteen cells.
struct lane_tables {
    alignas(64) std::uint32_t re[16] = {}, im[16] = {};
    alignas(64) std::uint8_t pairs[64] = {};   ///< both parts of a cell, cells in order
    alignas(64) std::uint8_t symbols[64] = {}; ///< the same of cells loaded as they stand

    constexpr lane_tables()
    {
        for (int cell = 0; cell < DEMAP_LANES; ++cell) {
            const int lane = lane_of(cell);
            re[lane] = 2 * cell;
            im[lane] = 2 * cell + 1;
            for (int i = 0; i < 4;
                 ++i) { // parts of the first sixteen, then of the others
                const int to = 2 * (cell + i / 2 * DEMAP_LANES) + i % 2;
                pairs[to] = 16 * (lane / 4) + 4 * i + lane % 4;
                symbols[to] =
                    16 * (cell % 8 / 2) + i / 2 * 8 + cell / 8 * 4 + cell % 2 * 2 + i % 2;
            }
        }
    }
};

/// What to take from which of BITS registers of pairs, to have the bits cell by cell.
template <int BITS>
struct weave_tables {
    alignas(64) std::uint16_t at[BITS][32] = {}; ///< of two neighbouring registers
    std::uint32_t is_behind[BITS] = {};          ///< which are not the first two

    constexpr weave_tables()
    {
        for (int i = 0; i < 32 * BITS; ++i) {
            const int plane = i % BITS, cell = i / BITS;
            at[i / 32][i % 32] = 32 * (plane % 2) + cell;
            is_behind[i / 32] |= std::uint32_t(plane / 2) << i % 32;
        }
    }
};

constexpr lane_tables LANES;
template <int BITS>
constexpr weave_tables<BITS> WEAVE;

/// Parts to 16 bits, by rounding: four real ones, four imaginary ones, and so on.
AVX512_INLINE __m512i as_int16(__m512 re, __m512 im)
{
    return _mm512_packs_epi32(_mm512_cvtps_epi32(re), _mm512_cvtps_epi32(im));
}

/// See the kernel with AVX2.
template <int BITS>
AVX512_INLINE __m512i llr_of_sign(__m512i x, __m512i c2)
{
    __m512i llr = _mm512_abs_epi16(x), left = llr;
    for (int k = 2; k < 1 << BITS; k += 2) {
        left = _mm512_subs_epu16(left, c2); // stops at 0
        llr = _mm512_adds_epi16(llr, left);
    }
    const __m512i sign = _mm512_srai_epi16(x, 15);
    return _mm512_sub_epi16(_mm512_xor_si512(llr, sign), sign);
}

template <int BITS>
AVX512_INLINE void fold(__m512i x, __m512i c2, __m512i* planes)
{
    if constexpr (BITS == 1) {
        *planes = x;
    } else {
        *planes = llr_of_sign<BITS>(x, c2);
        const __m512i middle = _mm512_slli_epi16(c2, BITS - 2); // 2^(BITS - 1) c
        fold<BITS - 1>(_mm512_subs_epi16(middle, _mm512_abs_epi16(x)), c2, planes + 1);
    }
}

/// Planes of both halves to soft bits, both parts of a cell side by side.
AVX512_INLINE __m512i as_soft(__m512i first, __m512i second, const std::uint8_t* order)
{
    const __m512i soft =
        _mm512_max_epi8(_mm512_packs_epi16(first, second), _mm512_set1_epi8(-SOFT_MAX));
    return _mm512_permutexvar_epi8(_mm512_load_si512(order), soft);
}

template <int BITS>
AVX512_INLINE void sixteenths_as_soft(const __m512i (&low)[BITS],
                                      const __m512i (&high)[BITS],
                                      const std::uint8_t* order,
                                      __m512i* planes)
{
    const __m512i by = _mm512_set1_epi16(1 << 11);
    for (int i = 0; i < BITS; ++i) {
        planes[i] = as_soft(
            _mm512_mulhrs_epi16(low[i], by), _mm512_mulhrs_epi16(high[i], by), order);
    }
}

/// Writes planes out cell by cell, those that are kept.
template <int BITS>
AVX512_INLINE void put(__m512i* planes, std::uint32_t keep, std::int8_t* soft)
{
    for (int i = 0; i < BITS; ++i) {
        planes[i] = _mm512_maskz_compress_epi16(keep, planes[i]);
    }
    for (int i = 0; i < BITS; ++i) {
        __m512i x = planes[0];
        if constexpr (BITS > 1) {
            const __m512i at = _mm512_load_si512(WEAVE<BITS>.at[i]);
            x = _mm512_permutex2var_epi16(planes[0], at, planes[1]);
            const __mmask32 is_behind = WEAVE<BITS>.is_behind[i];
            if constexpr (BITS == 3) {
                x = _mm512_mask_permutexvar_epi16(x, is_behind, at, planes[2]);
            } else if constexpr (BITS == 4) {
                x = _mm512_mask_mov_epi16(
                    x, is_behind, _mm512_permutex2var_epi16(planes[2], at, planes[3]));
            }
        }
        _mm512_storeu_si512(soft + 64 * i, x);
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_DEMAP_LANES_AVX512_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "demap_kernels.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include "demap_lanes_avx2.h"
#include <algorithm>

namespace gr {
namespace isac {
namespace dsp {

namespace {

// Whatever is done, is done to both registers of 16 symbols in turn: one waits for itself
// longer than the processor looks ahead.
constexpr int PAIR = 2;

/// What symbols are multiplied by, as pairs of lanes want it, and where amplitudes are.
struct constants {
    __m256 re, im;     ///< of the factor; the second with alternating signs
    __m256i middle[8]; ///< k times the distance between amplitudes
};

template <int BITS>
AVX2_INLINE constants constants_of(const demap_job& job)
{
    const float less = BITS > 1 ? std::min(MOST_POWER / job.power_scale, 1.0f) : 1.0f;
    const float im = less * job.symbol_scale.imag();
    constants k;
    k.re = _mm256_set1_ps(less * job.symbol_scale.real());
    k.im = _mm256_setr_ps(-im, im, -im, im, -im, im, -im, im);
    const __m256i c = _mm256_cvtps_epi32(_mm256_set1_ps(less * job.power_scale));
    const __m256i apart = _mm256_slli_epi16(_mm256_packs_epi32(c, c), 1);
    k.middle[0] = _mm256_setzero_si256();
    for (int i = 1; i < 8; ++i) {
        k.middle[i] = _mm256_adds_epu16(k.middle[i - 1], apart);
    }
    return k;
}

/// Four symbols, two of each place, to scaled integers.
AVX2_INLINE __m256i scaled(const constants& k, const float* x)
{
    const __m256 y = load_halves(x, x + 16);
    return _mm256_cvtps_epi32(
        _mm256_fmadd_ps(y, k.re, _mm256_mul_ps(_mm256_permute_ps(y, 0xb1), k.im)));
}

/// Of the sign of x among 2^BITS amplitudes; see llr_of_sign() and fold().
template <int BITS>
AVX2_INLINE void
fold_both(const constants& k, const __m256i (&x)[PAIR], __m256i (*planes)[PAIR])
{
    if constexpr (BITS == 1) {
        std::copy(x, x + PAIR, planes[0]);
    } else {
        __m256i magnitude[PAIR], llr[PAIR], left[PAIR];
        for (int i = 0; i < PAIR; ++i) {
            llr[i] = magnitude[i] = _mm256_abs_epi16(x[i]);
        }
        for (int m = 1; m < 1 << (BITS - 1); ++m) {
            for (int i = 0; i < PAIR; ++i) {
                llr[i] = _mm256_adds_epi16(llr[i],
                                           _mm256_subs_epu16(magnitude[i], k.middle[m]));
            }
        }
        for (int i = 0; i < PAIR; ++i) {
            planes[0][i] = _mm256_sign_epi16(llr[i], x[i]);
            left[i] = _mm256_subs_epi16(k.middle[1 << (BITS - 2)], magnitude[i]);
        }
        fold_both<BITS - 1>(k, left, planes + 1);
    }
}

template <int BITS>
AVX2 void demap(const demap_job& job, std::int8_t* soft)
{
    const constants k = constants_of<BITS>(job);
    const keep_masks& masks = keep_masks::get();
    const std::uint8_t* keep = job.keep;
    const int* places = job.places;
    const float* end = job.cells + 2 * job.n;
    for (const float* x = job.cells; x < end; x += 2 * DEMAP_LANES) {
        __m256i v[PAIR] = { _mm256_packs_epi32(scaled(k, x), scaled(k, x + 4)),
                            _mm256_packs_epi32(scaled(k, x + 8), scaled(k, x + 12)) };
        __m256i planes[BITS];
        if constexpr (BITS == 1) {
            planes[0] = as_soft(v[0], v[1]);
        } else {
            const __m256i least = _mm256_set1_epi16(-32767); // which has a magnitude
            for (auto& x16 : v) {
                x16 = _mm256_max_epi16(x16, least);
            }
            __m256i folded[BITS][PAIR];
            fold_both<BITS>(k, v, folded);
            for (int i = 0; i < BITS; ++i) {
                planes[i] = sixteenths_as_soft(folded[i][0], folded[i][1]);
            }
        }
        put<BITS>(planes, masks, keep[0], keep[1], soft + places[0], soft + places[1]);
        keep += 2;
        places += 2;
    }
}

} // namespace

void demap_symbols_avx2(int bits_per_symbol, const demap_job& job, std::int8_t* soft)
{
    switch (bits_per_symbol) {
    case 2:
        return demap<1>(job, soft);
    case 4:
        return demap<2>(job, soft);
    case 6:
        return demap<3>(job, soft);
    default:
        return demap<4>(job, soft);
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr
#endif

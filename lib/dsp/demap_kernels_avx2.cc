/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "demap_kernels.h"
#include <gnuradio/isac/dsp/llr_quantizer.h>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,fma")))
#define AVX2_INLINE inline __attribute__((always_inline, target("avx2,fma")))

namespace gr {
namespace isac {
namespace dsp {

namespace {

/// Parts of eight cells as 16 bits, re and im alternate, cells 0 1 4 5 2 3 6 7.
struct parts {
    __m256i symbol, power;
};

struct planar {
    __m256 re, im;
};

/// (a + jb) (c + jd).
AVX2_INLINE planar times(planar x, planar y)
{
    return { _mm256_fmsub_ps(x.re, y.re, _mm256_mul_ps(x.im, y.im)),
             _mm256_fmadd_ps(x.re, y.im, _mm256_mul_ps(x.im, y.re)) };
}

AVX2_INLINE planar channel_of(const demap_job& job, planar fine, int k)
{
    const __m256 share = _mm256_set1_ps(job.share);
    const __m256 fr = _mm256_loadu_ps(job.from_re + k);
    const __m256 fi = _mm256_loadu_ps(job.from_im + k);
    const __m256 dr = _mm256_sub_ps(_mm256_loadu_ps(job.to_re + k), fr);
    const __m256 di = _mm256_sub_ps(_mm256_loadu_ps(job.to_im + k), fi);
    const planar coarse = { _mm256_broadcast_ss(job.coarse_re + k / 8),
                            _mm256_broadcast_ss(job.coarse_im + k / 8) };
    return times({ _mm256_fmadd_ps(share, dr, fr), _mm256_fmadd_ps(share, di, fi) },
                 times(fine, coarse));
}

AVX2_INLINE __m256 halves_crossed(__m256 x)
{
    return _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(x), 0xd8));
}

/// Two registers of floats to one of 16 bits, by rounding.
AVX2_INLINE __m256i as_int16(__m256 low, __m256 high)
{
    return _mm256_packs_epi32(_mm256_cvtps_epi32(low), _mm256_cvtps_epi32(high));
}

AVX2_INLINE __m256 clipped(__m256 x)
{
    return _mm256_min_ps(_mm256_max_ps(x, _mm256_set1_ps(-SOFT_MAX)),
                         _mm256_set1_ps(SOFT_MAX));
}

template <int BITS>
AVX2_INLINE parts equalize(const demap_job& job, planar fine, int k)
{
    planar h = channel_of(job, fine, k);
    h = { halves_crossed(h.re), halves_crossed(h.im) };
    const __m256 y0 = _mm256_loadu_ps(job.cells + 2 * k);
    const __m256 y1 = _mm256_loadu_ps(job.cells + 2 * k + 8);
    const __m256 yr = _mm256_shuffle_ps(y0, y1, 0x88);
    const __m256 yi = _mm256_shuffle_ps(y0, y1, 0xdd);
    __m256 scale = _mm256_set1_ps(job.symbol_scale);
    __m256 power = _mm256_setzero_ps();
    if constexpr (BITS > 1) {
        const __m256 most = _mm256_set1_ps(MOST_POWER);
        power = _mm256_mul_ps(_mm256_fmadd_ps(h.re, h.re, _mm256_mul_ps(h.im, h.im)),
                              _mm256_set1_ps(job.power_scale));
        const __m256 less = _mm256_div_ps(most, _mm256_max_ps(power, most));
        power = _mm256_mul_ps(power, less);
        scale = _mm256_mul_ps(scale, less);
    }
    __m256 re = _mm256_mul_ps(scale, _mm256_fmadd_ps(h.re, yr, _mm256_mul_ps(h.im, yi)));
    __m256 im = _mm256_mul_ps(scale, _mm256_fmsub_ps(h.re, yi, _mm256_mul_ps(h.im, yr)));
    if constexpr (BITS == 1) {
        re = clipped(re); // without noise they do not fit an integer
        im = clipped(im);
    }
    parts p;
    p.symbol = as_int16(_mm256_unpacklo_ps(re, im), _mm256_unpackhi_ps(re, im));
    p.power = _mm256_setzero_si256();
    if constexpr (BITS > 1) {
        p.power =
            as_int16(_mm256_unpacklo_ps(power, power), _mm256_unpackhi_ps(power, power));
    }
    return p;
}

AVX2_INLINE __m256i magnitude_of(__m256i x)
{
    return _mm256_max_epi16(x, _mm256_subs_epi16(_mm256_setzero_si256(), x));
}

/// Of the sign of x among 2^BITS amplitudes c apart from each other's middles.
template <int BITS>
AVX2_INLINE __m256i llr_of_sign(__m256i x, __m256i magnitude, __m256i c2)
{
    __m256i llr = magnitude, left = magnitude;
    for (int k = 2; k < 1 << BITS; k += 2) {
        left = _mm256_subs_epu16(left, c2); // stops at 0
        llr = _mm256_adds_epi16(llr, left);
    }
    return _mm256_sign_epi16(llr, x);
}

template <int BITS>
AVX2_INLINE void fold(__m256i x, __m256i c2, __m256i* planes)
{
    const __m256i magnitude = magnitude_of(x);
    *planes = llr_of_sign<BITS>(x, magnitude, c2);
    if constexpr (BITS > 1) {
        const __m256i middle = _mm256_slli_epi16(c2, BITS - 2); // 2^(BITS - 1) c
        fold<BITS - 1>(_mm256_subs_epi16(middle, magnitude), c2, planes + 1);
    }
}

/// 16 cells of one plane: rounds, clips and puts cells in order.
AVX2_INLINE __m256i as_soft(__m256i low, __m256i high, bool has_fraction)
{
    if (has_fraction) {
        const __m256i half = _mm256_set1_epi16(8);
        low = _mm256_srai_epi16(_mm256_adds_epi16(low, half), 4);
        high = _mm256_srai_epi16(_mm256_adds_epi16(high, half), 4);
    }
    __m256i soft = _mm256_packs_epi16(low, high);
    soft = _mm256_max_epi8(soft, _mm256_set1_epi8(-SOFT_MAX));
    soft = _mm256_min_epi8(soft, _mm256_set1_epi8(SOFT_MAX));
    return _mm256_permutevar8x32_epi32(soft, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

AVX2_INLINE void store(std::int8_t* to, __m256i x)
{
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), x);
}

/// Bits j of plane p that go to pair i of the three registers that three planes fill.
AVX2_INLINE __m256i mask_of_three(int reg, int plane)
{
    alignas(16) std::int8_t bytes[16];
    for (int i = 0; i < 8; ++i) {
        const int unit = 8 * reg + i;
        const bool is_here = unit % 3 == plane;
        bytes[2 * i] = static_cast<std::int8_t>(is_here ? 2 * (unit / 3) : -1);
        bytes[2 * i + 1] = static_cast<std::int8_t>(is_here ? 2 * (unit / 3) + 1 : -1);
    }
    return _mm256_broadcastsi128_si256(
        _mm_load_si128(reinterpret_cast<const __m128i*>(bytes)));
}

AVX2_INLINE void weave_three(const __m256i* p, const __m256i masks[3][3], std::int8_t* to)
{
    __m256i r[3];
    for (int i = 0; i < 3; ++i) {
        r[i] = _mm256_or_si256(_mm256_or_si256(_mm256_shuffle_epi8(p[0], masks[i][0]),
                                               _mm256_shuffle_epi8(p[1], masks[i][1])),
                               _mm256_shuffle_epi8(p[2], masks[i][2]));
    }
    store(to, _mm256_permute2x128_si256(r[0], r[1], 0x20));
    store(to + 32, _mm256_permute2x128_si256(r[2], r[0], 0x30));
    store(to + 64, _mm256_permute2x128_si256(r[1], r[2], 0x31));
}

AVX2_INLINE void weave_two(const __m256i* p, std::int8_t* to)
{
    const __m256i low = _mm256_unpacklo_epi16(p[0], p[1]);
    const __m256i high = _mm256_unpackhi_epi16(p[0], p[1]);
    store(to, _mm256_permute2x128_si256(low, high, 0x20));
    store(to + 32, _mm256_permute2x128_si256(low, high, 0x31));
}

AVX2_INLINE void weave_four(const __m256i* p, std::int8_t* to)
{
    const __m256i a = _mm256_unpacklo_epi16(p[0], p[1]);
    const __m256i b = _mm256_unpackhi_epi16(p[0], p[1]);
    const __m256i c = _mm256_unpacklo_epi16(p[2], p[3]);
    const __m256i d = _mm256_unpackhi_epi16(p[2], p[3]);
    const __m256i ac0 = _mm256_unpacklo_epi32(a, c), ac1 = _mm256_unpackhi_epi32(a, c);
    const __m256i bd0 = _mm256_unpacklo_epi32(b, d), bd1 = _mm256_unpackhi_epi32(b, d);
    store(to, _mm256_permute2x128_si256(ac0, ac1, 0x20));
    store(to + 32, _mm256_permute2x128_si256(bd0, bd1, 0x20));
    store(to + 64, _mm256_permute2x128_si256(ac0, ac1, 0x31));
    store(to + 96, _mm256_permute2x128_si256(bd0, bd1, 0x31));
}

template <int BITS>
AVX2 void demap(const demap_job& job, std::int8_t* soft)
{
    __m256i masks[3][3];
    if constexpr (BITS == 3) {
        for (int i = 0; i < 9; ++i) {
            masks[i / 3][i % 3] = mask_of_three(i / 3, i % 3);
        }
    }
    const planar fine = { _mm256_loadu_ps(job.fine_re), _mm256_loadu_ps(job.fine_im) };
    for (int k = 0; k < job.n; k += DEMAP_LANES, soft += 2 * BITS * DEMAP_LANES) {
        const parts low = equalize<BITS>(job, fine, k);
        const parts high = equalize<BITS>(job, fine, k + 8);
        if constexpr (BITS == 1) {
            store(soft, as_soft(low.symbol, high.symbol, false));
            continue;
        }
        __m256i low_planes[BITS], high_planes[BITS], planes[BITS];
        fold<BITS>(low.symbol, _mm256_slli_epi16(low.power, 1), low_planes);
        fold<BITS>(high.symbol, _mm256_slli_epi16(high.power, 1), high_planes);
        for (int b = 0; b < BITS; ++b) {
            planes[b] = as_soft(low_planes[b], high_planes[b], true);
        }
        if constexpr (BITS == 2) {
            weave_two(planes, soft);
        } else if constexpr (BITS == 3) {
            weave_three(planes, masks, soft);
        } else if constexpr (BITS == 4) {
            weave_four(planes, soft);
        }
    }
}

} // namespace

void demap_cells(int bits_per_symbol, const demap_job& job, std::int8_t* soft)
{
    static const bool has_avx2 =
        __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (!has_avx2 || bits_per_symbol == 1) {
        return demap_cells_portably(bits_per_symbol, job, soft);
    }
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

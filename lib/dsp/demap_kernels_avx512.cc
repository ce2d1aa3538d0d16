/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "demap_kernels.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <gnuradio/isac/dsp/llr_quantizer.h>
#include <immintrin.h>
#include <cstring>

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

namespace {

constexpr int CELLS = 2 * DEMAP_LANES;

/// Where each lane of a register of sixteen finds its part among sixteen cells.
struct lane_tables {
    alignas(64) std::uint32_t re[16] = {}, im[16] = {};
    alignas(64) std::uint8_t pairs[64] = {}; ///< both parts of a cell, cells in order

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

/// Sixteen cells over their channel.
struct equalized {
    __m512 re, im, power;
};

template <bool HAS_POWER, bool HAS_LIMIT>
AVX512_INLINE equalized equalize(const demap_job& job, int first)
{
    const float *cells = job.cells + 2 * first, *h = job.channel + 4 * first;
    const __m512 a = _mm512_loadu_ps(cells), b = _mm512_loadu_ps(cells + 16);
    const __m512 yr = _mm512_permutex2var_ps(a, _mm512_load_si512(LANES.re), b);
    const __m512 yi = _mm512_permutex2var_ps(a, _mm512_load_si512(LANES.im), b);
    const __m512 share = _mm512_set1_ps(job.share);
    const __m512 hr = _mm512_fmadd_ps(share, _mm512_loadu_ps(h + 32), _mm512_loadu_ps(h));
    const __m512 hi =
        _mm512_fmadd_ps(share, _mm512_loadu_ps(h + 48), _mm512_loadu_ps(h + 16));
    const __m512 vr = _mm512_fmadd_ps(hr, yr, _mm512_mul_ps(hi, yi));
    const __m512 vi = _mm512_fmsub_ps(hr, yi, _mm512_mul_ps(hi, yr));
    const __m512 sr = _mm512_set1_ps(job.symbol_scale.real());
    const __m512 si = _mm512_set1_ps(job.symbol_scale.imag());
    equalized e = { _mm512_fmsub_ps(sr, vr, _mm512_mul_ps(si, vi)),
                    _mm512_fmadd_ps(sr, vi, _mm512_mul_ps(si, vr)),
                    _mm512_setzero_ps() };
    if constexpr (HAS_POWER) {
        e.power = _mm512_mul_ps(_mm512_set1_ps(job.power_scale),
                                _mm512_fmadd_ps(hr, hr, _mm512_mul_ps(hi, hi)));
    }
    if constexpr (HAS_POWER && HAS_LIMIT) {
        // Symbol and power shrink alike, so 14 bits of the reciprocal suffice.
        const __m512 less = _mm512_min_ps(
            _mm512_mul_ps(_mm512_set1_ps(MOST_POWER), _mm512_rcp14_ps(e.power)),
            _mm512_set1_ps(1));
        e = { _mm512_mul_ps(e.re, less),
              _mm512_mul_ps(e.im, less),
              _mm512_mul_ps(e.power, less) };
    }
    return e;
}

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
    return _mm512_mask_sub_epi16(
        llr, _mm512_movepi16_mask(x), _mm512_setzero_si512(), llr);
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

/// Sixteen cells to sixteenths of a soft bit's step, one register a bit of a part.
template <int BITS>
AVX512_INLINE void to_sixteenths(const equalized& e, __m512i* planes)
{
    const __m512i x = _mm512_max_epi16(as_int16(e.re, e.im), _mm512_set1_epi16(-32767));
    fold<BITS>(x, _mm512_slli_epi16(as_int16(e.power, e.power), 1), planes);
}

/// Planes of both halves to soft bits, both parts of a cell side by side.
AVX512_INLINE __m512i as_soft(__m512i first, __m512i second)
{
    const __m512i soft =
        _mm512_max_epi8(_mm512_packs_epi16(first, second), _mm512_set1_epi8(-SOFT_MAX));
    return _mm512_permutexvar_epi8(_mm512_load_si512(LANES.pairs), soft);
}

template <int BITS, bool HAS_LIMIT>
AVX512_INLINE void to_planes(const demap_job& job, int first, int second, __m512i* planes)
{
    const auto a = equalize<(BITS > 1), HAS_LIMIT>(job, first);
    const auto b = equalize<(BITS > 1), HAS_LIMIT>(job, second);
    if constexpr (BITS == 1) {
        planes[0] = as_soft(as_int16(a.re, a.im), as_int16(b.re, b.im));
    } else {
        __m512i low[BITS], high[BITS];
        to_sixteenths<BITS>(a, low);
        to_sixteenths<BITS>(b, high);
        const __m512i by = _mm512_set1_epi16(1 << 11);
        for (int i = 0; i < BITS; ++i) {
            planes[i] = as_soft(_mm512_mulhrs_epi16(low[i], by),
                                _mm512_mulhrs_epi16(high[i], by));
        }
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

template <int BITS, bool HAS_LIMIT>
AVX512 void demap(const demap_job& in, std::int8_t* soft)
{
    const demap_job job = in; // what is stored cannot change this one
    __m512i planes[BITS];
    for (int i = 0; i < job.n / CELLS * CELLS; i += CELLS) {
        std::uint32_t keep;
        std::memcpy(&keep, job.keep + i / DEMAP_GROUP, sizeof(keep));
        to_planes<BITS, HAS_LIMIT>(job, i, i + DEMAP_LANES, planes);
        put<BITS>(planes, keep, soft + job.places[i / DEMAP_GROUP]);
    }
    if (job.n % CELLS != 0) { // half of them are left
        const int i = job.n - DEMAP_LANES;
        std::uint16_t keep;
        std::memcpy(&keep, job.keep + i / DEMAP_GROUP, sizeof(keep));
        to_planes<BITS, HAS_LIMIT>(job, i, i, planes);
        put<BITS>(planes, keep, soft + job.places[i / DEMAP_GROUP]);
    }
}

template <int BITS>
void demap(const demap_job& job, std::int8_t* soft)
{
    job.has_limit ? demap<BITS, true>(job, soft) : demap<BITS, false>(job, soft);
}

} // namespace

bool has_demap_avx512()
{
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi") &&
           __builtin_cpu_supports("avx512vbmi2");
}

void demap_cells_avx512(int bits_per_symbol, const demap_job& job, std::int8_t* soft)
{
    switch (bits_per_symbol) {
    case 2:
        return demap<1, false>(job, soft);
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

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "demap_kernels.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include "demap_lanes_avx512.h"
#include <algorithm>
#include <cstring>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int CELLS = 2 * DEMAP_LANES;

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

/// Sixteen cells to sixteenths of a soft bit's step, one register a bit of a part.
template <int BITS>
AVX512_INLINE void to_sixteenths(const equalized& e, __m512i* planes)
{
    const __m512i x = _mm512_max_epi16(as_int16(e.re, e.im), _mm512_set1_epi16(-32767));
    fold<BITS>(x, _mm512_slli_epi16(as_int16(e.power, e.power), 1), planes);
}

template <int BITS, bool HAS_LIMIT>
AVX512_INLINE void to_planes(const demap_job& job, int first, int second, __m512i* planes)
{
    const auto a = equalize<(BITS > 1), HAS_LIMIT>(job, first);
    const auto b = equalize<(BITS > 1), HAS_LIMIT>(job, second);
    if constexpr (BITS == 1) {
        planes[0] = as_soft(as_int16(a.re, a.im), as_int16(b.re, b.im), LANES.pairs);
    } else {
        __m512i low[BITS], high[BITS];
        to_sixteenths<BITS>(a, low);
        to_sixteenths<BITS>(b, high);
        sixteenths_as_soft(low, high, LANES.pairs, planes);
    }
}

/// What cells that passed no channel are multiplied by, the imaginary part with
/// alternating signs, and where amplitudes are.
struct factor {
    __m512 re, im;
    __m512i c2;
};

template <int BITS>
AVX512_INLINE factor factor_of(const demap_job& job)
{
    const float less = BITS > 1 ? std::min(MOST_POWER / job.power_scale, 1.0f) : 1.0f;
    const __m512 im = _mm512_set1_ps(less * job.symbol_scale.imag());
    const __m512i c = _mm512_cvtps_epi32(_mm512_set1_ps(less * job.power_scale));
    return { _mm512_set1_ps(less * job.symbol_scale.real()),
             _mm512_mask_sub_ps(im, 0x5555, _mm512_setzero_ps(), im),
             _mm512_slli_epi16(_mm512_packs_epi32(c, c), 1) };
}

/// Eight of them, parts alternating.
AVX512_INLINE __m512i scaled(const factor& f, const float* x)
{
    const __m512 y = _mm512_loadu_ps(x);
    return _mm512_cvtps_epi32(
        _mm512_fmadd_ps(y, f.re, _mm512_mul_ps(_mm512_permute_ps(y, 0xb1), f.im)));
}

template <int BITS>
AVX512_INLINE void
to_planes(const factor& f, const float* first, const float* second, __m512i* planes)
{
    const __m512i a = _mm512_packs_epi32(scaled(f, first), scaled(f, first + 16));
    const __m512i b = _mm512_packs_epi32(scaled(f, second), scaled(f, second + 16));
    if constexpr (BITS == 1) {
        planes[0] = as_soft(a, b, LANES.symbols);
    } else {
        const __m512i least = _mm512_set1_epi16(-32767);
        __m512i low[BITS], high[BITS];
        fold<BITS>(_mm512_max_epi16(a, least), f.c2, low);
        fold<BITS>(_mm512_max_epi16(b, least), f.c2, high);
        sixteenths_as_soft(low, high, LANES.symbols, planes);
    }
}

template <int BITS, bool HAS_CHANNEL, bool HAS_LIMIT>
AVX512_INLINE void
demap_block(const demap_job& job, const factor& f, int i, int second, std::int8_t* soft)
{
    __m512i planes[BITS];
    if constexpr (HAS_CHANNEL) {
        to_planes<BITS, HAS_LIMIT>(job, i, second, planes);
    } else {
        to_planes<BITS>(f, job.cells + 2 * i, job.cells + 2 * second, planes);
    }
    std::uint32_t keep = 0;
    std::memcpy(&keep, job.keep + i / DEMAP_GROUP, i == second ? 2 : 4);
    put<BITS>(planes, keep, soft + job.places[i / DEMAP_GROUP]);
}

template <int BITS, bool HAS_CHANNEL, bool HAS_LIMIT>
AVX512 void demap(const demap_job& in, std::int8_t* soft)
{
    const demap_job job = in; // what is stored cannot change this one
    const factor f = HAS_CHANNEL ? factor{} : factor_of<BITS>(job);
    for (int i = 0; i < job.n / CELLS * CELLS; i += CELLS) {
        demap_block<BITS, HAS_CHANNEL, HAS_LIMIT>(job, f, i, i + DEMAP_LANES, soft);
    }
    if (job.n % CELLS != 0) { // half of them are left
        const int i = job.n - DEMAP_LANES;
        demap_block<BITS, HAS_CHANNEL, HAS_LIMIT>(job, f, i, i, soft);
    }
}

template <int BITS>
void demap(const demap_job& job, std::int8_t* soft)
{
    !job.channel    ? demap<BITS, false, false>(job, soft)
    : job.has_limit ? demap<BITS, true, true>(job, soft)
                    : demap<BITS, true, false>(job, soft);
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

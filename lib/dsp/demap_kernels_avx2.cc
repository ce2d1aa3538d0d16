/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "demap_kernels.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include "demap_lanes_avx2.h"

namespace gr {
namespace isac {
namespace dsp {

keep_masks::keep_masks()
{
    constexpr std::uint8_t nothing = 0x80; // a shuffle makes it 0
    for (int keep = 0; keep < 256; ++keep) {
        int kept[8], n = 0;
        for (int unit = 0; unit < 8; ++unit) {
            if (keep >> unit & 1) {
                kept[n++] = unit;
            }
        }
        for (int i = 0; i < 16; ++i) {
            const int j = i / 2;
            pairs[keep][i] =
                static_cast<std::uint8_t>(j < n ? 2 * kept[j] + i % 2 : nothing);
            for (int p = 0; p < 3; ++p) {
                const int at = (3 * j + p) % 8 * 2 + i % 2;
                threes[keep][p][at] = pairs[keep][i];
            }
        }
    }
}

const keep_masks& keep_masks::get()
{
    static const keep_masks masks;
    return masks;
}

namespace {

/// Eight cells over their channel, as far as the demapper needs it.
struct equalized {
    __m256 re, im, power;
};

template <bool HAS_POWER, bool HAS_LIMIT>
AVX2_INLINE equalized
equalize(const demap_job& job, const float* channel, __m256 yr, __m256 yi)
{
    const __m256 share = _mm256_set1_ps(job.share);
    const __m256 hr =
        _mm256_fmadd_ps(share, _mm256_loadu_ps(channel + 32), _mm256_loadu_ps(channel));
    const __m256 hi = _mm256_fmadd_ps(
        share, _mm256_loadu_ps(channel + 48), _mm256_loadu_ps(channel + 16));
    const __m256 vr = _mm256_fmadd_ps(hr, yr, _mm256_mul_ps(hi, yi));
    const __m256 vi = _mm256_fmsub_ps(hr, yi, _mm256_mul_ps(hi, yr));
    const __m256 sr = _mm256_set1_ps(job.symbol_scale.real());
    const __m256 si = _mm256_set1_ps(job.symbol_scale.imag());
    equalized e = { _mm256_fmsub_ps(sr, vr, _mm256_mul_ps(si, vi)),
                    _mm256_fmadd_ps(sr, vi, _mm256_mul_ps(si, vr)),
                    _mm256_setzero_ps() };
    if constexpr (HAS_POWER) {
        e.power = _mm256_mul_ps(_mm256_set1_ps(job.power_scale),
                                _mm256_fmadd_ps(hr, hr, _mm256_mul_ps(hi, hi)));
    }
    if constexpr (HAS_POWER && HAS_LIMIT) {
        // Symbol and power shrink alike, so twelve bits of the reciprocal suffice.
        const __m256 less = _mm256_min_ps(
            _mm256_mul_ps(_mm256_set1_ps(MOST_POWER), _mm256_rcp_ps(e.power)),
            _mm256_set1_ps(1));
        e = { _mm256_mul_ps(e.re, less),
              _mm256_mul_ps(e.im, less),
              _mm256_mul_ps(e.power, less) };
    }
    return e;
}

template <int BITS>
AVX2_INLINE void to_planes(const equalized& a, const equalized& b, __m256i* planes)
{
    const __m256i first = as_int16(a.re, a.im), second = as_int16(b.re, b.im);
    if constexpr (BITS == 1) {
        planes[0] = as_soft(first, second);
    } else {
        const __m256i power = _mm256_slli_epi16(
            _mm256_packs_epi32(_mm256_cvtps_epi32(a.power), _mm256_cvtps_epi32(b.power)),
            1);
        const __m256i least = _mm256_set1_epi16(-32767); // which has a magnitude
        __m256i low[BITS], high[BITS];
        fold<BITS>(
            _mm256_max_epi16(first, least), _mm256_unpacklo_epi16(power, power), low);
        fold<BITS>(
            _mm256_max_epi16(second, least), _mm256_unpackhi_epi16(power, power), high);
        for (int i = 0; i < BITS; ++i) {
            planes[i] = sixteenths_as_soft(low[i], high[i]);
        }
    }
}

template <int BITS, bool HAS_LIMIT>
AVX2 void demap(const demap_job& in, std::int8_t* soft)
{
    const demap_job job = in; // what is stored cannot change this one
    const keep_masks& masks = keep_masks::get();
    const int n = job.n / DEMAP_LANES;
    for (int i = 0; i < n; ++i) {
        const symbol_lanes y = load_symbols(job.cells + i * 2 * DEMAP_LANES);
        __m256i planes[BITS];
        const float* channel = job.channel + i * 4 * DEMAP_LANES;
        to_planes<BITS>(
            equalize<(BITS > 1), HAS_LIMIT>(job, channel, y.re[0], y.im[0]),
            equalize<(BITS > 1), HAS_LIMIT>(job, channel + 8, y.re[1], y.im[1]),
            planes);
        put<BITS>(planes,
                  masks,
                  job.keep[2 * i],
                  job.keep[2 * i + 1],
                  soft + job.places[2 * i],
                  soft + job.places[2 * i + 1]);
    }
}

template <int BITS>
void demap(const demap_job& job, std::int8_t* soft)
{
    job.has_limit ? demap<BITS, true>(job, soft) : demap<BITS, false>(job, soft);
}

} // namespace

bool has_demap_avx2()
{
    static const bool has =
        __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    return has;
}

void demap_cells_avx2(int bits_per_symbol, const demap_job& job, std::int8_t* soft)
{
    if (!job.channel) {
        return demap_symbols_avx2(bits_per_symbol, job, soft);
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

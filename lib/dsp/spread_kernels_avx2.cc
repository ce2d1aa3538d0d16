/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "spread_kernels.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include "demap_lanes_avx2.h"

namespace gr {
namespace isac {
namespace dsp {

namespace {

/// Eight cells from \p k on. \returns 1 / (|h|^2 + noise_var).
AVX2_INLINE __m256 equalize(
    const spread_job& job, __m256 fine_re, __m256 fine_im, int k, int turn, float* out)
{
    const __m256 cr = _mm256_broadcast_ss(job.coarse_re + turn);
    const __m256 ci = _mm256_broadcast_ss(job.coarse_im + turn);
    const __m256 tr = _mm256_fmsub_ps(fine_re, cr, _mm256_mul_ps(fine_im, ci));
    const __m256 ti = _mm256_fmadd_ps(fine_re, ci, _mm256_mul_ps(fine_im, cr));
    const __m256 hr = _mm256_loadu_ps(job.re + k), hi = _mm256_loadu_ps(job.im + k);
    const float* x = job.cells + 2 * k;
    const __m256 a = load_halves(x, x + 8), b = load_halves(x + 4, x + 12);
    const __m256 yr = _mm256_shuffle_ps(a, b, 0x88), yi = _mm256_shuffle_ps(a, b, 0xdd);
    const __m256 vr = _mm256_fmadd_ps(hr, yr, _mm256_mul_ps(hi, yi));
    const __m256 vi = _mm256_fmsub_ps(hr, yi, _mm256_mul_ps(hi, yr));
    const __m256 power =
        _mm256_fmadd_ps(hr, hr, _mm256_fmadd_ps(hi, hi, _mm256_set1_ps(job.noise_var)));
    __m256 inverse = _mm256_rcp_ps(power); // one step of Newton: 12 bits become 23
    inverse = _mm256_mul_ps(inverse, _mm256_fnmadd_ps(power, inverse, _mm256_set1_ps(2)));
    const __m256 scale = _mm256_mul_ps(inverse, _mm256_set1_ps(job.scale));
    const __m256 re =
        _mm256_mul_ps(scale, _mm256_fmadd_ps(vr, tr, _mm256_mul_ps(vi, ti)));
    const __m256 im =
        _mm256_mul_ps(scale, _mm256_fmsub_ps(vi, tr, _mm256_mul_ps(vr, ti)));
    const __m256 low = _mm256_unpacklo_ps(re, im), high = _mm256_unpackhi_ps(re, im);
    float* to = out + 2 * k;
    _mm_storeu_ps(to, _mm256_castps256_ps128(low));
    _mm_storeu_ps(to + 4, _mm256_castps256_ps128(high));
    _mm_storeu_ps(to + 8, _mm256_extractf128_ps(low, 1));
    _mm_storeu_ps(to + 12, _mm256_extractf128_ps(high, 1));
    return inverse;
}

AVX2 float equalize_all(const spread_job& in, float* out)
{
    const spread_job job = in; // what is stored cannot change this one
    const __m256 fr = _mm256_loadu_ps(job.fine_re), fi = _mm256_loadu_ps(job.fine_im);
    __m256 sums = _mm256_setzero_ps();
    int k = 0;
    for (; k + SPREAD_LANES <= job.n; k += SPREAD_LANES) {
        sums = _mm256_add_ps(sums, equalize(job, fr, fi, k, k / SPREAD_LANES, out));
    }
    if (k < job.n) { // the last eight again, of which some are done
        const __m256 last =
            equalize(job, fr, fi, job.n - SPREAD_LANES, k / SPREAD_LANES, out);
        const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
        const __m256i is_new =
            _mm256_cmpgt_epi32(lanes, _mm256_set1_epi32(SPREAD_LANES - 1 - (job.n - k)));
        sums = _mm256_add_ps(sums, _mm256_and_ps(last, _mm256_castsi256_ps(is_new)));
    }
    float s[SPREAD_LANES];
    _mm256_storeu_ps(s, sums);
    return ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));
}

} // namespace

float equalize_spread(const spread_job& job, float* out)
{
    static const bool has_avx2 =
        __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    return has_avx2 && job.n >= SPREAD_LANES ? equalize_all(job, out)
                                             : equalize_spread_portably(job, out);
}

} // namespace dsp
} // namespace isac
} // namespace gr
#endif

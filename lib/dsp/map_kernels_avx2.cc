/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "map_kernels.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#include <cstdint>
#include <limits>

#define AVX2 __attribute__((target("avx2,fma")))
#define AVX2_INLINE inline __attribute__((always_inline, target("avx2,fma")))

namespace gr {
namespace isac {
namespace dsp {

namespace {

bool has_avx2()
{
    static const bool has =
        __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    return has;
}

constexpr int LANES = 8;

/// Four by four complex items: as doubles, which are moved and not looked at.
AVX2_INLINE void turn_square(const std::complex<float>* from,
                             std::size_t from_stride,
                             std::complex<float>* to,
                             std::size_t to_stride)
{
    __m256d pairs[4];
    for (int i = 0; i < 4; i += 2) {
        const auto* row = reinterpret_cast<const double*>(from + i * from_stride);
        const __m256d a = _mm256_loadu_pd(row), b = _mm256_loadu_pd(row + from_stride);
        pairs[i] = _mm256_unpacklo_pd(a, b);
        pairs[i + 1] = _mm256_unpackhi_pd(a, b);
    }
    for (int i = 0; i < 2; ++i) {
        _mm256_storeu_pd(reinterpret_cast<double*>(to + i * to_stride),
                         _mm256_permute2f128_pd(pairs[i], pairs[i + 2], 0x20));
        _mm256_storeu_pd(reinterpret_cast<double*>(to + (i + 2) * to_stride),
                         _mm256_permute2f128_pd(pairs[i], pairs[i + 2], 0x31));
    }
}

template <bool PAST_CACHES>
AVX2_INLINE void store(float* to, __m256 x)
{
    PAST_CACHES ? _mm256_stream_ps(to, x) : _mm256_storeu_ps(to, x);
}

/// Eight by eight floats: pairs of rows, pairs of those, then the halves.
template <bool PAST_CACHES = false>
AVX2_INLINE void
turn_square(const float* from, std::size_t from_stride, float* to, std::size_t to_stride)
{
    __m256 pairs[8], fours[8];
    for (int i = 0; i < 8; i += 2) {
        const __m256 a = _mm256_loadu_ps(from + i * from_stride);
        const __m256 b = _mm256_loadu_ps(from + (i + 1) * from_stride);
        pairs[i] = _mm256_unpacklo_ps(a, b);
        pairs[i + 1] = _mm256_unpackhi_ps(a, b);
    }
    for (int i = 0; i < 8; i += 4) {
        fours[i] = _mm256_shuffle_ps(pairs[i], pairs[i + 2], 0x44);
        fours[i + 1] = _mm256_shuffle_ps(pairs[i], pairs[i + 2], 0xee);
        fours[i + 2] = _mm256_shuffle_ps(pairs[i + 1], pairs[i + 3], 0x44);
        fours[i + 3] = _mm256_shuffle_ps(pairs[i + 1], pairs[i + 3], 0xee);
    }
    for (int i = 0; i < 4; ++i) {
        store<PAST_CACHES>(to + i * to_stride,
                           _mm256_permute2f128_ps(fours[i], fours[i + 4], 0x20));
        store<PAST_CACHES>(to + (i + 4) * to_stride,
                           _mm256_permute2f128_ps(fours[i], fours[i + 4], 0x31));
    }
}

/// Squares of \p N items, what is left over one by one. The long side goes outside: the
/// short one is what a row of the other matrix has next to each other.
template <int N, class T>
AVX2 void turn_in_squares(strided<const T> from, int n_rows, int n_columns, strided<T> to)
{
    const int rows = n_rows / N * N, columns = n_columns / N * N;
    const bool is_tall = n_rows > n_columns;
    const int n_outer = is_tall ? rows : columns, n_inner = is_tall ? columns : rows;
    for (int outer = 0; outer < n_outer; outer += N) {
        for (int inner = 0; inner < n_inner; inner += N) {
            const int i = is_tall ? outer : inner, j = is_tall ? inner : outer;
            turn_square(from.row(i) + j, from.stride, to.row(j) + i, to.stride);
        }
    }
    turn_portably({ from.row(rows), from.stride },
                  n_rows - rows,
                  columns,
                  strided<T>{ to.data + rows, to.stride });
    turn_portably({ from.data + columns, from.stride },
                  n_rows,
                  n_columns - columns,
                  strided<T>{ to.row(columns), to.stride });
}

/// One line after the other is written whole: a part of one would be read from memory.
AVX2 void turn_lines(strided<const float> from, int n_columns, strided<float> to)
{
    constexpr int LINE = 16;
    for (int i = 0; i < MAP_TILE; i += LINE) {
        for (int j = 0; j < n_columns; j += LANES) {
            const auto* low = from.row(i) + j;
            const auto* high = from.row(i + LANES) + j;
            turn_square<true>(low, from.stride, to.row(j) + i, to.stride);
            turn_square<true>(high, from.stride, to.row(j) + i + LANES, to.stride);
        }
    }
    _mm_sfence();
}

/// short_log2() of the portable kernels.
AVX2_INLINE __m256 short_log2(__m256 x)
{
    const __m256i sqrt_half = _mm256_set1_epi32(0x3f3504f3);
    const __m256i i = _mm256_sub_epi32(_mm256_castps_si256(x), sqrt_half);
    const __m256 exponent = _mm256_cvtepi32_ps(_mm256_srai_epi32(i, 23));
    const __m256i mantissa = _mm256_and_si256(i, _mm256_set1_epi32(0x007fffff));
    const __m256 t = _mm256_sub_ps(
        _mm256_castsi256_ps(_mm256_add_epi32(mantissa, sqrt_half)), _mm256_set1_ps(1.0f));
    __m256 p = _mm256_set1_ps(0.25265968f);
    p = _mm256_fmadd_ps(p, t, _mm256_set1_ps(-0.39457551f));
    p = _mm256_fmadd_ps(p, t, _mm256_set1_ps(0.48668629f));
    p = _mm256_fmadd_ps(p, t, _mm256_set1_ps(-0.72024179f));
    p = _mm256_fmadd_ps(p, t, _mm256_set1_ps(1.44257796f));
    return _mm256_fmadd_ps(t, p, exponent);
}

/// \returns how many were done, a multiple of eight.
AVX2 int powers_db_by_eights(const std::complex<float>* x, float* out, int n)
{
    const __m256 db_per_octave = _mm256_set1_ps(3.01029996f);
    const __m256 least = _mm256_set1_ps(std::numeric_limits<float>::min());
    int k = 0;
    for (; k + LANES <= n; k += LANES) {
        const auto* in = reinterpret_cast<const float*>(x + k);
        const __m256 a = _mm256_loadu_ps(in), b = _mm256_loadu_ps(in + LANES);
        const __m256 low = _mm256_permute2f128_ps(a, b, 0x20);
        const __m256 high = _mm256_permute2f128_ps(a, b, 0x31);
        const __m256 re = _mm256_shuffle_ps(low, high, 0x88);
        const __m256 im = _mm256_shuffle_ps(low, high, 0xdd);
        const __m256 power = _mm256_fmadd_ps(re, re, _mm256_mul_ps(im, im));
        _mm256_storeu_ps(
            out + k,
            _mm256_mul_ps(db_per_octave, short_log2(_mm256_max_ps(power, least))));
    }
    return k;
}

AVX2 int multiply_conjugate_by_fours(const std::complex<float>* x,
                                     const std::complex<float>* y,
                                     const float* window,
                                     float scale,
                                     std::complex<float>* out,
                                     int n)
{
    const __m256i twice = _mm256_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3);
    const __m256 scales = _mm256_set1_ps(scale);
    int k = 0;
    for (; k + 4 <= n; k += 4) {
        const __m256 a = _mm256_loadu_ps(reinterpret_cast<const float*>(y + k));
        const __m256 b = _mm256_loadu_ps(reinterpret_cast<const float*>(x + k));
        const __m256 swapped = _mm256_permute_ps(a, 0xb1);
        const __m256 product = _mm256_fmsubadd_ps(
            a, _mm256_moveldup_ps(b), _mm256_mul_ps(swapped, _mm256_movehdup_ps(b)));
        const __m256 taper = _mm256_permutevar8x32_ps(
            _mm256_castps128_ps256(_mm_loadu_ps(window + k)), twice);
        _mm256_storeu_ps(reinterpret_cast<float*>(out + k),
                         _mm256_mul_ps(product, _mm256_mul_ps(taper, scales)));
    }
    return k;
}

} // namespace

void turn(strided<const std::complex<float>> from,
          int n_rows,
          int n_columns,
          strided<std::complex<float>> to)
{
    has_avx2() ? turn_in_squares<4>(from, n_rows, n_columns, to)
               : turn_portably(from, n_rows, n_columns, to);
}

void turn(strided<const float> from, int n_rows, int n_columns, strided<float> to)
{
    has_avx2() ? turn_in_squares<8>(from, n_rows, n_columns, to)
               : turn_portably(from, n_rows, n_columns, to);
}

void turn_past_caches(strided<const float> from, int n_columns, strided<float> to)
{
    const bool is_aligned =
        reinterpret_cast<std::uintptr_t>(to.data) % 32 == 0 && to.stride % LANES == 0;
    const int whole = has_avx2() && is_aligned ? n_columns / LANES * LANES : 0;
    turn_lines(from, whole, to);
    turn({ from.data + whole, from.stride },
         MAP_TILE,
         n_columns - whole,
         { to.row(whole), to.stride });
}

void powers_db(const std::complex<float>* x, float* out, int n)
{
    const int done = has_avx2() ? powers_db_by_eights(x, out, n) : 0;
    powers_db_portably(x + done, out + done, n - done);
}

void multiply_conjugate(const std::complex<float>* x,
                        const std::complex<float>* y,
                        const float* window,
                        float scale,
                        std::complex<float>* out,
                        int n)
{
    const int k =
        has_avx2() ? multiply_conjugate_by_fours(x, y, window, scale, out, n) : 0;
    multiply_conjugate_portably(x + k, y + k, window + k, scale, out + k, n - k);
}

} // namespace dsp
} // namespace isac
} // namespace gr
#endif

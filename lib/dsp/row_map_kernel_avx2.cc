/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "row_map_kernel.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#include <immintrin.h>
#pragma GCC push_options
#pragma GCC target("avx2")

namespace gr {
namespace isac {
namespace dsp {

namespace {

inline __m128i fetch(const std::uint8_t* bits)
{
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bits));
}

inline __m256i load(const void* x)
{
    return _mm256_load_si256(static_cast<const __m256i*>(x));
}

/// A bit comes to the top of its amplitude, whatever the rest of its byte is.
void map_signs(const row_map& map, const std::uint8_t* bits, std::complex<float>* row)
{
    // For all that the compiler knows a store might change the member.
    const auto* patterns = map.patterns;
    for (const auto *g = map.groups, *end = g + map.n_groups; g < end; ++g) {
        const auto group = *g;
        const auto& pattern = patterns[group.pattern];
        const auto fetched = _mm256_broadcastsi128_si256(fetch(bits + group.first[0]));
        for (int half = 0; half < 2; ++half) {
            const auto at = group.at + half * 4;
            const auto picked =
                _mm256_shuffle_epi8(fetched, load(pattern.pick + half * 32));
            const auto signs = _mm256_slli_epi32(picked, 7);
            _mm256_storeu_si256(
                reinterpret_cast<__m256i*>(row + at),
                _mm256_xor_si256(signs, load(pattern.constant + half * 8)));
        }
    }
}

/// An amplitude is one of at most eight levels, which a register holds; with four bits
/// the first of them is the sign.
template <int BITS>
void map_levels(const row_map& map, const std::uint8_t* bits, std::complex<float>* row)
{
    const auto levels = _mm256_loadu_ps(map.levels);
    const auto one = _mm256_set1_epi8(1);
    const auto weights = _mm256_set1_epi32(0x01020408);
    const auto sum = _mm256_set1_epi16(1);
    const auto sign = _mm256_set1_epi32(static_cast<int>(0x80000000));
    // For all that the compiler knows a store might change the member.
    const auto* patterns = map.patterns;
    for (const auto *g = map.groups, *end = g + map.n_groups; g < end; ++g) {
        const auto group = *g;
        const auto& pattern = patterns[group.pattern];
        for (int half = 0; half < 2; ++half) {
            const auto at = group.at + half * 4;
            auto x = _mm256_inserti128_si256(
                _mm256_castsi128_si256(fetch(bits + group.first[2 * half])),
                fetch(bits + group.first[2 * half + 1]),
                1);
            x = _mm256_shuffle_epi8(_mm256_and_si256(x, one),
                                    load(pattern.pick + half * 32));
            x = _mm256_madd_epi16(_mm256_maddubs_epi16(x, weights), sum);
            auto level = _mm256_castps_si256(_mm256_permutevar8x32_ps(levels, x));
            if (BITS == 8) {
                level = _mm256_xor_si256(
                    level, _mm256_and_si256(_mm256_slli_epi32(x, 28), sign));
            }
            level = _mm256_and_si256(level, load(pattern.is_data + half * 8));
            _mm256_storeu_si256(
                reinterpret_cast<__m256i*>(row + at),
                _mm256_or_si256(level, load(pattern.constant + half * 8)));
        }
    }
}

} // namespace

bool row_map_has_avx2() { return __builtin_cpu_supports("avx2"); }

void map_groups_avx2(int bits_per_symbol,
                     const row_map& map,
                     const std::uint8_t* bits,
                     std::complex<float>* row)
{
    switch (bits_per_symbol) {
    case 4:
        return map_levels<4>(map, bits, row);
    case 6:
        return map_levels<6>(map, bits, row);
    case 8:
        return map_levels<8>(map, bits, row);
    default:
        return map_signs(map, bits, row);
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

#pragma GCC pop_options
#else

namespace gr {
namespace isac {
namespace dsp {

bool row_map_has_avx2() { return false; }

void map_groups_avx2(int, const row_map&, const std::uint8_t*, std::complex<float>*) {}

} // namespace dsp
} // namespace isac
} // namespace gr

#endif

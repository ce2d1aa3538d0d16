/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bit_packing.h"
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace gr {
namespace isac {
namespace dsp {

namespace {

/// At least 57 bits from bit \p at on.
inline std::uint64_t fetch(const std::uint64_t* words, std::size_t at)
{
    std::uint64_t x;
    std::memcpy(&x, reinterpret_cast<const char*>(words) + at / 8, sizeof(x));
    return x >> (at % 8);
}

} // namespace

void unpack_bits_from(const std::uint64_t* words,
                      std::size_t at,
                      int n,
                      std::uint8_t* out)
{
    for (int i = 0; i < n; i += 8) {
        const auto byte = static_cast<std::uint8_t>(fetch(words, at + i));
        unpack_bits(&byte, 1, out + i);
    }
}

#if defined(__x86_64__)

bool can_unpack_fast() { return __builtin_cpu_supports("avx2"); }

__attribute__((target("avx2"))) void
unpack_bits_fast(const std::uint64_t* words, std::size_t at, int n, std::uint8_t* out)
{
    // Byte i of the result looks at bit i % 8 of byte i / 8.
    const auto byte =
        _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
    const auto bit = _mm256_set1_epi64x(static_cast<long long>(0x8040201008040201));
    const auto one = _mm256_set1_epi8(1);
    for (int i = 0; i < n; i += 32) {
        const auto x = _mm256_set1_epi32(static_cast<int>(fetch(words, at + i)));
        const auto picked = _mm256_and_si256(_mm256_shuffle_epi8(x, byte), bit);
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i),
                            _mm256_min_epu8(picked, one));
    }
}

#else

bool can_unpack_fast() { return false; }

void unpack_bits_fast(const std::uint64_t* words,
                      std::size_t at,
                      int n,
                      std::uint8_t* out)
{
    unpack_bits_from(words, at, n, out);
}

#endif

} // namespace dsp
} // namespace isac
} // namespace gr

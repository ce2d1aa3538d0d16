/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include <gnuradio/isac/dsp/symbol_mapper.h>
#include <algorithm>
#include <cmath>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace gr {
namespace isac {
namespace dsp {

namespace {

/// One dimension of TS 38.211 QAM: the amplitude that \p n_bits bits choose, first bit
/// most significant, in units of half the distance between neighbours.
int amplitude(int bits, int n_bits)
{
    const int sign = (bits >> (n_bits - 1)) & 1 ? -1 : 1;
    if (n_bits == 1) {
        return sign;
    }
    const int rest = bits & ((1 << (n_bits - 1)) - 1);
    return sign * ((1 << (n_bits - 1)) - amplitude(rest, n_bits - 1));
}

std::complex<float> qam(int bits, int bits_per_symbol)
{
    const int n = bits_per_symbol / 2;
    int re = 0, im = 0;
    for (int i = 0; i < n; ++i) {
        re = re << 1 | ((bits >> (bits_per_symbol - 1 - 2 * i)) & 1);
        im = im << 1 | ((bits >> (bits_per_symbol - 2 - 2 * i)) & 1);
    }
    const double mean_power = 2 * ((1 << bits_per_symbol) - 1) / 3.0;
    const double scale = 1 / std::sqrt(mean_power);
    return { float(scale * amplitude(re, n)), float(scale * amplitude(im, n)) };
}

template <int BITS>
void look_up(const std::uint8_t* bits,
             const std::complex<float>* table,
             std::complex<float>* symbols,
             std::size_t n)
{
    for (std::size_t i = 0; i < n; ++i) {
        unsigned index = 0;
        for (int b = 0; b < BITS; ++b) {
            index = index << 1 | (*bits++ & 1);
        }
        symbols[i] = table[index];
    }
}

#if defined(__x86_64__)

/// Byte \p i of the shuffle that puts the bits of each amplitude next to each other: the
/// last one in byte 3 of its lane, the first one where there is room before it.
constexpr char picked_byte(int bits_per_symbol, int i)
{
    const int n = bits_per_symbol / 2, amplitude = i % 16 / 4, bit = i % 4 - (4 - n);
    const int first = amplitude / 2 * bits_per_symbol + amplitude % 2;
    return static_cast<char>(bit < 0 ? 0x80 : first + 2 * bit);
}

/*! As many symbols as eight lanes can do without reading past the bits, four at a time.
 *  An amplitude is one of at most eight levels, which a register holds; with four bits
 *  the first of them is the sign. \returns the number of symbols done. */
template <int BITS>
__attribute__((target("avx2"))) std::size_t look_up_lanes(const std::uint8_t* bits,
                                                          const float* levels,
                                                          std::complex<float>* symbols,
                                                          std::size_t n)
{
    alignas(32) char picked[32];
    for (int i = 0; i < 32; ++i) {
        picked[i] = picked_byte(BITS, i);
    }
    const auto pick = _mm256_load_si256(reinterpret_cast<const __m256i*>(picked));
    const auto table = _mm256_loadu_ps(levels);
    const auto one = _mm256_set1_epi8(1);
    const auto weights = _mm256_set1_epi32(0x01020408);
    const auto sum = _mm256_set1_epi16(1);
    const auto sign = _mm256_set1_epi32(static_cast<int>(0x80000000));

    std::size_t i = 0;
    for (; (i + 2) * BITS + 16 <= n * BITS; i += 4) {
        const auto* at = reinterpret_cast<const __m128i*>(bits + i * BITS);
        const auto* next = reinterpret_cast<const __m128i*>(bits + (i + 2) * BITS);
        auto x = _mm256_inserti128_si256(
            _mm256_castsi128_si256(_mm_loadu_si128(at)), _mm_loadu_si128(next), 1);
        x = _mm256_shuffle_epi8(_mm256_and_si256(x, one), pick);
        x = _mm256_madd_epi16(_mm256_maddubs_epi16(x, weights), sum);
        const auto turn = _mm256_and_si256(_mm256_slli_epi32(x, 28), sign);
        const auto level = _mm256_permutevar8x32_ps(table, x);
        _mm256_storeu_ps(reinterpret_cast<float*>(symbols + i),
                         _mm256_xor_ps(level, _mm256_castsi256_ps(turn)));
    }
    return i;
}

#endif

template <int BITS>
void look_up_fast(const std::uint8_t* bits,
                  const std::complex<float>* table,
                  [[maybe_unused]] const float* levels,
                  std::complex<float>* symbols,
                  std::size_t n)
{
    std::size_t done = 0;
#if defined(__x86_64__)
    static const bool has_avx2 = __builtin_cpu_supports("avx2");
    if (has_avx2) {
        done = look_up_lanes<BITS>(bits, levels, symbols, n);
    }
#endif
    look_up<BITS>(bits + done * BITS, table, symbols + done, n - done);
}

} // namespace

symbol_mapper::symbol_mapper(isac::modulation modulation)
    : d_bits_per_symbol(static_cast<int>(modulation))
{
    if (modulation == modulation::BPSK) {
        d_constellation = { 1, -1 };
        return;
    }
    for (int bits = 0; bits < 1 << d_bits_per_symbol; ++bits) {
        d_constellation.push_back(qam(bits, d_bits_per_symbol));
    }
    const int n = d_bits_per_symbol / 2;
    for (int i = 0; i < std::min(8, 1 << n); ++i) {
        int bits = 0; // of the symbol whose real part has the bits of i
        for (int b = 0; b < n; ++b) {
            bits |= ((i >> b) & 1) << (2 * b + 1);
        }
        d_levels[i] = d_constellation[bits].real();
    }
}

void symbol_mapper::map(span<const std::uint8_t> bits,
                        span<std::complex<float>> symbols) const
{
    require_len("bits", bits.size(), symbols.size() * d_bits_per_symbol);
    const auto* table = d_constellation.data();
    const auto* levels = d_levels.data();
    switch (d_bits_per_symbol) {
    case 1:
        return look_up<1>(bits.data(), table, symbols.data(), symbols.size());
    case 2:
        return look_up_fast<2>(
            bits.data(), table, levels, symbols.data(), symbols.size());
    case 4:
        return look_up_fast<4>(
            bits.data(), table, levels, symbols.data(), symbols.size());
    case 6:
        return look_up_fast<6>(
            bits.data(), table, levels, symbols.data(), symbols.size());
    case 8:
        return look_up_fast<8>(
            bits.data(), table, levels, symbols.data(), symbols.size());
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/crc.h>
#include <array>
#include <cstring>
#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define ISAC_HAS_CLMUL
#endif

namespace gr {
namespace isac {
namespace dsp {

namespace {

using tables32 = std::array<std::array<std::uint32_t, 256>, 8>;

/// Table k is the effect of a byte that k more bytes follow ("slicing by 8").
constexpr tables32 make_tables32()
{
    tables32 tables{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t r = i;
        for (int bit = 0; bit < 8; ++bit) {
            r = (r >> 1) ^ (r & 1 ? 0xedb88320u : 0);
        }
        tables[0][i] = r;
    }
    for (std::uint32_t i = 0; i < 256; ++i) {
        for (int k = 1; k < 8; ++k) {
            const std::uint32_t r = tables[k - 1][i];
            tables[k][i] = (r >> 8) ^ tables[0][r & 0xff];
        }
    }
    return tables;
}

constexpr auto TABLES32 = make_tables32();

/// The register behind \p bytes, from \p r before them.
std::uint32_t step32(std::uint32_t r, span<const std::uint8_t> bytes)
{
    const auto* x = bytes.begin();
    for (; bytes.end() - x >= 8; x += 8) {
        const std::uint32_t head =
            r ^ (x[0] | x[1] << 8 | x[2] << 16 | std::uint32_t(x[3]) << 24);
        r = TABLES32[7][head & 0xff] ^ TABLES32[6][head >> 8 & 0xff] ^
            TABLES32[5][head >> 16 & 0xff] ^ TABLES32[4][head >> 24] ^ TABLES32[3][x[4]] ^
            TABLES32[2][x[5]] ^ TABLES32[1][x[6]] ^ TABLES32[0][x[7]];
    }
    for (; x != bytes.end(); ++x) {
        r = (r >> 8) ^ TABLES32[0][(r ^ *x) & 0xff];
    }
    return r;
}

#if defined(ISAC_HAS_CLMUL)

constexpr int FOLD_LEN = 64; // bytes at a time

/// x^n modulo the polynomial, lowest power in the highest bit; one place up, because a
/// product of numbers that way round comes out one place down.
constexpr long long power(int n)
{
    std::uint32_t r = 0x80000000u;
    for (int i = 0; i < n; ++i) {
        r = (r >> 1) ^ (r & 1 ? 0xedb88320u : 0);
    }
    return static_cast<long long>(r) << 1;
}

/// What has the same remainder as \p x with as many bits behind it as \p by was made for.
__attribute__((target("pclmul"))) inline __m128i
move_on(__m128i x, __m128i by, const std::uint8_t* next)
{
    const auto there = _mm_loadu_si128(reinterpret_cast<const __m128i*>(next));
    return _mm_xor_si128(there,
                         _mm_xor_si128(_mm_clmulepi64_si128(x, by, 0x00),
                                       _mm_clmulepi64_si128(x, by, 0x11)));
}

/*! step32() over a multiple of FOLD_LEN bytes, at least one, by products without carry.
 *
 *  Gopal et al., "Fast CRC computation for generic polynomials using PCLMULQDQ
 *  instruction", Intel white paper 323102, 2009; the last 128 bits go through the table.
 */
__attribute__((target("pclmul"))) std::uint32_t fold32(std::uint32_t r,
                                                       span<const std::uint8_t> bytes)
{
    const auto by_512 = _mm_set_epi64x(power(512 - 32), power(512 + 32));
    const auto by_128 = _mm_set_epi64x(power(128 - 32), power(128 + 32));
    __m128i part[4];
    std::memcpy(part, bytes.data(), sizeof part);
    part[0] = _mm_xor_si128(part[0], _mm_cvtsi32_si128(static_cast<int>(r)));
    for (const auto* x = bytes.begin() + FOLD_LEN; x != bytes.end(); x += FOLD_LEN) {
        for (int i = 0; i < 4; ++i) {
            part[i] = move_on(part[i], by_512, x + 16 * i);
        }
    }
    std::array<std::uint8_t, FOLD_LEN> last;
    std::memcpy(last.data(), part, FOLD_LEN);
    for (int i = 1; i < 4; ++i) {
        part[i] = move_on(part[i - 1], by_128, &last[16 * i]);
    }
    std::memcpy(last.data(), &part[3], 16);
    return step32(0, { last.data(), 16 });
}

bool has_clmul()
{
    static const bool has = __builtin_cpu_supports("pclmul");
    return has;
}

#else

constexpr int FOLD_LEN = 64;
bool has_clmul() { return false; }
std::uint32_t fold32(std::uint32_t r, span<const std::uint8_t> bytes)
{
    return step32(r, bytes);
}

#endif

} // namespace

std::uint32_t crc32(span<const std::uint8_t> bytes, std::uint32_t so_far)
{
    std::uint32_t r = ~so_far;
    const auto folded = bytes.size() / FOLD_LEN * FOLD_LEN;
    if (folded == 0 || !has_clmul()) {
        return ~step32(r, bytes);
    }
    r = fold32(r, bytes.subspan(0, folded));
    return ~step32(r, bytes.subspan(folded, bytes.size() - folded));
}

std::uint16_t crc16(span<const std::uint8_t> bytes)
{
    std::uint16_t r = 0xffff;
    for (const auto byte : bytes) {
        r ^= byte << 8;
        for (int bit = 0; bit < 8; ++bit) {
            r = (r << 1) ^ (r & 0x8000 ? 0x1021 : 0);
        }
    }
    return r;
}

} // namespace dsp
} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/crc.h>
#include <array>

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

} // namespace

std::uint32_t crc32(span<const std::uint8_t> bytes, std::uint32_t so_far)
{
    std::uint32_t r = ~so_far;
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
    return ~r;
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

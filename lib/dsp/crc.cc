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

constexpr std::array<std::uint32_t, 256> make_table32()
{
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t r = i;
        for (int bit = 0; bit < 8; ++bit) {
            r = (r >> 1) ^ (r & 1 ? 0xedb88320u : 0);
        }
        table[i] = r;
    }
    return table;
}

constexpr auto TABLE32 = make_table32();

} // namespace

std::uint32_t crc32(span<const std::uint8_t> bytes, std::uint32_t so_far)
{
    std::uint32_t r = ~so_far;
    for (const auto byte : bytes) {
        r = (r >> 8) ^ TABLE32[(r ^ byte) & 0xff];
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

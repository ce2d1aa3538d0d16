/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include "simd.h"
#include <gnuradio/isac/dsp/scrambler.h>

namespace gr {
namespace isac {
namespace dsp {

namespace {

ISAC_SIMD void exclusive_or(const std::uint8_t* __restrict a,
                            const std::uint8_t* __restrict b,
                            std::uint8_t* __restrict out,
                            std::size_t n)
{
    for (std::size_t i = 0; i < n; ++i) {
        out[i] = a[i] ^ b[i];
    }
}

} // namespace

std::uint8_t scrambler::next_bit()
{
    const std::uint32_t bit = ((d_register >> 30) ^ (d_register >> 27)) & 1;
    d_register = (d_register << 1) | bit;
    return static_cast<std::uint8_t>(bit);
}

std::uint8_t scrambler::next_byte()
{
    std::uint8_t byte = 0;
    for (int i = 0; i < 8; ++i) {
        byte |= next_bit() << i;
    }
    return byte;
}

void scramble(span<const std::uint8_t> bytes,
              span<const std::uint8_t> random,
              span<std::uint8_t> out)
{
    require_len("random", random.size(), bytes.size());
    require_len("out", out.size(), bytes.size());
    exclusive_or(bytes.data(), random.data(), out.data(), bytes.size());
}

} // namespace dsp
} // namespace isac
} // namespace gr

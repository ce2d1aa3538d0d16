/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_BIT_PACKING_H
#define INCLUDED_ISAC_DSP_BIT_PACKING_H

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace gr {
namespace isac {
namespace dsp {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "eight bytes go as one word");

/// Bytes to bits, a byte a bit, bit 0 first. \p bits [8 * n_bytes]
inline void
unpack_bits(const std::uint8_t* bytes, std::size_t n_bytes, std::uint8_t* bits)
{
    for (std::size_t i = 0; i < n_bytes; ++i) {
        // Copy i of the byte keeps bit i, and any bit carries into the top one.
        std::uint64_t x = bytes[i] * 0x0101010101010101u & 0x8040201008040201u;
        x = ((x + 0x7f7f7f7f7f7f7f7fu) >> 7) & 0x0101010101010101u;
        std::memcpy(bits + 8 * i, &x, 8);
    }
}

constexpr int MOST_UNPACKED = 32; // bits at once, and so what may be written past an end

/*!
 * The same for \p n bits from bit \p at on. It may read 64 bits from any of them on, and
 * \p bits [n] is written to the next multiple of MOST_UNPACKED.
 */
void unpack_bits_from(const std::uint64_t* words,
                      std::size_t at,
                      int n,
                      std::uint8_t* bits);

/// The same with AVX2, if can_unpack_fast().
void unpack_bits_fast(const std::uint64_t* words,
                      std::size_t at,
                      int n,
                      std::uint8_t* bits);
bool can_unpack_fast();

/// The inverse of unpack_bits(). \p bits are 0 and 1.
inline void pack_bits(const std::uint8_t* bits, std::size_t n_bytes, std::uint8_t* bytes)
{
    for (std::size_t i = 0; i < n_bytes; ++i) {
        std::uint64_t x;
        std::memcpy(&x, bits + 8 * i, 8);
        bytes[i] =
            (x * 0x0102040810204080u) >> 56; // bit i of all products meets at 56 + i
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_BIT_PACKING_H */

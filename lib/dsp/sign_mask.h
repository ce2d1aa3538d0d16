/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_SIGN_MASK_H
#define INCLUDED_ISAC_DSP_SIGN_MASK_H

#include <cstdint>
#include <cstring>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace gr {
namespace isac {
namespace dsp {

/// The signs of 32 bytes, bit i is that of byte i.
inline __attribute__((always_inline)) std::uint32_t sign_mask(const std::int8_t* x)
{
#if defined(__SSE2__)
    __m128i low, high;
    std::memcpy(&low, x, 16);
    std::memcpy(&high, x + 16, 16);
    return static_cast<std::uint32_t>(_mm_movemask_epi8(low)) |
           static_cast<std::uint32_t>(_mm_movemask_epi8(high)) << 16;
#else
    std::uint32_t mask = 0;
    for (int i = 0; i < 4; ++i) {
        std::uint64_t eight;
        std::memcpy(&eight, x + 8 * i, 8);
        // The signs go to the bottom of their bytes; bit k of all products meets at 56+k.
        const auto signs = eight >> 7 & 0x0101010101010101u;
        mask |= static_cast<std::uint32_t>(signs * 0x0102040810204080u >> 56) << 8 * i;
    }
    return mask;
#endif
}

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_SIGN_MASK_H */

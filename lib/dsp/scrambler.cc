/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/scrambler.h>

namespace gr {
namespace isac {
namespace dsp {

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

} // namespace dsp
} // namespace isac
} // namespace gr

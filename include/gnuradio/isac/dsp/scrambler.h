/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_SCRAMBLER_H
#define INCLUDED_ISAC_DSP_SCRAMBLER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/span.h>
#include <cstdint>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * The scrambling sequence: PRBS-31 of ITU-T O.150, x^31 + x^28 + 1.
 *
 * The 127 bits of the IEEE 802.11 scrambler would repeat a thousand times in a
 * frame of zeros: lines in the spectrum and side lobes in a range-velocity map.
 * This one does not repeat within any frame.
 */
class ISAC_API scrambler
{
public:
    /// The next bit, 0 or 1.
    std::uint8_t next_bit();

    /// The next eight bits, the first in bit 0.
    std::uint8_t next_byte();

private:
    // Any start but 0. A dense one: after a sparse one a sequence with two taps stays
    // sparse for thousands of bits.
    std::uint32_t d_register = 0x5a3c96e1;
};

/// Adds the sequence \p random to \p bytes, which takes it away again too. All [n]; \p
/// out is not among the others.
ISAC_API void scramble(span<const std::uint8_t> bytes,
                       span<const std::uint8_t> random,
                       span<std::uint8_t> out);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_SCRAMBLER_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_CRC_H
#define INCLUDED_ISAC_DSP_CRC_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/span.h>
#include <cstdint>

namespace gr {
namespace isac {
namespace dsp {

constexpr int CRC32_LEN = 4; ///< bytes

/// CRC-32 of IEEE 802.3 and zlib: "123456789" gives 0xcbf43926.
/// \param so_far CRC of the bytes before these.
ISAC_API std::uint32_t crc32(span<const std::uint8_t> bytes, std::uint32_t so_far = 0);

/// CRC-16 CCITT, polynomial 0x1021, start 0xffff: "123456789" gives 0x29b1.
ISAC_API std::uint16_t crc16(span<const std::uint8_t> bytes);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_CRC_H */

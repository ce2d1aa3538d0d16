/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include <gnuradio/isac/dsp/crc.h>
#include <gnuradio/isac/dsp/header.h>
#include <gnuradio/isac/dsp/llr_quantizer.h>
#include <gnuradio/isac/dsp/scrambler.h>
#include <gnuradio/isac/waveform.h>
#include <array>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int HEADER_BYTES = HEADER_LEN / 8;
using packed_header = std::array<std::uint8_t, HEADER_BYTES>;

// Both coprime to HEADER_CODED_LEN. STRIDE is near its golden section, which keeps
// neighbouring coded bits apart.
constexpr int STRIDE = 105;
constexpr int ROTATION = 13;

packed_header pack(const frame_header& h)
{
    packed_header bytes{};
    for (int i = 0; i < 4; ++i) {
        bytes[i] = h.number >> (8 * i);
    }
    for (int i = 0; i < 3; ++i) {
        bytes[4 + i] = h.payload_len >> (8 * i);
    }
    bytes[6] = (bytes[6] & 0x7f) | (h.segmented ? 0x80 : 0);
    bytes[7] = (h.modulation & 0xf) | (h.coding & 0xf) << 4;
    const auto crc = crc16({ bytes.data(), 8 });
    bytes[8] = crc & 0xff;
    bytes[9] = crc >> 8;
    return bytes;
}

std::optional<frame_header> unpack(const packed_header& bytes)
{
    frame_header h;
    for (int i = 0; i < 4; ++i) {
        h.number |= std::uint32_t(bytes[i]) << (8 * i);
    }
    for (int i = 0; i < 3; ++i) {
        h.payload_len |= std::uint32_t(bytes[4 + i]) << (8 * i);
    }
    h.segmented = h.payload_len >> 23;
    h.payload_len &= 0x7fffff;
    h.modulation = bytes[7] & 0xf;
    h.coding = bytes[7] >> 4;
    if (pack(h) != bytes) {
        return std::nullopt; // the CRC is all that can differ
    }
    return h;
}

} // namespace

header_codec::header_codec(const waveform& w)
    : d_n_bits(w.n_header_symbols() * 2 * (w.n_subcarriers() - 1)),
      d_code(HEADER_BYTES, coding::CC_1_2),
      d_coded_bit(d_n_bits),
      d_scrambling(d_n_bits)
{
    scrambler random;
    for (int i = 0; i < d_n_bits; ++i) {
        // Each copy is turned further than the one before: no two distances are equal.
        const int copy = i / HEADER_CODED_LEN;
        const int turn = copy * (copy + 1) / 2 % HEADER_CODED_LEN * ROTATION;
        d_coded_bit[i] = ((i % HEADER_CODED_LEN) * STRIDE + turn) % HEADER_CODED_LEN;
        d_scrambling[i] = random.next_bit();
    }
}

void header_codec::encode(const frame_header& header, span<std::uint8_t> bits)
{
    require_len("bits", bits.size(), d_n_bits);
    std::array<std::uint8_t, HEADER_CODED_LEN> coded;
    const auto bytes = pack(header);
    d_code.encode(bytes, coded);
    for (int i = 0; i < d_n_bits; ++i) {
        bits[i] = coded[d_coded_bit[i]] ^ d_scrambling[i];
    }
}

std::optional<frame_header> header_codec::decode(span<const float> llrs)
{
    require_len("llrs", llrs.size(), d_n_bits);
    std::array<float, HEADER_CODED_LEN> combined{};
    for (int i = 0; i < d_n_bits; ++i) {
        if (std::isfinite(llrs[i])) { // one bad cell must not spoil every copy
            combined[d_coded_bit[i]] += d_scrambling[i] ? -llrs[i] : llrs[i];
        }
    }
    std::array<std::uint8_t, HEADER_CODED_LEN> soft;
    packed_header bytes;
    quantize_llrs(combined, soft);
    d_code.decode(soft, bytes);
    return unpack(bytes);
}

} // namespace dsp
} // namespace isac
} // namespace gr

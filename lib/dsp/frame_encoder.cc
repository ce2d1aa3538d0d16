/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include <gnuradio/isac/dsp/crc.h>
#include <gnuradio/isac/dsp/frame_encoder.h>
#include <gnuradio/isac/dsp/scrambler.h>
#include <algorithm>

namespace gr {
namespace isac {
namespace dsp {

namespace {
constexpr int CRC_LEN = 4; // bytes
}

frame_encoder::frame_encoder(const waveform& w)
    : d_payload_len(w.payload_len()),
      d_code(d_payload_len + CRC_LEN, w.params().coding),
      d_interleaver(w.n_symbols(), w.bits_per_row()),
      d_scrambling(d_payload_len + CRC_LEN),
      d_block(d_payload_len + CRC_LEN),
      d_bits(w.bits_per_frame())
{
    scrambler random;
    std::generate(
        d_scrambling.begin(), d_scrambling.end(), [&] { return random.next_byte(); });
    std::generate(d_bits.begin() + d_code.coded_len(), d_bits.end(), [&] {
        return random.next_bit();
    });
}

void frame_encoder::encode(span<const std::uint8_t> payload, span<std::uint8_t> bits)
{
    require(payload.size() <= std::size_t(d_payload_len),
            "frame_encoder",
            "payload length",
            payload.size(),
            "it must be <= payload_len = " + std::to_string(d_payload_len));
    const auto end = std::copy(payload.begin(), payload.end(), d_block.begin());
    std::fill(end, d_block.end() - CRC_LEN, 0);
    const auto crc = crc32({ d_block.data(), std::size_t(d_payload_len) });
    for (int i = 0; i < CRC_LEN; ++i) {
        d_block[d_payload_len + i] = crc >> (8 * i);
    }
    for (std::size_t i = 0; i < d_block.size(); ++i) {
        d_block[i] ^= d_scrambling[i];
    }
    d_code.encode(d_block, { d_bits.data(), std::size_t(d_code.coded_len()) });
    d_interleaver.interleave(d_bits, bits);
}

} // namespace dsp
} // namespace isac
} // namespace gr

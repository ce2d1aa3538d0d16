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

frame_encoder::frame_encoder(const waveform& w)
    : d_payload_len(w.payload_len()),
      d_code(frame_code::make(w)),
      d_scrambling(frame_code::block_len(w)),
      d_block(frame_code::block_len(w)),
      d_scrambled(frame_code::block_len(w))
{
    scrambler random;
    std::generate(
        d_scrambling.begin(), d_scrambling.end(), [&] { return random.next_byte(); });
}

void frame_encoder::encode(span<const std::uint8_t> payload, span<std::uint8_t> bits)
{
    if (payload.size() > std::size_t(d_payload_len)) {
        require(false,
                "frame_encoder",
                "payload length",
                payload.size(),
                "it must be <= payload_len = " + std::to_string(d_payload_len));
    }
    const auto end = std::copy(payload.begin(), payload.end(), d_block.begin());
    std::fill(end, d_block.end() - CRC32_LEN, 0);
    const auto crc = crc32({ d_block.data(), std::size_t(d_payload_len) });
    for (int i = 0; i < CRC32_LEN; ++i) {
        d_block[d_payload_len + i] = crc >> (8 * i);
    }
    scramble(d_block, d_scrambling, d_scrambled);
    d_code->encode(d_scrambled, bits);
}

} // namespace dsp
} // namespace isac
} // namespace gr

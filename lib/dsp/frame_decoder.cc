/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include <gnuradio/isac/dsp/crc.h>
#include <gnuradio/isac/dsp/frame_decoder.h>
#include <gnuradio/isac/dsp/llr_quantizer.h>
#include <gnuradio/isac/dsp/scrambler.h>
#include <algorithm>

namespace gr {
namespace isac {
namespace dsp {

frame_decoder::frame_decoder(const waveform& w)
    : d_code(frame_code::make(w)),
      d_scrambling(frame_code::block_len(w)),
      d_scrambled(frame_code::block_len(w)),
      d_block(frame_code::block_len(w)),
      d_soft(w.bits_per_frame())
{
    scrambler random;
    std::generate(
        d_scrambling.begin(), d_scrambling.end(), [&] { return random.next_byte(); });
}

bool frame_decoder::decode(span<const float> llrs, span<std::uint8_t> payload)
{
    require_len("llrs", llrs.size(), d_soft.size());
    quantize_llrs(llrs, d_soft);
    return decode(span<const std::int8_t>(d_soft), payload);
}

bool frame_decoder::decode(span<const std::int8_t> soft, span<std::uint8_t> payload)
{
    const std::size_t payload_len = d_block.size() - CRC32_LEN;
    require_len("soft", soft.size(), d_soft.size());
    require_len("payload", payload.size(), payload_len);

    d_code->decode(soft, d_scrambled);
    scramble(d_scrambled, d_scrambling, d_block);
    std::copy(d_block.begin(), d_block.end() - CRC32_LEN, payload.begin());

    const auto crc = crc32({ payload.data(), payload_len });
    bool crc_ok = true;
    for (int i = 0; i < CRC32_LEN; ++i) {
        crc_ok &= d_block[payload_len + i] == std::uint8_t(crc >> (8 * i));
    }
    d_bit_errors = crc_ok ? d_code->bit_errors(soft, d_scrambled) : 0;
    return crc_ok;
}

} // namespace dsp
} // namespace isac
} // namespace gr

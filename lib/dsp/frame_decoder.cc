/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include "simd.h"
#include <gnuradio/isac/dsp/crc.h>
#include <gnuradio/isac/dsp/frame_decoder.h>
#include <gnuradio/isac/dsp/llr_quantizer.h>
#include <gnuradio/isac/dsp/scrambler.h>
#include <algorithm>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int CRC_LEN = 4; // bytes

ISAC_SIMD int count_errors(const float* llrs, const std::uint8_t* sent, int n)
{
    int errors = 0;
    for (int i = 0; i < n; ++i) {
        errors += (llrs[i] < 0 ? 1 : 0) != sent[i];
    }
    return errors;
}

} // namespace

frame_decoder::frame_decoder(const waveform& w)
    : d_code(w.payload_len() + CRC_LEN, w.params().coding),
      d_interleaver(w.n_symbols(), w.bits_per_row()),
      d_encoder(w),
      d_scrambling(w.payload_len() + CRC_LEN),
      d_block(w.payload_len() + CRC_LEN),
      d_received(w.bits_per_frame()),
      d_soft(w.bits_per_frame())
{
    scrambler random;
    std::generate(
        d_scrambling.begin(), d_scrambling.end(), [&] { return random.next_byte(); });
}

bool frame_decoder::decode(span<const float> llrs, span<std::uint8_t> payload)
{
    const std::size_t payload_len = d_block.size() - CRC_LEN;
    require_len("llrs", llrs.size(), d_received.size());
    require_len("payload", payload.size(), payload_len);

    quantize_llrs(llrs, d_received);
    d_interleaver.deinterleave(d_received, d_soft);
    d_code.decode({ d_soft.data(), std::size_t(d_code.coded_len()) }, d_block);
    for (std::size_t i = 0; i < d_block.size(); ++i) {
        d_block[i] ^= d_scrambling[i];
    }
    std::copy(d_block.begin(), d_block.end() - CRC_LEN, payload.begin());

    const auto crc = crc32({ payload.data(), payload_len });
    bool crc_ok = true;
    for (int i = 0; i < CRC_LEN; ++i) {
        crc_ok &= d_block[payload_len + i] == std::uint8_t(crc >> (8 * i));
    }
    d_bit_errors = 0;
    if (crc_ok) {
        d_encoder.encode(payload, d_received);
        d_bit_errors = count_errors(llrs.data(), d_received.data(), d_received.size());
    }
    return crc_ok;
}

} // namespace dsp
} // namespace isac
} // namespace gr

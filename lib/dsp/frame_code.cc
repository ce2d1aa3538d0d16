/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bit_packing.h"
#include "require.h"
#include "simd.h"
#include <gnuradio/isac/dsp/convolutional_code.h>
#include <gnuradio/isac/dsp/crc.h>
#include <gnuradio/isac/dsp/frame_code.h>
#include <gnuradio/isac/dsp/interleaver.h>
#include <gnuradio/isac/dsp/ldpc_frame_decoder.h>
#include <gnuradio/isac/dsp/ldpc_frame_encoder.h>
#include <gnuradio/isac/dsp/scrambler.h>
#include <algorithm>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

namespace {

/// A channel that is surer than this is not believed more. Where a cell was estimated
/// wrongly its bits are wrong and sure, and the messages of checks must outweigh them: of
/// words with 3 % of such bits 2 % fail at rate 1/2, and without the clip nearly all do.
/// In white noise it costs 0.02 dB.
std::int8_t most_believed(coding rate) { return rate == coding::LDPC_1_2 ? 10 : 12; }

/// Signed soft bits to those of convolutional_code, six times as fine.
ISAC_SIMD void as_unsigned(const std::int8_t* soft, std::size_t n, std::uint8_t* out)
{
    for (std::size_t i = 0; i < n; ++i) {
        const int x = 128 - 6 * soft[i];
        out[i] = x < 0 ? 0 : x > 255 ? 255 : x;
    }
}

ISAC_SIMD int count_errors(const std::int8_t* soft, const std::uint8_t* sent, int n)
{
    int errors = 0;
    for (int i = 0; i < n; ++i) {
        errors += (soft[i] < 0 ? 1 : 0) != sent[i];
    }
    return errors;
}

std::vector<std::uint8_t> random_bits(std::size_t n)
{
    scrambler random;
    std::vector<std::uint8_t> bits(n);
    std::generate(bits.begin(), bits.end(), [&] { return random.next_bit(); });
    return bits;
}

class convolutional_frame_code : public frame_code
{
public:
    explicit convolutional_frame_code(const waveform& w)
        : d_code(block_len(w), w.params().coding),
          d_interleaver(w.n_data_rows(), w.bits_per_row()),
          d_bits(w.bits_per_frame()),
          d_received(w.bits_per_frame()),
          d_soft(w.bits_per_frame()),
          d_sent(w.bits_per_frame())
    {
        const auto fill = random_bits(d_bits.size() - d_code.coded_len());
        std::copy(fill.begin(), fill.end(), d_bits.begin() + d_code.coded_len());
    }

    void encode(span<const std::uint8_t> block, span<std::uint8_t> bits) override
    {
        d_code.encode(block, { d_bits.data(), std::size_t(d_code.coded_len()) });
        d_interleaver.interleave(d_bits, bits);
    }

    void decode(span<const std::int8_t> soft, span<std::uint8_t> block) override
    {
        require_len("soft", soft.size(), d_received.size());
        as_unsigned(soft.data(), soft.size(), d_received.data());
        d_interleaver.deinterleave(d_received, d_soft);
        d_code.decode({ d_soft.data(), std::size_t(d_code.coded_len()) }, block);
    }

    int bit_errors(span<const std::int8_t> soft, span<const std::uint8_t> block) override
    {
        encode(block, d_sent);
        return count_errors(soft.data(), d_sent.data(), int(soft.size()));
    }

private:
    convolutional_code d_code;
    interleaver d_interleaver;
    std::vector<std::uint8_t> d_bits;     // [bits_per_frame]: code word, fill
    std::vector<std::uint8_t> d_received; // [bits_per_frame], as received
    std::vector<std::uint8_t> d_soft;     // [bits_per_frame], neighbours together
    std::vector<std::uint8_t> d_sent;     // [bits_per_frame], encoded again
};

class ldpc_frame_code : public frame_code
{
public:
    explicit ldpc_frame_code(const waveform& w)
        : d_frame(w.bits_per_frame(), w.params().coding),
          d_code(d_frame.layout().n, w.params().coding),
          d_block_len(block_len(w)),
          d_known(random_bits(std::size_t(d_frame.layout().n_info) * n_words() -
                              8 * d_block_len)),
          d_fill(random_bits(w.bits_per_frame() - d_frame.n_sent())),
          d_sent(w.bits_per_frame()),
          d_encoder(d_frame, w.params().coding, d_known),
          d_decoder(d_frame, d_code, most_believed(w.params().coding), d_known)
    {
    }

    void encode(span<const std::uint8_t> block, span<std::uint8_t> bits) override
    {
        require_len("block", block.size(), d_block_len);
        require_len("bits", bits.size(), d_frame.n_sent() + d_fill.size());
        d_encoder.encode(block, bits.subspan(0, d_frame.n_sent()));
        std::copy(d_fill.begin(), d_fill.end(), bits.begin() + d_frame.n_sent());
    }

    void decode(span<const std::int8_t> soft, span<std::uint8_t> block) override
    {
        require_len("soft", soft.size(), d_frame.n_sent() + d_fill.size());
        require_len("block", block.size(), d_block_len);
        d_decoder.decode(soft.subspan(0, d_frame.n_sent()), block);
    }

    int bit_errors(span<const std::int8_t> soft, span<const std::uint8_t> block) override
    {
        if (!d_decoder.fulfilled()) { // parity bits, unlike the block, may be wrong
            encode(block, d_sent);
            return count_errors(soft.data(), d_sent.data(), int(soft.size()));
        }
        return d_decoder.n_turned() + count_errors(soft.data() + d_frame.n_sent(),
                                                   d_fill.data(),
                                                   int(d_fill.size()));
    }

private:
    int n_words() const { return d_frame.layout().n_words; }

    ldpc_frame d_frame;
    ldpc_code d_code;
    std::size_t d_block_len;
    std::vector<std::uint8_t> d_known; // information bits that the block leaves
    std::vector<std::uint8_t> d_fill;  // the end of the frame
    std::vector<std::uint8_t> d_sent;  // [bits_per_frame], encoded again
    ldpc_frame_encoder d_encoder;
    ldpc_frame_decoder d_decoder;
};

} // namespace

int frame_code::block_len(const waveform& w) { return w.payload_len() + CRC32_LEN; }

std::unique_ptr<frame_code> frame_code::make(const waveform& w)
{
    if (is_ldpc(w.params().coding)) {
        return std::make_unique<ldpc_frame_code>(w);
    }
    return std::make_unique<convolutional_frame_code>(w);
}

} // namespace dsp
} // namespace isac
} // namespace gr

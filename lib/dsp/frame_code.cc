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
#include <gnuradio/isac/dsp/ldpc_decoder.h>
#include <gnuradio/isac/dsp/ldpc_frame.h>
#include <gnuradio/isac/dsp/scrambler.h>
#include <algorithm>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int CERTAIN = 127; // as soft bit of a bit that the receiver knows

/// A channel that is surer than this is not believed more. Where a cell was estimated
/// wrongly its bits are wrong and sure, and the messages of checks must outweigh them: of
/// words with 3 % of such bits 2 % fail at rate 1/2, and without the clip nearly all do.
/// In white noise it costs 0.02 dB.
std::int8_t most_believed(coding rate) { return rate == coding::LDPC_1_2 ? 10 : 12; }

ISAC_SIMD void clip(std::int8_t* soft, std::size_t n, std::int8_t most)
{
    const std::int8_t least = -most;
    for (std::size_t i = 0; i < n; ++i) {
        const std::int8_t x = soft[i] < most ? soft[i] : most;
        soft[i] = x > least ? x : least;
    }
}

/// Signed soft bits to those of convolutional_code, six times as fine.
ISAC_SIMD void as_unsigned(const std::int8_t* soft, std::size_t n, std::uint8_t* out)
{
    for (std::size_t i = 0; i < n; ++i) {
        const int x = 128 - 6 * soft[i];
        out[i] = x < 0 ? 0 : x > 255 ? 255 : x;
    }
}

void fill_random(std::uint8_t* first, std::uint8_t* last)
{
    scrambler random;
    std::generate(first, last, [&] { return random.next_bit(); });
}

class convolutional_frame_code : public frame_code
{
public:
    explicit convolutional_frame_code(const waveform& w)
        : d_code(block_len(w), w.params().coding),
          d_interleaver(w.n_data_rows(), w.bits_per_row()),
          d_bits(w.bits_per_frame()),
          d_received(w.bits_per_frame()),
          d_soft(w.bits_per_frame())
    {
        fill_random(d_bits.data() + d_code.coded_len(), d_bits.data() + d_bits.size());
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

private:
    convolutional_code d_code;
    interleaver d_interleaver;
    std::vector<std::uint8_t> d_bits;     // [bits_per_frame]: code word, fill
    std::vector<std::uint8_t> d_received; // [bits_per_frame], as received
    std::vector<std::uint8_t> d_soft;     // [bits_per_frame], neighbours together
};

class ldpc_frame_code : public frame_code
{
public:
    explicit ldpc_frame_code(const waveform& w)
        : d_frame(w.bits_per_frame(), w.params().coding),
          d_code(d_frame.layout().n, w.params().coding),
          d_decoder(d_code),
          d_block_len(block_len(w)),
          d_most(most_believed(w.params().coding)),
          d_fill(w.bits_per_frame() - d_frame.n_sent()),
          d_words(std::size_t(d_code.n()) * n_words()),
          d_soft(d_words.size(), CERTAIN) // of the bits that are not sent: zeros
    {
        d_known.resize(std::size_t(d_frame.layout().n_info) * n_words() -
                       8 * d_block_len);
        fill_random(d_known.data(), d_known.data() + d_known.size());
        fill_random(d_fill.data(), d_fill.data() + d_fill.size());
    }

    void encode(span<const std::uint8_t> block, span<std::uint8_t> bits) override
    {
        require_len("block", block.size(), d_block_len);
        require_len("bits", bits.size(), d_frame.n_sent() + d_fill.size());
        unpack_bits(block.data(), d_block_len, d_words.data());
        std::copy(d_known.begin(), d_known.end(), d_words.begin() + 8 * d_block_len);
        d_code.encode(d_words, n_words());
        d_frame.interleave(d_words, bits.subspan(0, d_frame.n_sent()));
        std::copy(d_fill.begin(), d_fill.end(), bits.begin() + d_frame.n_sent());
    }

    void decode(span<const std::int8_t> soft, span<std::uint8_t> block) override
    {
        require_len("soft", soft.size(), d_frame.n_sent() + d_fill.size());
        require_len("block", block.size(), d_block_len);
        const auto n_info = std::size_t(d_frame.layout().n_info) * n_words();
        const auto n_parity = d_frame.n_sent() - n_info;
        d_frame.deinterleave(soft.subspan(0, d_frame.n_sent()), d_soft);
        clip(d_soft.data(), n_info, d_most);
        clip(d_soft.data() + d_soft.size() - n_parity, n_parity, d_most);
        for (std::size_t i = 0; i < d_known.size(); ++i) {
            d_soft[8 * d_block_len + i] = d_known[i] ? -CERTAIN : CERTAIN;
        }
        d_decoder.decode(d_soft, n_words(), { d_words.data(), n_info });
        pack_bits(d_words.data(), d_block_len, block.data());
    }

private:
    int n_words() const { return d_frame.layout().n_words; }

    ldpc_frame d_frame;
    ldpc_code d_code;
    ldpc_decoder d_decoder;
    std::size_t d_block_len;
    std::int8_t d_most;
    std::vector<std::uint8_t> d_known; // information bits that the block leaves
    std::vector<std::uint8_t> d_fill;  // the end of the frame
    std::vector<std::uint8_t> d_words; // [n, n_words]
    std::vector<std::int8_t> d_soft;   // [n, n_words]
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

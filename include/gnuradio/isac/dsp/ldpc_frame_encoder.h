/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_LDPC_FRAME_ENCODER_H
#define INCLUDED_ISAC_DSP_LDPC_FRAME_ENCODER_H

#include <gnuradio/isac/dsp/ldpc_code.h>
#include <gnuradio/isac/dsp/ldpc_frame.h>
#include <cstdint>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Bytes to the coded bits of a frame: what ldpc_code::encode() and
 * ldpc_frame::interleave() do, with 64 bits in a word until they go out.
 *
 * Turning a block of a quasi-cyclic code is shifting it by a number of bits, and what is
 * added stays in the first-level cache.
 */
class ISAC_API ldpc_frame_encoder
{
public:
    /*!
     * \param frame how the words lie in it
     * \param rate of the code
     * \param known what follows the block in the information bits, a byte a bit
     */
    ldpc_frame_encoder(const ldpc_frame& frame,
                       coding rate,
                       const std::vector<std::uint8_t>& known);

    /*!
     * \param block what leaves room in the information bits for just what is known
     * \param bits [n_sent], receives 0 and 1
     * \throws std::invalid_argument if a length is wrong.
     */
    void encode(span<const std::uint8_t> block, span<std::uint8_t> bits);

    /// Lets a processor with AVX2 use it (the default), or not: for tests.
    void use_avx2(bool allowed);

private:
    void add_parity();

    struct sent_row {
        std::size_t bit; // of d_bits, the first of n_words
        int turn;
    };

    ldpc_code d_code;
    int d_n_words;
    std::size_t d_block_len;
    std::vector<sent_row> d_rows;       // [bits of a word on the air]
    std::size_t d_parity, d_column_len; // of d_bits: where it begins, words a column
    std::vector<std::uint64_t> d_bits;  // information, then columns of parity
    std::vector<std::uint8_t> d_end;    // one row, and what is written past it
    bool d_avx2;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_LDPC_FRAME_ENCODER_H */

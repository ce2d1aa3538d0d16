/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_LDPC_FRAME_DECODER_H
#define INCLUDED_ISAC_DSP_LDPC_FRAME_DECODER_H

#include <gnuradio/isac/dsp/ldpc_decoder.h>
#include <gnuradio/isac/dsp/ldpc_frame.h>

namespace gr {
namespace isac {
namespace dsp {

/// Where one bit of all words is, see ldpc_frame.
struct frame_row {
    int row, turn;
};

/*!
 * The soft bits of a frame to the information bits of its LDPC words.
 *
 * What ldpc_frame and ldpc_decoder do one after the other, in one pass a batch: soft bits
 * go from the frame straight to where the decoder works, and signs come back as packed
 * bits. Words whose hard decisions fulfil all checks as they came, all of them at high
 * SNR, cost little more than this.
 */
class ISAC_API ldpc_frame_decoder
{
public:
    /*!
     * \param frame copied
     * \param code that of its words
     * \param most soft bits are clipped there
     * \param known the last information bits of the frame that is sent, 0 and 1, which
     *        the receiver knows
     * \throws std::invalid_argument if the code is not as long as the words.
     */
    ldpc_frame_decoder(const ldpc_frame& frame,
                       const ldpc_code& code,
                       std::int8_t most,
                       span<const std::uint8_t> known);

    /*!
     * \param soft [n_sent()] of the frame, positive is 0
     * \param info [whole bytes], receives as many information bits, bit 0 of a byte first
     * \throws std::invalid_argument if a length is wrong.
     */
    void decode(span<const std::int8_t> soft, span<std::uint8_t> info);

    /// Whether all words of the last frame fulfilled all checks in the end.
    bool fulfilled() const { return d_fulfilled; }

    /// Hard decisions of the last frame that were turned; a soft bit of 0 decides for 0.
    int n_turned() const { return d_n_turned; }

    /// Iterations of all batches of the last frame together.
    int n_iterations() const { return d_n_iterations; }

private:
    static constexpr int LANES = ldpc_decoder::N_LANES;

    void take_words(span<const std::int8_t> soft, int first, int n_lanes);
    void take_known(int first, int n_lanes);
    bool decode_batch();
    void give_info(int first);

    ldpc_frame d_frame;
    ldpc_decoder d_decoder;
    std::int8_t d_most;
    std::vector<frame_row> d_rows;   // of each bit on the air
    std::vector<int> d_unsent;       // rows that no soft bit comes for
    std::vector<std::int8_t> d_edge; // the first or last rows, with room around
    std::vector<std::uint8_t> d_known;
    std::vector<std::uint32_t> d_received, d_decided; // [n], a bit a word
    std::vector<std::uint8_t> d_info;                 // packed, with room behind
    bool d_fulfilled = false;
    int d_n_turned = 0, d_n_iterations = 0;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_LDPC_FRAME_DECODER_H */

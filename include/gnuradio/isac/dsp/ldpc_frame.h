/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_LDPC_FRAME_H
#define INCLUDED_ISAC_DSP_LDPC_FRAME_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/ldpc_code.h>
#include <gnuradio/isac/dsp/span.h>
#include <gnuradio/isac/waveform.h>
#include <cstdint>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * How the coded bits of a frame divide into LDPC words of equal length.
 *
 * If one word more than fits carries more all the same, the words are shortened: of each,
 * the last bits of information are zeros that are not sent. The words are the longest
 * that carry at least 98 % of what the best length carries: long words need less SNR. The
 * payload and its CRC-32 fill the information bits word after word but one bit at a time:
 * bit i is bit i / n_words of word i % n_words.
 */
struct ISAC_API ldpc_layout {
    /*! \throws std::invalid_argument if \p rate is not LDPC. */
    ldpc_layout(int n_bits, coding rate);

    int n = 0;           ///< bits of a word before shortening: 648, 1296 or 1944
    int n_words = 0;     ///< in a frame
    int n_info = 0;      ///< information bits in use of each word
    int n_sent = 0;      ///< bits of each word on the air
    int payload_len = 0; ///< bytes, a multiple of 16; 0 if a frame is too short
};

/*!
 * LDPC words to the coded bits of a frame and back.
 *
 * Bits go out one bit of all words after the other, so that each word is spread over the
 * whole frame. The bits of a word take turns in steps of the golden section: a lost row
 * takes bits of a word that are far apart in it. The words take turns too, so that no
 * word stays on the same subcarriers or on the weak bits of a QAM symbol. Both ways copy
 * whole rows of bits: no bit is moved for itself.
 */
class ISAC_API ldpc_frame
{
public:
    /*! \throws std::invalid_argument if \p rate is not LDPC or n_bits < one short word.
     */
    ldpc_frame(int n_bits, coding rate);

    const ldpc_layout& layout() const { return d_layout; }

    /// Bits of a frame that carry words; the rest is at its end.
    int n_sent() const { return d_layout.n_words * d_layout.n_sent; }

    /// Which bit of each word the \p i-th bit on the air is, 0 <= i < layout().n_sent.
    int row(int i) const;

    /// Where in a frame the \p i-th bit on the air of word \p word is.
    int place(int i, int word) const;

    /*!
     * \param words [n, n_words], a byte a bit
     * \param bits [n_sent()]
     */
    void interleave(span<const std::uint8_t> words, span<std::uint8_t> bits) const;

    /*!
     * \param soft [n_sent()]
     * \param words [n, n_words], written but for the rows that are not sent
     */
    void deinterleave(span<const std::int8_t> soft, span<std::int8_t> words) const;

    /// By how many words the \p i-th bit on the air has turned: place(i, w) is in column
    /// (w + turn(i)) % n_words of it.
    int turn(int i) const;

private:
    ldpc_layout d_layout;
    int d_n_shortened;
    int d_row_step, d_turn_step;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_LDPC_FRAME_H */

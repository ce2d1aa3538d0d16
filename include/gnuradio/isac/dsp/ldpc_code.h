/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_LDPC_CODE_H
#define INCLUDED_ISAC_DSP_LDPC_CODE_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/span.h>
#include <gnuradio/isac/waveform.h>
#include <cstdint>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/// Whether a code is one of the LDPC codes.
inline bool is_ldpc(coding c) { return c >= coding::LDPC_1_2; }

/*!
 * A low-density parity-check code: the bits of each row of its matrix sum to an even
 * number in every code word.
 *
 * Words are worked on side by side: an array of bits is [n, n_words], a byte a bit, so
 * that one row of it is one bit of all words and goes through SIMD as it is.
 */
class ISAC_API ldpc_code
{
public:
    /*!
     * A quasi-cyclic code of IEEE 802.11n: IEEE 802.11-2020, 19.3.11.7 and annex F.
     * \param n 648, 1296 or 1944
     * \param rate one of the LDPC codes
     * \throws std::invalid_argument if there is no such code.
     */
    ldpc_code(int n, coding rate);

    /*!
     * Any code, for decoding.
     * \param n bits of a word
     * \param rows of each check, the places of its bits in [0, n): two or more, none
     * twice \throws std::invalid_argument if a row breaks these rules.
     */
    ldpc_code(int n, std::vector<std::vector<int>> rows);

    int n() const { return d_n; }
    int k() const
    {
        return d_n - n_checks();
    } ///< of information, if checks are independent
    int n_checks() const { return static_cast<int>(d_rows.size()); }
    int n_edges() const; ///< ones in the matrix

    const std::vector<std::vector<int>>& rows() const { return d_rows; }

    bool can_encode() const { return d_circulant_len > 0; }

    /*!
     * Computes the parity bits of many words by back substitution: the parity part of
     * the matrix is a staircase behind one column of weight three.
     * \param words [n(), n_words], the first k() rows given, the others written
     * \throws std::invalid_argument if a length is wrong or this is no code of 802.11n.
     */
    void encode(span<std::uint8_t> words, int n_words) const;

    /// A block of the matrix: an identity turned by shift. Row and column are in blocks.
    struct circulant {
        int row, column, shift;
    };

    /// Codes of 802.11n: rows of a block, and the blocks of the information bits.
    int circulant_len() const { return d_circulant_len; }
    const std::vector<circulant>& circulants() const { return d_circulants; }

private:
    int d_n;
    int d_circulant_len = 0;
    std::vector<circulant> d_circulants;
    std::vector<std::vector<int>> d_rows;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_LDPC_CODE_H */

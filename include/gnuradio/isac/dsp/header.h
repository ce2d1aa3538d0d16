/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_HEADER_H
#define INCLUDED_ISAC_DSP_HEADER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/convolutional_code.h>
#include <gnuradio/isac/dsp/span.h>
#include <cstdint>
#include <optional>
#include <vector>

namespace gr {
namespace isac {

class waveform;

namespace dsp {

/// Bits of a header before coding: number 32, payload length 23, segmented 1,
/// modulation 4, coding 4, CRC 16.
constexpr int HEADER_LEN = 80;

/// Coded bits of a header: rate 1/2, six tail bits.
constexpr int HEADER_CODED_LEN = 2 * (HEADER_LEN + 6);

/// Copies of each coded bit on the air, at least: with four, at 0.5 dB less than the most
/// robust payload needs, one header in a thousand is lost.
constexpr int HEADER_MIN_COPIES = 4;

/// What a frame says about itself before its payload.
struct frame_header {
    std::uint32_t number = 0;      ///< frames sent, from 0
    std::uint32_t payload_len = 0; ///< bytes of payload in use; 0 is an idle frame
    bool segmented = false;        ///< the payload holds segments, see segmenter
    int modulation = 0;            ///< value of isac::modulation
    int coding = 0;                ///< value of isac::coding
};

/*!
 * Frame headers to QPSK bits and back.
 *
 * The header is encoded at rate 1/2 and repeated until its symbols are full, so
 * that it still decodes where the payload no longer does. No two copies of a bit lie
 * at the same distance, so no echo can cancel all copies of one bit, and the whole is
 * scrambled: equal copies would be lines in time.
 */
class ISAC_API header_codec
{
public:
    explicit header_codec(const waveform& w);

    /// Bits of one header on the air: n_header_symbols * 2 * (n_subcarriers - 1).
    int n_bits() const { return d_n_bits; }

    /// \param bits [n_bits()], receives 0 and 1.
    void encode(const frame_header& header, span<std::uint8_t> bits);

    /*!
     * \param llrs [n_bits()], log P(0)/P(1); NaN and infinite count as 0: not known.
     * \returns the header, or nothing if its CRC does not fit.
     */
    std::optional<frame_header> decode(span<const float> llrs);

private:
    int d_n_bits;
    convolutional_code d_code;
    std::vector<int> d_coded_bit;           // [n_bits], which coded bit each one repeats
    std::vector<std::uint8_t> d_scrambling; // [n_bits]
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_HEADER_H */

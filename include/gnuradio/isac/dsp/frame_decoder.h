/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_FRAME_DECODER_H
#define INCLUDED_ISAC_DSP_FRAME_DECODER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/frame_code.h>
#include <gnuradio/isac/dsp/span.h>
#include <gnuradio/isac/waveform.h>
#include <cstdint>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/// The soft bits of one frame to its payload: the inverse of frame_encoder.
class ISAC_API frame_decoder
{
public:
    explicit frame_decoder(const waveform& w);

    /*!
     * \param llrs [bits_per_frame], log P(0)/P(1). NaN and infinite count as 0: not
     * known. \param payload [payload_len], padding included; rubbish if the CRC does not
     * fit. \returns whether the CRC fits. \throws std::invalid_argument if a length is
     * wrong.
     */
    bool decode(span<const float> llrs, span<std::uint8_t> payload);

    /*!
     * The same from soft bits: decode(llrs) is decode(quantize_llrs(llrs)).
     * \param soft [bits_per_frame], LLR_STEPS steps an LLR, positive is 0
     */
    bool decode(span<const std::int8_t> soft, span<std::uint8_t> payload);

    /*! Hard decisions of the last frame that its payload, encoded again, contradicts,
     *  out of bits_per_frame. A soft bit of 0 decides for 0. 0 if its CRC did not fit. */
    int bit_errors() const { return d_bit_errors; }

private:
    std::unique_ptr<frame_code> d_code;
    std::vector<std::uint8_t> d_scrambling; // [payload_len + 4]
    std::vector<std::uint8_t> d_scrambled;  // [payload_len + 4], as decoded
    std::vector<std::uint8_t> d_block;      // [payload_len + 4]: payload, CRC
    std::vector<std::int8_t> d_soft;        // [bits_per_frame]
    int d_bit_errors = 0;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_FRAME_DECODER_H */

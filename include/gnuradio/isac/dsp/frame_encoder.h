/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_FRAME_ENCODER_H
#define INCLUDED_ISAC_DSP_FRAME_ENCODER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/frame_code.h>
#include <gnuradio/isac/dsp/span.h>
#include <gnuradio/isac/waveform.h>
#include <cstdint>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Payload bytes to the coded bits of one frame.
 *
 * Pads with zeros, appends a CRC-32, scrambles, encodes, fills what the code leaves of
 * the frame with scrambler bits, and interleaves over the whole frame. An empty payload
 * looks as random on the air as any other. The waveform names the code, see frame_code.
 */
class ISAC_API frame_encoder
{
public:
    explicit frame_encoder(const waveform& w);

    /*!
     * \param payload up to payload_len bytes
     * \param bits [bits_per_frame], receives 0 and 1
     * \throws std::invalid_argument if a length is wrong.
     */
    void encode(span<const std::uint8_t> payload, span<std::uint8_t> bits);

private:
    int d_payload_len;
    std::unique_ptr<frame_code> d_code;
    std::vector<std::uint8_t> d_scrambling; // [payload_len + 4]
    std::vector<std::uint8_t> d_block;      // [payload_len + 4]: payload, CRC
    std::vector<std::uint8_t> d_scrambled;  // [payload_len + 4]
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_FRAME_ENCODER_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_FRAME_CODE_H
#define INCLUDED_ISAC_DSP_FRAME_CODE_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/span.h>
#include <gnuradio/isac/waveform.h>
#include <cstdint>
#include <memory>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * The channel code and the interleaver of a frame: what stands between the scrambled
 * block of frame_encoder, payload and CRC, and the coded bits of the frame.
 */
class ISAC_API frame_code
{
public:
    /// The one that \p w asks for: convolutional or LDPC.
    static std::unique_ptr<frame_code> make(const waveform& w);

    virtual ~frame_code() = default;

    /// Bytes of a block: payload_len and a CRC-32.
    static int block_len(const waveform& w);

    /*!
     * \param block [block_len]
     * \param bits [bits_per_frame], receives 0 and 1. What the code leaves of a frame is
     *        filled with scrambler bits.
     */
    virtual void encode(span<const std::uint8_t> block, span<std::uint8_t> bits) = 0;

    /*!
     * \param soft [bits_per_frame], LLR_STEPS steps an LLR, positive is 0
     * \param block [block_len], the most likely
     */
    virtual void decode(span<const std::int8_t> soft, span<std::uint8_t> block) = 0;

    /*!
     * Hard decisions in \p soft, as just decoded, that \p block contradicts, encoded
     * again. A soft bit of 0 decides for 0.
     * \param block [block_len], as decoded, and right
     */
    virtual int bit_errors(span<const std::int8_t> soft,
                           span<const std::uint8_t> block) = 0;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_FRAME_CODE_H */

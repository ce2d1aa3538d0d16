/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_SEGMENTATION_H
#define INCLUDED_ISAC_DSP_SEGMENTATION_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/span.h>
#include <cstdint>
#include <optional>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/// The longest PDU that is carried: 64 MiB.
constexpr std::size_t MAX_PDU_LEN = std::size_t(64) << 20;

/*!
 * PDUs of any size to the payload of frames.
 *
 * A segmented payload is a row of segments, each of a header and data:
 *
 *     number 16 bits  PDUs before this one, modulo 2^16
 *     first   1 bit   a PDU begins here
 *     left   31 bits  bytes of the PDU from here to its end
 *     data            min(left, room to the end of the frame) bytes
 *
 * little-endian. Short PDUs share a frame; a long one goes on in the frames that follow,
 * with nothing in between, and ends with the CRC-32 of itself, which counts among left.
 */
class ISAC_API segmenter
{
public:
    static constexpr std::size_t HEADER_LEN = 6;

    /// Begins a PDU of up to MAX_PDU_LEN bytes, which must stay where it is until done.
    void start(span<const std::uint8_t> pdu);

    /// Nothing is left of the PDU; so it is before the first one.
    bool is_done() const { return d_left == 0; }

    /// Puts the next segment into the rest of a frame. \returns the bytes it takes, 0 if
    /// the rest is too short for one.
    std::size_t fill(span<std::uint8_t> rest);

private:
    const std::uint8_t* d_data = nullptr; // what is left, without the CRC
    std::size_t d_data_left = 0, d_left = 0;
    bool d_first = false, d_has_crc = false;
    std::uint32_t d_crc = 0;
    std::uint16_t d_number = 0xffff;
};

/*!
 * Segmented payloads back to PDUs, in order, each whole or not at all.
 *
 * A frame that is missing takes the PDUs with it that it had a part of; the next PDU is
 * not touched. What is kept is the beginning of one PDU at most.
 */
class ISAC_API reassembler
{
public:
    /*!
     * Takes the payload of one frame; then next() gives the PDUs that end in it.
     * \param number of the frame; one that goes back is a transmitter that began again.
     * \param payload the bytes in use, which must stay where they are meanwhile.
     */
    void take(std::uint32_t number, span<const std::uint8_t> payload);

    /// The next PDU, valid until the next call.
    std::optional<span<const std::uint8_t>> next();

    /// PDUs that were sent and have not come out; known once a later one has arrived.
    std::uint64_t lost() const { return d_lost; }

private:
    struct segment {
        std::uint16_t number;
        bool first;
        std::size_t left;
        span<const std::uint8_t> data;
    };

    segment next_segment();
    bool add(const segment& s);
    void count(std::uint16_t number);

    span<const std::uint8_t> d_rest{ nullptr, 0 }; // of the frame
    std::vector<std::uint8_t> d_pdu;               // as far as it has arrived
    std::size_t d_left = 0;                        // of it; 0: there is none
    std::uint16_t d_number = 0;                    // of it
    std::optional<std::uint32_t> d_next_frame;
    std::optional<std::uint16_t> d_next_pdu;
    std::uint64_t d_lost = 0;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_SEGMENTATION_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_FRAME_RESULT_H
#define INCLUDED_ISAC_FRAME_RESULT_H

#include <gnuradio/block.h>
#include <gnuradio/isac/dsp/segmentation.h>
#include <gnuradio/isac/frame_meta.h>
#include <algorithm>
#include <atomic>
#include <vector>

namespace gr {
namespace isac {

/// What comes of decoded frames, as messages and counts: what frame_decoder and receiver
/// share.
class frame_result
{
public:
    /// Registers the ports with \p block, which must outlive this object.
    explicit frame_result(gr::block& block) : d_block(block)
    {
        d_block.message_port_register_out(PDUS);
        d_block.message_port_register_out(FRAMES);
    }

    /*!
     * Publishes one decoded frame.
     * \param dict the isac_frame dictionary it came with
     * \param payload [payload_len], as decoded
     * \param bit_errors before decoding, of \p coded_bits; used only if the CRC fits
     */
    void publish(pmt::pmt_t dict,
                 const std::vector<std::uint8_t>& payload,
                 bool crc_ok,
                 int bit_errors,
                 int coded_bits)
    {
        ++d_frames;
        d_crc_errors += !crc_ok;
        dict = pmt::dict_add(dict, meta::CRC_OK, pmt::from_bool(crc_ok));
        if (crc_ok) {
            dict = pmt::dict_add(dict, meta::BIT_ERRORS, pmt::from_uint64(bit_errors));
            dict = pmt::dict_add(dict, meta::CODED_BITS, pmt::from_uint64(coded_bits));
        }
        const double n = meta::number_or(dict, meta::PAYLOAD_LEN, double(payload.size()));
        const auto used = std::min(payload.size(), static_cast<std::size_t>(n));
        d_block.message_port_pub(
            FRAMES,
            pmt::cons(dict,
                      crc_ok ? pmt::init_u8vector(used, payload.data()) : d_nothing));
        if (crc_ok && used > 0) {
            publish_pdus(dict, { payload.data(), used });
        }
    }

    std::uint64_t frames() const { return d_frames; }
    std::uint64_t crc_errors() const { return d_crc_errors; }
    std::uint64_t lost_pdus() const { return d_lost_pdus; }

private:
    inline static const pmt::pmt_t PDUS = pmt::mp("pdus");
    inline static const pmt::pmt_t FRAMES = pmt::mp("frames");

    void publish_pdus(const pmt::pmt_t& dict, dsp::span<const std::uint8_t> payload)
    {
        if (!pmt::is_true(pmt::dict_ref(dict, meta::SEGMENTED, pmt::PMT_F))) {
            publish_pdu(dict, payload);
            return;
        }
        const double number = meta::number_or(dict, meta::NUMBER, 0);
        d_reassembler.take(static_cast<std::uint32_t>(number), payload);
        while (const auto pdu = d_reassembler.next()) {
            publish_pdu(dict, *pdu);
        }
        d_lost_pdus = d_reassembler.lost();
    }

    void publish_pdu(const pmt::pmt_t& dict, dsp::span<const std::uint8_t> data)
    {
        d_block.message_port_pub(
            PDUS, pmt::cons(dict, pmt::init_u8vector(data.size(), data.data())));
    }

    gr::block& d_block;
    dsp::reassembler d_reassembler;
    const pmt::pmt_t d_nothing = pmt::make_u8vector(0, 0);
    std::atomic<std::uint64_t> d_frames{ 0 }, d_crc_errors{ 0 }, d_lost_pdus{ 0 };
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_FRAME_RESULT_H */

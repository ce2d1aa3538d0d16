/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_FRAME_RESULT_H
#define INCLUDED_ISAC_FRAME_RESULT_H

#include <gnuradio/block.h>
#include <gnuradio/isac/frame_meta.h>
#include <algorithm>
#include <vector>

namespace gr {
namespace isac {

/// The message ports of a decoded frame: what frame_decoder and receiver share.
namespace frame_result {

inline const pmt::pmt_t PDUS = pmt::mp("pdus");
inline const pmt::pmt_t FRAMES = pmt::mp("frames");

inline void register_ports(gr::block& block)
{
    block.message_port_register_out(PDUS);
    block.message_port_register_out(FRAMES);
}

/*!
 * Publishes one decoded frame.
 * \param dict the isac_frame dictionary it came with
 * \param payload [payload_len], as decoded
 * \param bit_errors before decoding, of \p coded_bits; used only if the CRC fits
 */
inline void publish(gr::block& block,
                    pmt::pmt_t dict,
                    const std::vector<std::uint8_t>& payload,
                    bool crc_ok,
                    int bit_errors,
                    int coded_bits)
{
    dict = pmt::dict_add(dict, meta::CRC_OK, pmt::from_bool(crc_ok));
    if (crc_ok) {
        dict = pmt::dict_add(dict, meta::BIT_ERRORS, pmt::from_uint64(bit_errors));
        dict = pmt::dict_add(dict, meta::CODED_BITS, pmt::from_uint64(coded_bits));
    }
    block.message_port_pub(FRAMES, pmt::cons(dict, pmt::make_u8vector(0, 0)));

    const double used = meta::number_or(dict, meta::PAYLOAD_LEN, double(payload.size()));
    const auto n = std::min<std::size_t>(payload.size(), static_cast<std::size_t>(used));
    if (crc_ok && n > 0) {
        block.message_port_pub(PDUS,
                               pmt::cons(dict, pmt::init_u8vector(n, payload.data())));
    }
}

} // namespace frame_result
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_FRAME_RESULT_H */

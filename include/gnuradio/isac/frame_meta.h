/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_FRAME_META_H
#define INCLUDED_ISAC_FRAME_META_H

#include <pmt/pmt.h>

namespace gr {
namespace isac {

/*!
 * What is known about one frame. A stream carries it as the value of one tag,
 * isac_frame, on the first item of the frame; a PDU carries the same dictionary
 * as its metadata. Blocks add keys and never remove any.
 */
namespace meta {

/// The tag key. The tag value is a dictionary of the keys below.
inline const pmt::pmt_t FRAME = pmt::mp("isac_frame");

inline const pmt::pmt_t NUMBER = pmt::mp("number"); ///< uint64, sent frames from 0
inline const pmt::pmt_t PAYLOAD_LEN =
    pmt::mp("payload_len"); ///< uint64, bytes; 0 is idle
inline const pmt::pmt_t SEGMENTED =
    pmt::mp("segmented"); ///< bool, the payload holds PDUs in segments; absent: false
inline const pmt::pmt_t RX_TIME =
    pmt::mp("rx_time_s"); ///< double, the first path of the first row begins
inline const pmt::pmt_t WINDOW =
    pmt::mp("window_s"); ///< double, the first sample of the frame, from rx_time_s on
inline const pmt::pmt_t CFO = pmt::mp("cfo_hz"); ///< double, estimated and removed
inline const pmt::pmt_t SFO =
    pmt::mp("sfo_ppm"); ///< double, received per sent samples, less 1; 0 until known
inline const pmt::pmt_t SNR = pmt::mp("snr_db"); ///< double, per occupied cell
inline const pmt::pmt_t NOISE_VAR =
    pmt::mp("noise_var"); ///< double, E|n|^2 per sample and per cell
inline const pmt::pmt_t CRC_OK = pmt::mp("crc_ok"); ///< bool, set by frame_decoder
inline const pmt::pmt_t BIT_ERRORS =
    pmt::mp("bit_errors"); ///< uint64, before decoding; only with crc_ok
inline const pmt::pmt_t CODED_BITS =
    pmt::mp("coded_bits"); ///< uint64, that bit_errors counts among
inline const pmt::pmt_t COLUMNS = pmt::mp(
    "columns"); ///< symbol, of a table: their names in order, a space between them
inline const pmt::pmt_t SIGHT_TIME =
    pmt::mp("sight_time_s"); ///< double, the first row begins, by the line of sight
inline const pmt::pmt_t SIGHT_SNR =
    pmt::mp("sight_snr_db"); ///< double, of the line of sight in one cell
inline const pmt::pmt_t DRIFT =
    pmt::mp("drift_ppm"); ///< double, by which the line of sight gets later

/// The number under \p key, or \p otherwise if there is none or it is no number.
inline double number_or(const pmt::pmt_t& dict, const pmt::pmt_t& key, double otherwise)
{
    if (!pmt::is_dict(dict)) {
        return otherwise;
    }
    const auto value = pmt::dict_ref(dict, key, pmt::PMT_NIL);
    if (pmt::is_uint64(value)) {
        return static_cast<double>(pmt::to_uint64(value));
    }
    return pmt::is_real(value) || pmt::is_integer(value) ? pmt::to_double(value)
                                                         : otherwise;
}

} // namespace meta
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_FRAME_META_H */

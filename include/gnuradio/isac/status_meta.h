/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_STATUS_META_H
#define INCLUDED_ISAC_STATUS_META_H

#include <pmt/pmt.h>

namespace gr {
namespace isac {

/*!
 * What the status port of frame_sync and receiver says: a dictionary of these keys. The
 * counts run from the start of the flowgraph.
 *
 * Values of state: frame, clipping, level too low, no preamble, CFO beyond reach, wrong
 * waveform, header CRC failed, payload SNR too low, payload CRC failed, samples lost, bad
 * samples, frame cut.
 */
namespace status {

inline const pmt::pmt_t STATE = pmt::mp("state");     ///< text, one of those above
inline const pmt::pmt_t MESSAGE = pmt::mp("message"); ///< text, what to do about it
inline const pmt::pmt_t TIME =
    pmt::mp("rx_time_s");                          ///< double, of the end of what it says
inline const pmt::pmt_t PEAK = pmt::mp("peak_db"); ///< double, of full scale, I or Q
inline const pmt::pmt_t RMS = pmt::mp("rms_db");   ///< double, of full scale, complex
inline const pmt::pmt_t CLIPPED =
    pmt::mp("clipped");                          ///< double, share of I and Q at the peak
inline const pmt::pmt_t SNR = pmt::mp("snr_db"); ///< double, of the last frame, per cell
inline const pmt::pmt_t SNR_NEEDED =
    pmt::mp("snr_needed_db"); ///< double, for the payload; receiver only
inline const pmt::pmt_t CFO =
    pmt::mp("cfo_hz"); ///< double, of the last preamble, too far off or not
inline const pmt::pmt_t FRAMES = pmt::mp("frames"); ///< uint64, found, header read
inline const pmt::pmt_t HEADER_ERRORS =
    pmt::mp("header_errors"); ///< uint64, preamble ours, CRC of the header failed
inline const pmt::pmt_t OTHER_WAVEFORMS =
    pmt::mp("other_waveforms"); ///< uint64, a preamble or header of another waveform
inline const pmt::pmt_t CFO_TOO_BIG =
    pmt::mp("cfo_too_big"); ///< uint64, preambles ours, but too far off
inline const pmt::pmt_t BROKEN_FRAMES =
    pmt::mp("broken_frames"); ///< uint64, samples missing inside, or cut by the end
inline const pmt::pmt_t LOST_SAMPLES =
    pmt::mp("lost_samples"); ///< uint64, missing in the stream, as far as known
inline const pmt::pmt_t BAD_SAMPLES =
    pmt::mp("bad_samples"); ///< uint64, NaN or infinite, as far as looked at
inline const pmt::pmt_t SILENT_SAMPLES =
    pmt::mp("silent_samples"); ///< uint64, searched since the last preamble
inline const pmt::pmt_t PAYLOAD_ERRORS =
    pmt::mp("payload_errors"); ///< uint64, CRC of the payload failed; receiver only

} // namespace status
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_STATUS_META_H */

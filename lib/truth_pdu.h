/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_TRUTH_PDU_H
#define INCLUDED_ISAC_TRUTH_PDU_H

#include <gnuradio/isac/dsp/scene_channel.h>
#include <gnuradio/isac/frame_meta.h>
#include <cstdint>

namespace gr {
namespace isac {

/// Keys that only a truth has, beside meta::NUMBER.
namespace meta {
inline const pmt::pmt_t TIME = pmt::mp("time_s"); ///< double, middle of the frame's rows
inline const pmt::pmt_t LEAKAGE = pmt::mp("leakage"); ///< bool, the last row is leakage
} // namespace meta

/// What every ray is in the middle of the rows of the frame that begins at a sample.
pmt::pmt_t truth_pdu(const dsp::scene_channel& channel,
                     const waveform& w,
                     std::uint64_t first_sample,
                     std::uint64_t number);

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_TRUTH_PDU_H */

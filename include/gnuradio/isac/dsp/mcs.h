/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_MCS_H
#define INCLUDED_ISAC_DSP_MCS_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/waveform.h>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/// One modulation and coding scheme and what it asks of a channel.
struct mcs {
    isac::modulation modulation;
    isac::coding coding;
    double bits_per_cell;   ///< information bits of a data cell
    double required_snr_db; ///< see required_snr_db()
};

/// All schemes, the least bits_per_cell first.
ISAC_API const std::vector<mcs>& mcs_table();

/*!
 * The SNR of a data cell, its Es/N0, at which one code word in a hundred fails in white
 * noise: a word of 1944 bits for the LDPC codes, the whole frame of the lab waveform for
 * the convolutional ones. A frame of a hundred LDPC words needs 0.4 dB more for the same
 * share of frames. bench/mcs.py measures the numbers.
 */
ISAC_API double required_snr_db(modulation m, coding c);

/*!
 * The LDPC scheme that carries most at an SNR, or the most robust one if none will do.
 * \param snr_db of a data cell
 * \param margin_db kept above required_snr_db, for frames of many words, fading and what
 *        a receiver loses
 */
ISAC_API const mcs& select_mcs(double snr_db, double margin_db = 2.0);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_MCS_H */

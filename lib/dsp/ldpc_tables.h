/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_LDPC_TABLES_H
#define INCLUDED_ISAC_DSP_LDPC_TABLES_H

#include <gnuradio/isac/waveform.h>

namespace gr {
namespace isac {
namespace dsp {

/// Columns of blocks in each parity-check matrix of IEEE 802.11n.
constexpr int LDPC_COLUMNS = 24;

/*!
 * The part of a parity-check matrix that meets the information bits, in circulants of
 * n / 24 bits: [24 - k_blocks, k_blocks] row-major, k_blocks = 24 k / n. An entry is the
 * cyclic shift of a circulant, -1 is no circulant. The part that meets the parity bits is
 * the same for all of them, see ldpc_code.cc. IEEE 802.11-2020, annex F.
 *
 * \throws std::invalid_argument if there is no such code.
 */
const signed char* ldpc_table(int n, coding rate);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_LDPC_TABLES_H */

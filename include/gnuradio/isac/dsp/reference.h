/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_REFERENCE_H
#define INCLUDED_ISAC_DSP_REFERENCE_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/waveform.h>
#include <complex>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/// The known chips of a data row, QPSK of power 1: [n_pilots], in the order of
/// pilot_chips(). DFT precoding only.
ISAC_API std::vector<std::complex<float>> pilot_chips(const waveform& w);

/// Whether the chirp of this reference row falls: that of every second one does.
ISAC_API bool chirp_falls(const waveform& w, int row);

/*!
 * A reference row, [n_dft] cells in ascending frequency, mean power 1: a chirp over all
 * chips but the guard. Without a guard its envelope is flat in time and over the cells
 * (Chu). With one, turns of "flat over the cells" and "nothing in the guard" end near
 * both (Gerchberg and Saxton). DFT precoding only.
 *
 * An echo's Doppler moves a chirp in time as a delay would, one way if it rises and the
 * other way if it falls. Taking turns, the references tell delays without a bias.
 *
 * Chu, "Polyphase codes with good periodic correlation properties", IEEE Trans. Inf.
 * Theory 18(4), 1972. Gerchberg and Saxton, "A practical algorithm for the determination
 * of phase from image and diffraction plane pictures", Optik 35, 1972.
 */
ISAC_API std::vector<std::complex<float>> reference_cells(const waveform& w, bool falls);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_REFERENCE_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_PREAMBLE_H
#define INCLUDED_ISAC_DSP_PREAMBLE_H

#include <gnuradio/isac/dsp/header.h>
#include <gnuradio/isac/dsp/ofdm.h>
#include <gnuradio/isac/dsp/symbol_mapper.h>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * A synchronisation symbol as a grid row, [n_subcarriers].
 *
 * Only cells an even number away from DC are used, at twice the power: in time its two
 * halves are equal, which a receiver sees before it knows anything, and the odd cells
 * show it the noise. The sequence is drawn from the layout of the waveform (all but
 * modulation and coding, which the header tells): a receiver of another one refuses it.
 *
 * Schmidl and Cox, "Robust frequency and timing synchronization for OFDM", IEEE Trans.
 * Commun. 45(12), 1997.
 */
ISAC_API std::vector<std::complex<float>> sync_row(const waveform& w);

/*!
 * What stands before the rows of a frame: two synchronisation symbols, which repeat the
 * same half symbol over 2 * symbol_len samples, and the header symbols.
 *
 * A header symbol carries QPSK in every cell but DC: the channel is known from the
 * synchronisation symbols right before it.
 */
class ISAC_API preamble
{
public:
    explicit preamble(const waveform& w);

    /*!
     * \param header of the frame that follows; modulation and coding are taken from the
     *               waveform.
     * \param samples [preamble_len].
     * \throws std::invalid_argument if a length is wrong.
     */
    void make(frame_header header, span<std::complex<float>> samples);

private:
    waveform d_waveform;
    header_codec d_codec;
    symbol_mapper d_mapper;
    ofdm_modulator d_modulator;
    std::vector<std::complex<float>> d_sync;    // [2 * symbol_len]
    std::vector<std::uint8_t> d_bits;           // [codec.n_bits()]
    std::vector<std::complex<float>> d_symbols; // [n_subcarriers - 1]
    std::vector<std::complex<float>> d_row;     // [n_subcarriers]
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_PREAMBLE_H */

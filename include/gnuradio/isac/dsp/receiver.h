/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_RECEIVER_H
#define INCLUDED_ISAC_DSP_RECEIVER_H

#include <gnuradio/isac/dsp/channel_estimator.h>
#include <gnuradio/isac/dsp/dft_spread.h>
#include <gnuradio/isac/dsp/equalizer.h>
#include <gnuradio/isac/dsp/frame_decoder.h>
#include <gnuradio/isac/dsp/ofdm.h>
#include <gnuradio/isac/dsp/symbol_demapper.h>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Samples of a frame that has been found to its payload, symbol by symbol:
 * ofdm_demodulator, channel_estimator, equalizer, dft_despreader, symbol_demapper and
 * frame_decoder in one pass.
 */
class ISAC_API receiver
{
public:
    explicit receiver(const waveform& w, interpolation method = interpolation::WIENER);

    /*!
     * Takes one row of the frame.
     * \param index of the row, in [0, n_symbols).
     * \param samples [symbol_len], from its prefix on, carrier offset removed.
     * \param noise_var E|n|^2 of a sample.
     * \param row [n_subcarriers], receives the row as it came.
     * \param symbols [n_data], receives the equalised data symbols.
     * \throws std::invalid_argument if a length is wrong.
     */
    void take_row(int index,
                  span<const std::complex<float>> samples,
                  float noise_var,
                  span<std::complex<float>> row,
                  span<std::complex<float>> symbols);

    /// Decodes the rows taken. \param payload [payload_len]. \returns CRC fits.
    bool finish(span<std::uint8_t> payload);

    /// Of the frame last finished, before decoding; see frame_decoder.
    int bit_errors() const { return d_decoder.bit_errors(); }

    /// Soft bits of the rows taken, [bits_per_frame].
    span<const float> llrs() const { return d_llrs; }

private:
    waveform d_waveform;
    ofdm_demodulator d_demodulator;
    channel_estimator d_channel_estimator;
    equalizer d_equalizer;
    dft_despreader d_despreader;
    symbol_demapper d_demapper;
    frame_decoder d_decoder;
    std::vector<std::complex<float>> d_channel; // [n_subcarriers]
    std::vector<float> d_noise;                 // [n_data]
    std::vector<float> d_llrs;                  // [bits_per_frame]
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_RECEIVER_H */

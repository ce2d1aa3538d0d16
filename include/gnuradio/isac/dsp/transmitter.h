/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_TRANSMITTER_H
#define INCLUDED_ISAC_DSP_TRANSMITTER_H

#include <gnuradio/isac/dsp/dft_spread.h>
#include <gnuradio/isac/dsp/frame_encoder.h>
#include <gnuradio/isac/dsp/grid.h>
#include <gnuradio/isac/dsp/preamble.h>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Payload to samples, symbol by symbol: frame_encoder, symbol_mapper, dft_spreader,
 * grid_mapper, ofdm_modulator and preamble in one pass.
 */
class ISAC_API transmitter
{
public:
    explicit transmitter(const waveform& w);

    /*!
     * Begins a frame.
     * \param number frames sent before this one.
     * \param payload up to payload_len bytes; none makes an idle frame.
     * \param preamble [preamble_len], receives the first samples of the frame.
     * \param segmented the payload holds segments, see segmenter.
     * \throws std::invalid_argument if a length is wrong.
     */
    void start(std::uint32_t number,
               span<const std::uint8_t> payload,
               span<std::complex<float>> preamble,
               bool segmented = false);

    /// The same without the preamble, for who wants the rows alone: they do not depend
    /// on the number.
    void start_rows(span<const std::uint8_t> payload);

    /*!
     * Makes one row of the frame.
     * \param index of the row, in [0, n_symbols).
     * \param row [n_subcarriers], receives the grid row; or empty.
     * \param samples [symbol_len], receives the symbol; or empty.
     */
    void
    make_row(int index, span<std::complex<float>> row, span<std::complex<float>> samples);

private:
    row_mapper make_row_mapper(float scale, int len) const;
    const std::complex<float>* make_bins(span<const std::uint8_t> bits);
    void make_cells(span<const std::uint8_t> bits, span<std::complex<float>> row);

    waveform d_waveform;
    frame_encoder d_encoder;
    dft_spreader d_spreader;
    grid_mapper d_grid;
    ofdm_modulator d_modulator;
    dsp::preamble d_preamble;
    row_mapper d_to_bins;                     // OFDM: of the IFFT
    row_mapper d_to_cells;                    // OFDM: of the grid row, for who wants it
    row_mapper d_to_chips;                    // DFT-s-OFDM
    std::vector<std::uint8_t> d_bits;         // [bits_per_frame]
    std::vector<std::complex<float>> d_cells; // [n_dft]
    volk::vector<std::complex<float>> d_bins; // [fft_len], zero where no cell ever is
    std::vector<std::complex<float>> d_references[2]; // [symbol_len], rising and falling
    std::vector<int> d_data_row; // [n_symbols], data rows before each
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_TRANSMITTER_H */

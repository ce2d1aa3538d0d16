/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_SPREAD_ROW_DEMAPPER_H
#define INCLUDED_ISAC_DSP_SPREAD_ROW_DEMAPPER_H

#include <gnuradio/isac/dsp/channel_estimator.h>
#include <gnuradio/isac/dsp/fft.h>
#include <gnuradio/isac/dsp/mmse_gains.h>
#include <gnuradio/isac/dsp/row_demapper.h>
#include <volk/volk_alloc.hh>
#include <cstdint>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * A received data row of DFT-s-OFDM and its channel to soft bits: what equalizer,
 * dft_despreader, symbol_demapper and quantize_llrs make of it one after the other, give
 * or take a step of rounding, in one pass before the inverse DFT and one behind it.
 */
class ISAC_API spread_row_demapper
{
public:
    explicit spread_row_demapper(const waveform& w);

    /*!
     * \param row the received cells.
     * \param channel what they passed.
     * \param noise_var E|n|^2 of a cell.
     * \param soft [bits_per_row + SLACK]; what lies behind bits_per_row may be
     * overwritten. 0 all over if row or channel are lost: zero or not finite.
     * \throws std::invalid_argument if the length is wrong.
     */
    void demap(const row_view& row,
               const row_channel& channel,
               double noise_var,
               span<std::int8_t> soft);

    /*! The data symbols behind these soft bits, unbiased; 0 if the row was lost.
     *  \param symbols [n_data]. \throws std::invalid_argument if the length is wrong. */
    void symbols(span<std::complex<float>> symbols) const;

    /// Soft bits behind those of a row that demap() may overwrite.
    static constexpr int SLACK = row_demapper::SLACK;

private:
    float equalize(const row_view& row, const row_channel& channel, float noise_var);
    std::complex<float> common_phasor() const;

    waveform d_waveform;
    fft d_idft;
    int d_half;                                        // cells on either side of DC
    float d_amplitude;                                 // of a chip
    float d_chip_scale, d_half_distance, d_soft_scale; // of chips, amplitudes, soft bits
    std::vector<std::complex<float>> d_pilots;
    std::vector<std::uint8_t> d_keep; // see demap_job
    std::vector<int> d_places;
    mmse_gains d_gains;
    volk::vector<std::complex<float>> d_bins;  // [n_dft], above DC and then below it
    volk::vector<std::complex<float>> d_chips; // [n_dft], rounded up
    std::complex<float> d_gain = 0;            // of the chips, to symbols
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_SPREAD_ROW_DEMAPPER_H */

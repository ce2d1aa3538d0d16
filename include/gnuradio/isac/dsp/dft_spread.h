/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_DFT_SPREAD_H
#define INCLUDED_ISAC_DSP_DFT_SPREAD_H

#include <gnuradio/isac/dsp/fft.h>
#include <gnuradio/isac/dsp/row_filler.h>
#include <gnuradio/isac/dsp/row_mapper.h>
#include <gnuradio/isac/waveform.h>
#include <volk/volk_alloc.hh>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * DFT-s-OFDM: puts the data symbols of a row between its pilot chips and before its
 * guard, and spreads all chips over its cells.
 *
 * Chip i is sent at i / n_dft of the symbol. Chips are scaled so that the mean power of a
 * cell is 1, whatever the guard takes from it.
 */
class ISAC_API dft_spreader
{
public:
    explicit dft_spreader(const waveform& w);

    /*!
     * \param symbols [n_data], unit mean power.
     * \param cells [n_dft], ascending frequency; may be \p symbols.
     * \throws std::invalid_argument if a length is wrong.
     */
    void spread(span<const std::complex<float>> symbols, span<std::complex<float>> cells);

    /// Maps coded bits straight to the chips that transform() takes.
    row_mapper make_mapper(isac::modulation modulation) const;

    /*!
     * The DFT of a row's chips.
     * \param chips [n_dft], what make_mapper() maps to.
     * \returns [n_dft], the cells above DC and then those below it, until the next call.
     */
    span<const std::complex<float>> transform(const std::complex<float>* chips);

    /// The same in ascending frequency, \p cells [n_dft].
    void transform(const std::complex<float>* chips, span<std::complex<float>> cells);

    /// The same for all chips at once. \param chips [n_dft], those of the guard included.
    void spread_chips(span<const std::complex<float>> chips,
                      span<std::complex<float>> cells);

private:
    int d_n_data;
    fft d_dft;
    float d_scale;
    std::vector<int> d_data_chips;            // as waveform::data_chips
    std::vector<std::complex<float>> d_known; // [n_dft], scaled, zeros elsewhere
    row_filler d_filler;
    volk::vector<std::complex<float>> d_chips, d_all; // [n_dft], scaled
    volk::vector<std::complex<float>> d_bins;         // [n_dft]
};

/*!
 * Undoes dft_spreader behind an equaliser.
 *
 * Cells arrive unbiased with noise variances v[k]. Their MMSE combination weighs each by
 * w[k] = 1 / (1 + v[k]); with m the mean weight, the chips divided by m are unbiased
 * again and all have the noise (1 - m) / m, interference included. The pilot chips then
 * show the phase that all chips of the row have in common, and it is taken out.
 *
 * Sari, Karam, Jeanclaude, "Transmission techniques for digital terrestrial TV
 * broadcasting", IEEE Commun. Mag. 33(2), 1995.
 */
class ISAC_API dft_despreader
{
public:
    explicit dft_despreader(const waveform& w);

    /*!
     * \param cells [n_dft], unbiased.
     * \param cell_noise [n_dft], E|n|^2 of each; infinite means the cell is lost.
     * \param symbols [n_data], unbiased.
     * \param symbol_noise [n_data].
     * \throws std::invalid_argument if a length is wrong.
     */
    void despread(span<const std::complex<float>> cells,
                  span<const float> cell_noise,
                  span<std::complex<float>> symbols,
                  span<float> symbol_noise);

private:
    waveform d_waveform;
    fft d_idft;
    float d_scale;
    std::vector<std::complex<float>> d_pilots;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_DFT_SPREAD_H */

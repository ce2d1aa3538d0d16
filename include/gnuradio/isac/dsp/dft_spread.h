/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_DFT_SPREAD_H
#define INCLUDED_ISAC_DSP_DFT_SPREAD_H

#include <gnuradio/isac/dsp/fft.h>
#include <gnuradio/isac/waveform.h>

namespace gr {
namespace isac {
namespace dsp {

/// DFT-s-OFDM: spreads the data symbols of a row over its data cells, unitary.
class ISAC_API dft_spreader
{
public:
    explicit dft_spreader(const waveform& w);

    /*!
     * \param symbols [n_data].
     * \param cells [n_data], may be \p symbols.
     */
    void spread(span<const std::complex<float>> symbols, span<std::complex<float>> cells);

private:
    fft d_dft;
};

/*!
 * Undoes dft_spreader behind an equaliser.
 *
 * Cells arrive unbiased with noise variances v[k]. Their MMSE combination weighs each by
 * w[k] = 1 / (1 + v[k]); with m the mean weight, the symbols divided by m are unbiased
 * again and all have the noise (1 - m) / m, interference included.
 *
 * Sari, Karam, Jeanclaude, "Transmission techniques for digital terrestrial TV
 * broadcasting", IEEE Commun. Mag. 33(2), 1995.
 */
class ISAC_API dft_despreader
{
public:
    explicit dft_despreader(const waveform& w);

    /*!
     * \param cells [n_data], unbiased.
     * \param cell_noise [n_data], E|n|^2 of each; infinite means the cell is lost.
     * \param symbols [n_data], unbiased; may be \p cells.
     * \param symbol_noise [n_data], may be \p cell_noise.
     */
    void despread(span<const std::complex<float>> cells,
                  span<const float> cell_noise,
                  span<std::complex<float>> symbols,
                  span<float> symbol_noise);

private:
    fft d_idft;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_DFT_SPREAD_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_EQUALIZER_H
#define INCLUDED_ISAC_DSP_EQUALIZER_H

#include <gnuradio/isac/dsp/grid.h>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Data cells of one row, freed of the channel: one-tap MMSE without its bias.
 *
 * The MMSE estimate of a unit-power symbol is y conj(h) / (|h|^2 + s2). Dividing out
 * its bias |h|^2 / (|h|^2 + s2) leaves y / h, with noise variance s2 / |h|^2: what soft
 * demapping needs, and what dft_despreader turns into the MMSE of DFT-s-OFDM.
 */
class ISAC_API equalizer
{
public:
    explicit equalizer(const waveform& w);

    /*!
     * \param row [n_subcarriers], received.
     * \param channel [n_subcarriers].
     * \param noise_var E|n|^2 of a cell of \p row.
     * \param symbols [n_dft], unbiased.
     * \param symbol_noise [n_dft], E|n|^2 of each; infinite where the channel is 0 or
     *                     not finite, and the symbol is 0 there.
     * \throws std::invalid_argument if a length is wrong.
     */
    void equalize(span<const std::complex<float>> row,
                  span<const std::complex<float>> channel,
                  float noise_var,
                  span<std::complex<float>> symbols,
                  span<float> symbol_noise) const;

private:
    int d_row_len;
    std::vector<int> d_cells;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_EQUALIZER_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_GRID_H
#define INCLUDED_ISAC_DSP_GRID_H

#include <gnuradio/isac/dsp/row_filler.h>
#include <gnuradio/isac/dsp/span.h>
#include <gnuradio/isac/waveform.h>
#include <complex>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/// The pilots of every OFDM row, +1 or -1: [n_pilots], in the order of pilot_cells().
ISAC_API std::vector<float> pilot_sequence(const waveform& w);

/*!
 * Data symbols to grid rows: fills data and pilot cells, leaves DC empty. With DFT
 * precoding the data of rows are the n_dft cells that dft_spreader makes, and it has the
 * reference rows.
 */
class ISAC_API grid_mapper
{
public:
    explicit grid_mapper(const waveform& w);

    /*!
     * \param data [n_dft], unit mean power.
     * \param row [n_subcarriers], ascending frequency.
     * \throws std::invalid_argument if a length is wrong.
     */
    void map(span<const std::complex<float>> data, span<std::complex<float>> row) const;

    /// The reference row of this index, [n_subcarriers]; empty without DFT precoding.
    span<const std::complex<float>> reference(int row) const;

private:
    int d_n_data, d_row_len;
    row_filler d_filler;
    const waveform d_waveform;
    std::vector<std::complex<float>> d_references[2]; // with a chirp that rises, falls
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_GRID_H */

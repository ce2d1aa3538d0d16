/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_ROW_DEMAPPER_H
#define INCLUDED_ISAC_DSP_ROW_DEMAPPER_H

#include <gnuradio/isac/dsp/channel_estimator.h>
#include <gnuradio/isac/dsp/folded_channel.h>
#include <volk/volk_alloc.hh>
#include <cstdint>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * A received OFDM row and its channel to soft bits, in one pass: what equalizer,
 * symbol_demapper and quantize_llrs make of it one after the other, give or take a step
 * of rounding. Where a cell is received with so much power that a neighbouring amplitude
 * is SOFT_MAX away, more counts as that much.
 */
class ISAC_API row_demapper
{
public:
    explicit row_demapper(const waveform& w);

    /*!
     * \param row the received cells.
     * \param channel what they passed.
     * \param noise_var E|n|^2 of a cell.
     * \param soft [bits_per_row + SLACK]; what lies behind bits_per_row may be
     * overwritten. 0 all over if the row is lost. \throws std::invalid_argument if the
     * length is wrong.
     */
    void demap(const row_view& row,
               const row_channel& channel,
               double noise_var,
               span<std::int8_t> soft);

    /// Soft bits behind those of a row that demap() may overwrite.
    static constexpr int SLACK = 256;

private:
    const std::complex<float>* cells_of(const row_view& row);

    waveform d_waveform;
    double d_half_distance; // of amplitudes
    int d_n_cells;          // n_subcarriers, rounded up
    folded_channel d_folded;
    std::vector<std::uint8_t> d_keep;          // [n_cells / 8], cells of data
    std::vector<int> d_places;                 // [n_cells / 8], of the first soft bit
    volk::vector<std::complex<float>> d_cells; // [n_cells]
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_ROW_DEMAPPER_H */

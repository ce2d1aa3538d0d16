/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_HEADER_READER_H
#define INCLUDED_ISAC_DSP_HEADER_READER_H

#include <gnuradio/isac/dsp/header.h>
#include <gnuradio/isac/dsp/ofdm.h>
#include <gnuradio/isac/dsp/rotator.h>
#include <gnuradio/isac/dsp/symbol_demapper.h>
#include <gnuradio/isac/dsp/sync_channel.h>

namespace gr {
namespace isac {
namespace dsp {

/// Header symbols to the header, over the channel that the symbols before them showed.
class ISAC_API header_reader
{
public:
    explicit header_reader(const waveform& w);

    int len() const { return d_waveform.n_header_symbols() * d_waveform.symbol_len(); }

    /*!
     * \param samples [len()], read from where sync_channel::window() says.
     * \param correction shifts them to where \p channel was measured; left behind them.
     * \param offset of the receiver, in the samples.
     */
    std::optional<frame_header> read(span<const std::complex<float>> samples,
                                     rotator& correction,
                                     std::complex<float> offset,
                                     const sync_channel& channel);

private:
    waveform d_waveform;
    ofdm_demodulator d_demodulator;
    symbol_demapper d_demapper;
    header_codec d_codec;
    std::vector<std::complex<float>> d_symbol, d_row, d_channel, d_cells;
    std::vector<float> d_noise, d_llrs;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_HEADER_READER_H */

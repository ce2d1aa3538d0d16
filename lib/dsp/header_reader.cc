/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include <gnuradio/isac/dsp/header_reader.h>
#include <algorithm>

namespace gr {
namespace isac {
namespace dsp {

header_reader::header_reader(const waveform& w)
    : d_waveform(w),
      d_demodulator(w),
      d_demapper(modulation::QPSK),
      d_codec(w),
      d_symbol(w.symbol_len()),
      d_row(w.n_subcarriers()),
      d_channel(w.n_subcarriers()),
      d_cells(w.n_subcarriers() - 1),
      d_noise(w.n_subcarriers() - 1),
      d_llrs(d_codec.n_bits())
{
}

std::optional<frame_header> header_reader::read(span<const std::complex<float>> samples,
                                                rotator& correction,
                                                std::complex<float> offset,
                                                const sync_channel& channel)
{
    require_len("samples", samples.size(), len());
    const std::size_t symbol_len = d_symbol.size(), n_bits = 2 * d_cells.size();
    const int dc = d_waveform.n_subcarriers() / 2;
    const auto noise_var =
        static_cast<float>(channel.noise_var() + channel.channel_noise_var());
    channel.get(d_channel);
    for (int i = 0; i < d_waveform.n_header_symbols(); ++i) {
        correction.rotate(samples.subspan(i * symbol_len, symbol_len), d_symbol, offset);
        d_demodulator.demodulate(d_symbol, d_row);
        for (std::size_t j = 0; j < d_cells.size(); ++j) {
            const std::size_t k = j < std::size_t(dc) ? j : j + 1;
            const float gain = std::max(std::norm(d_channel[k]), 1e-20f);
            d_cells[j] = d_row[k] * std::conj(d_channel[k]) / gain;
            d_noise[j] = noise_var / gain;
        }
        d_demapper.demap(d_cells, d_noise, { d_llrs.data() + i * n_bits, n_bits });
    }
    return d_codec.decode(d_llrs);
}

} // namespace dsp
} // namespace isac
} // namespace gr

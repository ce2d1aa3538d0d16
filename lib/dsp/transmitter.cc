/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/transmitter.h>
#include <algorithm>

namespace gr {
namespace isac {
namespace dsp {

transmitter::transmitter(const waveform& w)
    : d_waveform(w),
      d_encoder(w),
      d_mapper(w.params().modulation),
      d_spreader(w),
      d_grid(w),
      d_modulator(w),
      d_preamble(w),
      d_bits(w.bits_per_frame()),
      d_symbols(w.n_data()),
      d_cells(w.n_dft()),
      d_row(w.n_subcarriers()),
      d_data_row(w.n_symbols())
{
    for (int i = 1; i < w.n_symbols(); ++i) {
        d_data_row[i] = d_data_row[i - 1] + !w.is_reference_row(i - 1);
    }
}

void transmitter::start(std::uint32_t number,
                        span<const std::uint8_t> payload,
                        span<std::complex<float>> preamble,
                        bool segmented)
{
    d_encoder.encode(payload, d_bits);
    frame_header header;
    header.number = number;
    header.payload_len = static_cast<std::uint32_t>(payload.size());
    header.segmented = segmented;
    d_preamble.make(header, preamble);
}

void transmitter::make_row(int index,
                           span<std::complex<float>> row,
                           span<std::complex<float>> samples)
{
    const auto cells = row.size() > 0 ? row : span<std::complex<float>>(d_row);
    if (d_waveform.is_reference_row(index)) {
        const auto reference = d_grid.reference();
        std::copy(reference.begin(), reference.end(), cells.begin());
    } else {
        const std::size_t n_bits = d_waveform.bits_per_row();
        d_mapper.map({ d_bits.data() + d_data_row[index] * n_bits, n_bits }, d_symbols);
        if (d_waveform.params().precoding == precoding::DFT) {
            d_spreader.spread(d_symbols, d_cells);
            d_grid.map(d_cells, cells);
        } else {
            d_grid.map(d_symbols, cells);
        }
    }
    d_modulator.modulate(cells, samples);
}

} // namespace dsp
} // namespace isac
} // namespace gr

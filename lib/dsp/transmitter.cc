/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "planes.h"
#include "require.h"
#include <gnuradio/isac/dsp/reference.h>
#include <gnuradio/isac/dsp/transmitter.h>
#include <algorithm>

namespace gr {
namespace isac {
namespace dsp {

transmitter::transmitter(const waveform& w)
    : d_waveform(w),
      d_encoder(w),
      d_spreader(w),
      d_grid(w),
      d_modulator(w),
      d_preamble(w),
      d_to_bins(make_row_mapper(d_modulator.scale(), w.fft_len())),
      d_to_cells(make_row_mapper(1, w.n_subcarriers())),
      d_to_chips(d_spreader.make_mapper(w.params().modulation)),
      d_bits(w.bits_per_frame()),
      d_cells(w.n_dft()),
      d_bins(w.fft_len()),
      d_data_row(w.n_symbols())
{
    for (int i = 1; i < w.n_symbols(); ++i) {
        d_data_row[i] = d_data_row[i - 1] + !w.is_reference_row(i - 1);
    }
    for (const int row : { 0, w.params().reference_spacing }) {
        if (w.params().precoding == precoding::DFT) {
            auto& samples = d_references[chirp_falls(w, row)];
            samples.resize(w.symbol_len());
            d_modulator.modulate(d_grid.reference(row), samples);
        }
    }
}

/// From bits to \p len bins: to those of an IFFT, where DC comes first, or to all cells
/// of a row. There is nothing to map where the DFT makes the cells.
row_mapper transmitter::make_row_mapper(float scale, int len) const
{
    const bool is_row = len == d_waveform.n_subcarriers();
    const int dc = is_row ? 0 : d_waveform.n_subcarriers() / 2;
    const auto bin = [&](int cell) { return (cell - dc + len) % len; };
    std::vector<std::complex<float>> pilots(len);
    std::vector<int> data;
    if (d_waveform.params().precoding == precoding::NONE) {
        const auto sequence = pilot_sequence(d_waveform);
        for (std::size_t i = 0; i < sequence.size(); ++i) {
            pilots[bin(d_waveform.pilot_cells()[i])] = scale * sequence[i];
        }
        for (const int cell : d_waveform.data_cells()) {
            data.push_back(bin(cell));
        }
    }
    return row_mapper(d_waveform.params().modulation, pilots, data, scale);
}

void transmitter::start(std::uint32_t number,
                        span<const std::uint8_t> payload,
                        span<std::complex<float>> preamble,
                        bool segmented)
{
    start_rows(payload);
    frame_header header;
    header.number = number;
    header.payload_len = static_cast<std::uint32_t>(payload.size());
    header.segmented = segmented;
    d_preamble.make(header, preamble);
}

void transmitter::start_rows(span<const std::uint8_t> payload)
{
    d_encoder.encode(payload, d_bits);
}

/// The input of the IFFT for a row of \p bits.
const std::complex<float>* transmitter::make_bins(span<const std::uint8_t> bits)
{
    if (d_waveform.params().precoding == precoding::NONE) {
        return d_to_bins.map(bits).data();
    }
    const auto cells = d_spreader.transform(d_to_chips.map(bits).data());
    const auto half = cells.size() / 2;
    multiply(cells.data(), d_modulator.scale(), half, d_bins.data() + 1);
    multiply(cells.data() + half,
             d_modulator.scale(),
             half,
             d_bins.data() + d_bins.size() - half);
    return d_bins.data();
}

void transmitter::make_cells(span<const std::uint8_t> bits, span<std::complex<float>> row)
{
    if (d_waveform.params().precoding == precoding::NONE) {
        const auto cells = d_to_cells.map(bits);
        std::copy(cells.begin(), cells.end(), row.begin());
    } else {
        d_spreader.transform(d_to_chips.map(bits).data(), d_cells);
        d_grid.map(d_cells, row);
    }
}

void transmitter::make_row(int index,
                           span<std::complex<float>> row,
                           span<std::complex<float>> samples)
{
    if (d_waveform.is_reference_row(index)) {
        if (samples.size() > 0) {
            const auto& symbol = d_references[chirp_falls(d_waveform, index)];
            require_len("samples", samples.size(), symbol.size());
            std::copy(symbol.begin(), symbol.end(), samples.begin());
        }
        if (row.size() > 0) {
            require_len("row", row.size(), d_waveform.n_subcarriers());
            const auto cells = d_grid.reference(index);
            std::copy(cells.begin(), cells.end(), row.begin());
        }
        return;
    }
    const std::size_t n_bits = d_waveform.bits_per_row();
    const auto bits =
        span<const std::uint8_t>(d_bits).subspan(d_data_row[index] * n_bits, n_bits);
    if (row.size() > 0) {
        require_len("row", row.size(), d_waveform.n_subcarriers());
        make_cells(bits, row);
        if (samples.size() > 0) {
            d_modulator.modulate(row, samples);
        }
    } else {
        d_modulator.modulate_bins(make_bins(bits), samples);
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

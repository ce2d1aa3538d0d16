/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include <gnuradio/isac/dsp/preamble.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

std::vector<std::complex<float>> sync_row(const waveform& w)
{
    // Random-looking QPSK of unit power, times sqrt(2) for the empty half. A chirp would
    // have a lower peak, but a chirp shifted in frequency is a chirp shifted in time,
    // and the receiver must tell the two apart.
    std::vector<std::complex<float>> row(w.n_subcarriers());
    const int dc = w.n_subcarriers() / 2;
    std::uint32_t state = 0x2545f491;
    for (int k = dc % 2; k < w.n_subcarriers(); k += 2) {
        state ^= state << 13; // xorshift32, Marsaglia 2003
        state ^= state >> 17;
        state ^= state << 5;
        if (k != dc) {
            row[k] = { state & 0x10000 ? 1.0f : -1.0f, state & 0x20000 ? 1.0f : -1.0f };
        }
    }
    return row;
}

preamble::preamble(const waveform& w)
    : d_waveform(w),
      d_codec(w),
      d_mapper(modulation::QPSK),
      d_grid(w),
      d_modulator(w),
      d_sync(w.symbol_len()),
      d_bits(d_codec.n_bits()),
      d_symbols(w.n_data()),
      d_row(w.n_subcarriers())
{
    const auto row = sync_row(w);
    d_modulator.modulate(row, d_sync);
}

void preamble::make(frame_header header, span<std::complex<float>> samples)
{
    require_len("samples", samples.size(), d_waveform.preamble_len());
    header.modulation = static_cast<int>(d_waveform.params().modulation);
    header.coding = static_cast<int>(d_waveform.params().coding);
    d_codec.encode(header, d_bits);

    const std::size_t symbol_len = d_waveform.symbol_len();
    std::copy(d_sync.begin(), d_sync.end(), samples.begin());
    for (int i = 0; i < d_waveform.n_header_symbols(); ++i) {
        const std::size_t n_bits = 2 * d_symbols.size();
        d_mapper.map({ d_bits.data() + i * n_bits, n_bits }, d_symbols);
        d_grid.map(d_symbols, d_row);
        d_modulator.modulate(d_row, samples.subspan((i + 1) * symbol_len, symbol_len));
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

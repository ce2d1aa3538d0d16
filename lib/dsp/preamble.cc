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

namespace {

/// FNV-1a, 32 bits, over all that two ends must share before they can read a header.
std::uint32_t layout_hash(const waveform& w)
{
    const auto& p = w.params();
    const bool spread = p.precoding == precoding::DFT; // else the next two do not count
    const int reference_spacing = spread ? p.reference_spacing : 0;
    const int guard_len = spread ? p.guard_len : 0;
    std::uint32_t hash = 0x811c9dc5;
    for (const int value : { p.fft_len,
                             p.cp_len,
                             p.n_subcarriers,
                             p.n_symbols,
                             p.pilot_spacing,
                             reference_spacing,
                             guard_len,
                             static_cast<int>(p.precoding) }) {
        for (int i = 0; i < 4; ++i) {
            hash = (hash ^ (static_cast<std::uint32_t>(value) >> (8 * i) & 0xff)) *
                   0x01000193;
        }
    }
    return hash | 1; // xorshift stands still at 0
}

} // namespace

std::vector<std::complex<float>> sync_row(const waveform& w)
{
    // Random-looking QPSK of unit power, times sqrt(2) for the empty half. A chirp would
    // have a lower peak, but a chirp shifted in frequency is a chirp shifted in time,
    // and the receiver must tell the two apart.
    std::vector<std::complex<float>> row(w.n_subcarriers());
    const int dc = w.n_subcarriers() / 2;
    std::uint32_t state = layout_hash(w);
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
      d_modulator(w),
      d_sync(2 * w.symbol_len()),
      d_bits(d_codec.n_bits()),
      d_symbols(w.n_subcarriers() - 1),
      d_row(w.n_subcarriers())
{
    const auto row = sync_row(w);
    const std::size_t symbol_len = w.symbol_len();
    std::vector<std::complex<float>> symbol(symbol_len);
    d_modulator.modulate(row, symbol);
    // Both prefixes before both symbols: one run of the same half symbol over and over.
    for (std::size_t i = 0; i < d_sync.size(); ++i) {
        d_sync[d_sync.size() - 1 - i] = symbol[symbol_len - 1 - i % (w.fft_len() / 2)];
    }
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
        const auto dc = d_symbols.begin() + d_waveform.n_subcarriers() / 2;
        const auto lower = std::copy(d_symbols.begin(), dc, d_row.begin());
        std::copy(dc, d_symbols.end(), lower + 1);
        d_modulator.modulate(d_row, samples.subspan((i + 2) * symbol_len, symbol_len));
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

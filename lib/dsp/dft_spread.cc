/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include <gnuradio/isac/dsp/dft_spread.h>
#include <algorithm>
#include <limits>

namespace gr {
namespace isac {
namespace dsp {

dft_spreader::dft_spreader(const waveform& w) : d_dft(w.n_data(), direction::FORWARD) {}

void dft_spreader::spread(span<const std::complex<float>> symbols,
                          span<std::complex<float>> cells)
{
    require_len("symbols", symbols.size(), d_dft.len());
    require_len("cells", cells.size(), d_dft.len());
    std::copy(symbols.begin(), symbols.end(), d_dft.input().begin());
    const auto spread = d_dft.run();
    std::copy(spread.begin(), spread.end(), cells.begin());
}

dft_despreader::dft_despreader(const waveform& w) : d_idft(w.n_data(), direction::INVERSE)
{
}

void dft_despreader::despread(span<const std::complex<float>> cells,
                              span<const float> cell_noise,
                              span<std::complex<float>> symbols,
                              span<float> symbol_noise)
{
    const int n = d_idft.len();
    require_len("cells", cells.size(), n);
    require_len("cell_noise", cell_noise.size(), n);
    require_len("symbols", symbols.size(), n);
    require_len("symbol_noise", symbol_noise.size(), n);

    const auto weighted = d_idft.input();
    double sum = 0;
    for (int k = 0; k < n; ++k) {
        const float weight = 1.0f / (1.0f + cell_noise[k]);
        // A lost cell may hold anything, NaN included: 0 times it is not 0.
        weighted[k] = weight > 0 ? weight * cells[k] : 0;
        sum += weight > 0 ? weight : 0;
    }
    const float mean = static_cast<float>(sum / n);
    const bool usable = mean > 0;
    const float noise =
        usable ? (1 - mean) / mean : std::numeric_limits<float>::infinity();

    const auto despread = d_idft.run();
    for (int i = 0; i < n; ++i) {
        symbols[i] = usable ? despread[i] / mean : 0;
        symbol_noise[i] = noise;
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

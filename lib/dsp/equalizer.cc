/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include <gnuradio/isac/dsp/equalizer.h>
#include <cmath>
#include <limits>

namespace gr {
namespace isac {
namespace dsp {

equalizer::equalizer(const waveform& w)
    : d_row_len(w.n_subcarriers()), d_cells(w.data_cells())
{
}

void equalizer::equalize(span<const std::complex<float>> row,
                         span<const std::complex<float>> channel,
                         float noise_var,
                         span<std::complex<float>> symbols,
                         span<float> symbol_noise) const
{
    require_len("row", row.size(), d_row_len);
    require_len("channel", channel.size(), d_row_len);
    require_len("symbols", symbols.size(), d_cells.size());
    require_len("symbol_noise", symbol_noise.size(), d_cells.size());

    const int* cells = d_cells.data();
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        const float yr = row[cells[i]].real(), yi = row[cells[i]].imag();
        const float hr = channel[cells[i]].real(), hi = channel[cells[i]].imag();
        const float power = hr * hr + hi * hi;
        const float inverse = 1.0f / power;
        const float re = (yr * hr + yi * hi) * inverse;
        const float im = (yi * hr - yr * hi) * inverse;
        const bool good = std::isfinite(re) && std::isfinite(im);
        symbols[i] = good ? std::complex<float>(re, im) : 0;
        symbol_noise[i] =
            good ? noise_var * inverse : std::numeric_limits<float>::infinity();
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

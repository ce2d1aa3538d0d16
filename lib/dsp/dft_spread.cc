/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include <gnuradio/isac/dsp/dft_spread.h>
#include <gnuradio/isac/dsp/reference.h>
#include <algorithm>
#include <cmath>
#include <limits>

namespace gr {
namespace isac {
namespace dsp {

namespace {

/// Amplitude of a chip when the mean power of n_dft cells is 1 in spite of the guard.
float chip_amplitude(const waveform& w)
{
    return std::sqrt(float(w.n_dft()) / float(w.n_dft() - w.params().guard_len));
}

/// Pilots where they are, zeros elsewhere.
std::vector<std::complex<float>> known_chips(const waveform& w, float scale)
{
    std::vector<std::complex<float>> chips(w.n_dft());
    const auto pilots = pilot_chips(w);
    for (std::size_t i = 0; i < pilots.size(); ++i) {
        chips[w.pilot_chips()[i]] = scale * pilots[i];
    }
    return chips;
}

} // namespace

dft_spreader::dft_spreader(const waveform& w)
    : d_n_data(w.n_data()),
      d_dft(w.n_dft(), direction::FORWARD),
      d_scale(chip_amplitude(w) / std::sqrt(static_cast<float>(w.n_dft()))),
      d_data_chips(w.data_chips()),
      d_known(known_chips(w, d_scale)),
      d_filler(d_known, d_data_chips),
      d_chips(w.n_dft()),
      d_all(w.n_dft()),
      d_bins(w.n_dft())
{
}

row_mapper dft_spreader::make_mapper(isac::modulation modulation) const
{
    return row_mapper(modulation, d_known, d_data_chips, d_scale);
}

span<const std::complex<float>> dft_spreader::transform(const std::complex<float>* chips)
{
    d_dft.execute_unscaled(chips, d_bins.data());
    return d_bins;
}

void dft_spreader::transform(const std::complex<float>* chips,
                             span<std::complex<float>> cells)
{
    const auto bins = transform(chips);
    const auto middle = bins.begin() + bins.size() / 2;
    std::copy(bins.begin(), middle, std::copy(middle, bins.end(), cells.begin()));
}

void dft_spreader::spread(span<const std::complex<float>> symbols,
                          span<std::complex<float>> cells)
{
    require_len("symbols", symbols.size(), d_n_data);
    require_len("cells", cells.size(), d_dft.len());
    d_filler.fill(symbols.data(), d_scale, d_chips.data());
    transform(d_chips.data(), cells);
}

void dft_spreader::spread_chips(span<const std::complex<float>> chips,
                                span<std::complex<float>> cells)
{
    require_len("chips", chips.size(), d_dft.len());
    require_len("cells", cells.size(), d_dft.len());
    for (std::size_t i = 0; i < d_all.size(); ++i) {
        d_all[i] = chips[i] * d_scale;
    }
    transform(d_all.data(), cells);
}

dft_despreader::dft_despreader(const waveform& w)
    : d_waveform(w),
      d_idft(w.n_dft(), direction::INVERSE),
      d_scale(chip_amplitude(w)),
      d_pilots(pilot_chips(w))
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
    require_len("symbols", symbols.size(), d_waveform.n_data());
    require_len("symbol_noise", symbol_noise.size(), d_waveform.n_data());

    const auto weighted = d_idft.input();
    double sum = 0;
    for (int k = 0; k < n; ++k) {
        const int bin = (k + n / 2) % n;
        const float weight = 1.0f / (1.0f + cell_noise[k]);
        // A lost cell may hold anything, NaN included: 0 times it is not 0.
        weighted[bin] = weight > 0 ? weight * cells[k] : 0;
        sum += weight > 0 ? weight : 0;
    }
    const float mean = static_cast<float>(sum / n);
    const bool usable = mean > 0;
    const float noise = usable ? (1 - mean) / mean / (d_scale * d_scale)
                               : std::numeric_limits<float>::infinity();

    const auto chips = d_idft.run();
    std::complex<float> common = 0;
    for (std::size_t i = 0; i < d_pilots.size(); ++i) {
        common += chips[d_waveform.pilot_chips()[i]] * std::conj(d_pilots[i]);
    }
    const float size = std::abs(common);
    const auto gain =
        usable && size > 0 ? std::conj(common) / (size * mean * d_scale) : 0;
    const auto& at = d_waveform.data_chips();
    for (std::size_t i = 0; i < at.size(); ++i) {
        symbols[i] = chips[at[i]] * gain;
        symbol_noise[i] = noise;
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

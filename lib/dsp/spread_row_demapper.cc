/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "demap_kernels.h"
#include "require.h"
#include "spread_kernels.h"
#include <gnuradio/isac/dsp/llr_quantizer.h>
#include <gnuradio/isac/dsp/reference.h>
#include <gnuradio/isac/dsp/spread_row_demapper.h>
#include <gnuradio/isac/dsp/symbol_demapper.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr float MOST_SCALE = 1e6f;    // soft bits of a symbol; more says no more
constexpr float LEAST_WEIGHT = 1e-5f; // mean of the MMSE weights: below, all is noise

/// Half the distance between neighbouring amplitudes at unit mean symbol power.
float half_distance(int bits_per_symbol)
{
    return bits_per_symbol == 1 ? 1.0f : std::sqrt(1.5f / ((1 << bits_per_symbol) - 1));
}

} // namespace

spread_row_demapper::spread_row_demapper(const waveform& w)
    : d_waveform(w),
      d_idft(w.n_dft(), direction::INVERSE),
      d_half(w.n_dft() / 2),
      d_amplitude(std::sqrt(float(w.n_dft()) / float(w.n_dft() - w.params().guard_len))),
      d_chip_scale(1 / (d_amplitude * std::sqrt(float(w.n_dft())))),
      d_half_distance(half_distance(w.bits_per_symbol())),
      d_soft_scale(4 * d_half_distance * LLR_STEPS *
                   (w.bits_per_symbol() > 2 ? FRACTION : 1)),
      d_pilots(pilot_chips(w)),
      d_gains(w.fft_len(), w.n_subcarriers(), w.n_dft()),
      d_bins(w.n_dft())
{
    const int n = (w.n_dft() + DEMAP_LANES - 1) / DEMAP_LANES * DEMAP_LANES;
    d_chips.resize(n);
    d_keep.resize(n / DEMAP_GROUP);
    d_places.resize(n / DEMAP_GROUP);
    for (const int chip : w.data_chips()) {
        d_keep[chip / DEMAP_GROUP] |= 1 << chip % DEMAP_GROUP;
    }
    int place = 0;
    for (std::size_t i = 0; i < d_keep.size(); ++i) {
        d_places[i] = place;
        place += __builtin_popcount(d_keep[i]) * w.bits_per_symbol();
    }
}

/// \returns 1 minus the mean of the MMSE weights.
float spread_row_demapper::equalize(const row_view& row,
                                    const row_channel& channel,
                                    float noise_var)
{
    const auto gains = d_gains.of(channel, noise_var);
    const auto* dc = row.cells + d_waveform.n_subcarriers() / 2;
    const auto multiply = [&](const auto* cells, const auto& side, auto* bins) {
        multiply_by_line(reinterpret_cast<const float*>(cells),
                         reinterpret_cast<const float*>(side.from),
                         reinterpret_cast<const float*>(side.to),
                         gains.share,
                         d_half,
                         reinterpret_cast<float*>(bins));
    };
    multiply(dc + 1, gains.above, d_bins.data());
    multiply(dc - d_half, gains.below, d_bins.data() + d_half);
    return gains.missing;
}

std::complex<float> spread_row_demapper::common_phasor() const
{
    return correlate(d_chips.data(),
                     d_waveform.params().pilot_spacing,
                     reinterpret_cast<const float*>(d_pilots.data()),
                     static_cast<int>(d_pilots.size()));
}

void spread_row_demapper::demap(const row_view& row,
                                const row_channel& channel,
                                double noise_var,
                                span<std::int8_t> soft)
{
    const int bits = d_waveform.bits_per_symbol();
    require_len("soft", soft.size(), d_waveform.bits_per_row() + SLACK);
    d_gain = 0;
    float missing = 1;
    std::complex<float> common = 0;
    if (!channel.rotation.lost) {
        missing = equalize(row, channel, static_cast<float>(noise_var));
        d_idft.execute_unscaled(d_bins.data(), d_chips.data());
        common = common_phasor();
    }
    const float size = std::sqrt(std::norm(common)), weight = 1 - missing;
    if (!(size > 0 && std::isfinite(size) && weight > LEAST_WEIGHT)) {
        std::fill(soft.begin(), soft.end() - SLACK, 0);
        return;
    }
    // The mean weight is the bias of all chips, and what it misses their noise.
    const float noise = std::max(missing / (weight * d_amplitude * d_amplitude),
                                 static_cast<float>(NOISE_VAR_MIN));
    d_gain = std::conj(common) * (row.scale * d_chip_scale / (size * weight));
    const float scale = std::min(d_soft_scale / noise, bits > 2 ? INFINITY : MOST_SCALE);

    demap_job job;
    job.cells = reinterpret_cast<const float*>(d_chips.data());
    job.n = static_cast<int>(d_chips.size());
    job.channel = nullptr;
    job.share = 0;
    job.symbol_scale = scale * d_gain;
    job.power_scale = scale * d_half_distance;
    job.keep = d_keep.data();
    job.places = d_places.data();
    demap_cells(bits, job, soft.data());
}

void spread_row_demapper::symbols(span<std::complex<float>> symbols) const
{
    require_len("symbols", symbols.size(), d_waveform.n_data());
    const auto& at = d_waveform.data_chips();
    for (std::size_t i = 0; i < at.size(); ++i) {
        symbols[i] = d_gain == 0.0f ? 0 : d_chips[at[i]] * d_gain;
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

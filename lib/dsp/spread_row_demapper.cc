/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "demap_kernels.h"
#include "pilot_kernels.h"
#include "require.h"
#include "simd.h"
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

constexpr double MOST_SCALE = 1e6;    // soft bits of a symbol; more says no more
constexpr float LEAST_WEIGHT = 1e-5f; // mean of the MMSE weights: below, all is noise

/// Half the distance between neighbouring amplitudes at unit mean symbol power.
double half_distance(int bits_per_symbol)
{
    return bits_per_symbol == 1 ? 1.0 : std::sqrt(1.5 / ((1 << bits_per_symbol) - 1));
}

/// \param n a multiple of 8
ISAC_SIMD void fill_turns(std::uint32_t start,
                          std::uint32_t step,
                          int n,
                          float* __restrict__ re,
                          float* __restrict__ im)
{
    for (int i = 0; i < n / 8 * 8; ++i) {
        fast_cos_sin(start + step * static_cast<std::uint32_t>(i), re[i], im[i]);
    }
}

} // namespace

spread_row_demapper::spread_row_demapper(const waveform& w)
    : d_waveform(w),
      d_idft(w.n_dft(), direction::INVERSE),
      d_half(w.n_dft() / 2),
      d_amplitude(std::sqrt(float(w.n_dft()) / float(w.n_dft() - w.params().guard_len))),
      d_pilots(pilot_chips(w)),
      d_n_turns((n_coarse_turns(d_half) + 7) / 8 * 8),
      d_coarse(4 * d_n_turns),
      d_fine(2 * SPREAD_LANES)
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

void spread_row_demapper::set_turns(const row_channel& channel)
{
    const double step = -channel.rotation.delay / d_waveform.fft_len();
    const auto turn_at = [&](int cell) {
        return angle_of(channel.rotation.turns + step * cell);
    };
    float* to = d_coarse.data();
    for (const int first : { -d_half, 1 }) {
        float *re = to, *im = to + d_n_turns;
        fill_turns(turn_at(first), angle_of(step * SPREAD_LANES), d_n_turns, re, im);
        const int last = d_half / SPREAD_LANES;
        fast_cos_sin(turn_at(first + d_half - SPREAD_LANES), re[last], im[last]);
        to += 2 * d_n_turns;
    }
    fill_turns(0, angle_of(step), SPREAD_LANES, d_fine.data(), &d_fine[SPREAD_LANES]);
}

/// \returns 1 minus the mean of the MMSE weights.
float spread_row_demapper::equalize(const row_view& row,
                                    const row_channel& channel,
                                    float noise_var)
{
    set_turns(channel);
    const int dc = d_waveform.n_subcarriers() / 2;
    spread_job job;
    job.n = d_half;
    job.fine_re = d_fine.data();
    job.fine_im = d_fine.data() + SPREAD_LANES;
    job.scale = row.scale;
    job.noise_var = noise_var;

    auto* bins = reinterpret_cast<float*>(d_idft.input().data());
    job.cells = reinterpret_cast<const float*>(row.cells + dc - d_half);
    job.re = channel.from_re + dc - d_half;
    job.im = channel.from_im + dc - d_half;
    job.coarse_re = d_coarse.data();
    job.coarse_im = d_coarse.data() + d_n_turns;
    float sum = equalize_spread(job, bins + 2 * d_half);

    job.cells = reinterpret_cast<const float*>(row.cells + dc + 1);
    job.re = channel.from_re + dc + 1;
    job.im = channel.from_im + dc + 1;
    job.coarse_re = d_coarse.data() + 2 * d_n_turns;
    job.coarse_im = d_coarse.data() + 3 * d_n_turns;
    sum += equalize_spread(job, bins);
    return noise_var * sum / d_waveform.n_dft();
}

std::complex<float> spread_row_demapper::common_phasor() const
{
    const auto* chips = reinterpret_cast<const float*>(d_chips.data());
    const auto* pilots = reinterpret_cast<const float*>(d_pilots.data());
    const int step = 2 * d_waveform.params().pilot_spacing;
    const int n = static_cast<int>(d_pilots.size());
    constexpr int SUMS = 4; // side by side: one would be a chain of additions
    float re[SUMS] = {}, im[SUMS] = {};
    const auto add = [&](int i, int sum) {
        const float *x = chips + i * step, *p = pilots + 2 * i;
        re[sum] += x[0] * p[0] + x[1] * p[1];
        im[sum] += x[1] * p[0] - x[0] * p[1];
    };
    int i = 0;
    for (; i + SUMS <= n; i += SUMS) {
        for (int sum = 0; sum < SUMS; ++sum) {
            add(i + sum, sum);
        }
    }
    for (; i < n; ++i) {
        add(i, 0);
    }
    return { (re[0] + re[1]) + (re[2] + re[3]), (im[0] + im[1]) + (im[2] + im[3]) };
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
        d_idft.execute_unscaled(d_idft.input().data(), d_chips.data());
        common = common_phasor();
    }
    const float size = std::abs(common), weight = 1 - missing;
    if (!(size > 0 && std::isfinite(size) && weight > LEAST_WEIGHT)) {
        std::fill(soft.begin(), soft.end() - SLACK, 0);
        return;
    }
    // The mean weight is the bias of all chips, and what it misses their noise.
    const double noise = std::max(double(missing / (weight * d_amplitude * d_amplitude)),
                                  double(NOISE_VAR_MIN));
    d_gain = std::conj(common) / (size * weight * d_amplitude *
                                  std::sqrt(static_cast<float>(d_waveform.n_dft())));
    const double a = half_distance(bits);
    double scale = 4 * a * LLR_STEPS / noise;
    scale = bits > 2 ? FRACTION * scale : std::min(scale, MOST_SCALE);

    demap_job job;
    job.cells = reinterpret_cast<const float*>(d_chips.data());
    job.n = static_cast<int>(d_chips.size());
    job.channel = nullptr;
    job.share = 0;
    job.symbol_scale = static_cast<float>(scale) * d_gain;
    job.power_scale = static_cast<float>(scale * a);
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

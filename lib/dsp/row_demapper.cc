/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "demap_kernels.h"
#include "pilot_kernels.h"
#include "require.h"
#include "simd.h"
#include <gnuradio/isac/dsp/llr_quantizer.h>
#include <gnuradio/isac/dsp/row_demapper.h>
#include <gnuradio/isac/dsp/symbol_demapper.h>
#include <algorithm>
#include <cstring>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int STEP = 8; // cells that share a coarse turn

ISAC_SIMD void fill_turns(std::uint32_t start,
                          std::uint32_t step,
                          int n,
                          float* __restrict__ re,
                          float* __restrict__ im)
{
    for (int i = 0; i < n; ++i) {
        fast_cos_sin(start + step * static_cast<std::uint32_t>(i), re[i], im[i]);
    }
}

/// Half the distance between neighbouring amplitudes at unit mean symbol power.
double half_distance(int bits_per_symbol)
{
    return bits_per_symbol == 1 ? 1.0 : std::sqrt(1.5 / ((1 << bits_per_symbol) - 1));
}

} // namespace

row_demapper::row_demapper(const waveform& w)
    : d_waveform(w),
      d_n_cells((w.n_subcarriers() + DEMAP_LANES - 1) / DEMAP_LANES * DEMAP_LANES),
      d_cells(d_n_cells),
      d_coarse_re(d_n_cells / STEP),
      d_coarse_im(d_n_cells / STEP),
      d_fine_re(STEP),
      d_fine_im(STEP),
      d_soft(d_n_cells * w.bits_per_symbol() + SLACK)
{
    const auto& cells = w.data_cells();
    for (std::size_t first = 0, i = 1; i <= cells.size(); ++i) {
        if (i == cells.size() || cells[i] != cells[i - 1] + 1) {
            add_run(cells[first], static_cast<int>(i - first), static_cast<int>(first));
            first = i;
        }
    }
}

void row_demapper::add_run(int first_cell, int n_cells, int to)
{
    const int bits = d_waveform.bits_per_symbol();
    for (int i = 0; i < n_cells * bits; i += SLACK) {
        d_pieces.push_back({ first_cell * bits + i, to * bits + i });
    }
}

void row_demapper::set_turns(const row_channel& channel)
{
    const double step = -channel.rotation.delay / d_waveform.fft_len();
    const double start = channel.rotation.turns - step * (d_waveform.n_subcarriers() / 2);
    fill_turns(angle_of(start),
               angle_of(step * STEP),
               d_n_cells / STEP,
               d_coarse_re.data(),
               d_coarse_im.data());
    fill_turns(0, angle_of(step), STEP, d_fine_re.data(), d_fine_im.data());
}

void row_demapper::demap_part(const std::complex<float>* cells, int first, int n)
{
    demap_job job;
    job.cells = reinterpret_cast<const float*>(cells);
    job.n = n;
    job.from_re = d_channel.from_re + first;
    job.from_im = d_channel.from_im + first;
    job.to_re = d_channel.to_re + first;
    job.to_im = d_channel.to_im + first;
    job.share = d_channel.share;
    job.coarse_re = d_coarse_re.data() + first / STEP;
    job.coarse_im = d_coarse_im.data() + first / STEP;
    job.fine_re = d_fine_re.data();
    job.fine_im = d_fine_im.data();
    job.symbol_scale = d_symbol_scale;
    job.power_scale = d_power_scale;
    const int bits = d_waveform.bits_per_symbol();
    demap_cells(bits, job, d_soft.data() + first * bits);
}

void row_demapper::demap(const row_view& row,
                         const row_channel& channel,
                         double noise_var,
                         span<std::int8_t> soft)
{
    const int bits = d_waveform.bits_per_symbol();
    require_len("soft", soft.size(), d_waveform.bits_per_row() + SLACK);
    if (channel.rotation.lost) {
        std::fill(soft.begin(), soft.end() - SLACK, 0);
        return;
    }
    const double a = half_distance(bits);
    const double fraction = bits > 2 ? FRACTION : 1;
    const double scale =
        4 * a * LLR_STEPS * fraction / std::max(noise_var, double(NOISE_VAR_MIN));
    d_symbol_scale = static_cast<float>(scale * row.scale);
    d_power_scale = static_cast<float>(scale * a);
    d_channel = channel;
    set_turns(channel);
    const int half = d_waveform.n_subcarriers() / 2;
    if (half % DEMAP_LANES == 0) {
        demap_part(row.lower, 0, half);
        demap_part(row.upper, half, half);
    } else {
        std::copy(row.lower, row.lower + half, d_cells.begin());
        std::copy(row.upper, row.upper + half, d_cells.begin() + half);
        demap_part(d_cells.data(), 0, d_n_cells);
    }
    for (const auto& p : d_pieces) {
        std::memcpy(soft.data() + p.to, d_soft.data() + p.from, SLACK);
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

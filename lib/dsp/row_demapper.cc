/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "demap_kernels.h"
#include "fast_math.h"
#include "require.h"
#include <gnuradio/isac/dsp/llr_quantizer.h>
#include <gnuradio/isac/dsp/row_demapper.h>
#include <gnuradio/isac/dsp/symbol_demapper.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

// Soft bits of mean power; more says no more, and less overflows no integer.
constexpr double MOST_SCALE = 1e6;

// Power, as demap_cells() takes it, of which every bit of a clean symbol is sure: where
// no cell has less, all may have less alike, and none needs a limit of its own.
constexpr double CLEAR = 256;

/// Half the distance between neighbouring amplitudes at unit mean symbol power.
double half_distance(int bits_per_symbol)
{
    return bits_per_symbol == 1 ? 1.0 : std::sqrt(1.5 / ((1 << bits_per_symbol) - 1));
}

} // namespace

row_demapper::row_demapper(const waveform& w)
    : d_waveform(w),
      d_half_distance(half_distance(w.bits_per_symbol())),
      d_n_cells((w.n_subcarriers() + DEMAP_LANES - 1) / DEMAP_LANES * DEMAP_LANES),
      d_folded(w.fft_len(), w.n_subcarriers()),
      d_keep(d_n_cells / DEMAP_GROUP),
      d_places(d_n_cells / DEMAP_GROUP),
      d_cells(d_n_cells)
{
    static_assert(SLACK >= 8 * 32, "demap_cells() writes that far");
    for (const int cell : w.data_cells()) {
        d_keep[cell / DEMAP_GROUP] |= 1 << cell % DEMAP_GROUP;
    }
    int place = 0;
    for (std::size_t i = 0; i < d_keep.size(); ++i) {
        d_places[i] = place;
        place += __builtin_popcount(d_keep[i]) * w.bits_per_symbol();
    }
}

const std::complex<float>* row_demapper::cells_of(const row_view& row)
{
    if (d_waveform.n_subcarriers() == d_n_cells) {
        return row.cells;
    }
    std::copy_n(row.cells, d_waveform.n_subcarriers(), d_cells.begin());
    return d_cells.data();
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
    const auto folded = d_folded.of(channel, noise_var);
    const double a = d_half_distance;
    double scale = 4 * a * LLR_STEPS / std::max(noise_var, double(NOISE_VAR_MIN));
    scale = bits > 2 ? FRACTION * scale : std::min(scale, MOST_SCALE / folded.power.mean);
    const double least = folded.power.least * scale * a;
    const double most = folded.power.most * scale * a;
    const bool has_limit = !(most <= MOST_POWER) && !(least >= most * CLEAR / MOST_POWER);
    scale *= has_limit ? 1 : std::min(1.0, MOST_POWER / most);
    float cosine, sine;
    fast_cos_sin(as_angle(channel.rotation.turns), cosine, sine);
    const std::complex<float> turned_back(cosine, -sine);

    demap_job job;
    job.cells = reinterpret_cast<const float*>(cells_of(row));
    job.n = d_n_cells;
    job.channel = folded.planes;
    job.share = folded.share;
    job.symbol_scale = static_cast<float>(scale * row.scale) * turned_back;
    job.power_scale = static_cast<float>(scale * a);
    job.keep = d_keep.data();
    job.places = d_places.data();
    job.has_limit = has_limit;
    demap_cells(bits, job, soft.data());
}

} // namespace dsp
} // namespace isac
} // namespace gr

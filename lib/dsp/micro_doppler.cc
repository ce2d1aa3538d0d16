/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "dot_product.h"
#include "gap_filler.h"
#include "micro_doppler_shape.h"
#include "require.h"
#include "symbol_filter.h"
#include <gnuradio/isac/dsp/micro_doppler.h>
#include <gnuradio/isac/dsp/window.h>
#include <algorithm>
#include <cmath>
#include <limits>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr double SPEED_OF_LIGHT_MPS = 299792458.0;
constexpr int FILLER_LEN = 64; // rows on either side of a gap
constexpr float NO_NUMBER = std::numeric_limits<float>::quiet_NaN();

int frame_rows(const waveform& w) { return w.n_preamble_symbols() + w.n_symbols(); }

} // namespace

micro_doppler::micro_doppler(const waveform& w, const micro_doppler_params& p)
    : d_waveform(w),
      d_params(p),
      d_shape(micro_doppler_shape(w, p)),
      d_gap(w.n_preamble_symbols()),
      d_row_len(w.n_subcarriers()),
      d_frame_rows(frame_rows(w)),
      d_range_window(window_values(p.range_window, w.n_subcarriers())),
      d_filter(std::make_unique<symbol_filter>(w, p.filter)),
      d_filler(std::make_unique<gap_filler>(std::min(FILLER_LEN, w.n_symbols()))),
      d_spectrogram(d_shape, (MAX_MISSED + 1) * d_frame_rows),
      d_steering(static_cast<std::size_t>(d_shape.n_series) * d_row_len),
      d_row(d_row_len),
      d_samples(static_cast<std::size_t>(d_shape.n_series) * d_frame_rows),
      d_last(static_cast<std::size_t>(d_shape.n_series) * d_filler->len())
{
    steer();
}

micro_doppler::micro_doppler(micro_doppler&&) noexcept = default;
micro_doppler::~micro_doppler() = default;

double micro_doppler::velocity_step_mps() const
{
    return d_waveform.wavelength_m() /
           (2 * d_shape.fft_len * d_waveform.symbol_duration_s());
}

double micro_doppler::column_s() const
{
    return d_shape.hop * d_waveform.symbol_duration_s();
}

double micro_doppler::first_column_s() const
{
    return 0.5 * d_shape.window_len * d_waveform.symbol_duration_s();
}

void micro_doppler::check_range_m(double range_m) const
{
    check_gate(d_waveform, range_m);
}

void micro_doppler::set_range_m(double range_m)
{
    check_range_m(range_m);
    d_params.range_m = range_m;
    steer();
}

/// Conjugate phases of the cells at each gate's delay; DC keeps the carrier's phase.
void micro_doppler::steer()
{
    const double spacing_hz = d_waveform.params().subcarrier_spacing_hz;
    for (int g = 0; g < n_gates(); ++g) {
        const double range_m =
            d_params.range_m + (g - 0.5 * (n_gates() - 1)) * d_waveform.range_bin_m();
        const double turns = -2 * range_m / SPEED_OF_LIGHT_MPS * spacing_hz;
        for (int k = 0; k < d_row_len; ++k) {
            const double angle = 2 * M_PI * std::fmod(turns * (k - d_row_len / 2), 1.0);
            d_steering[static_cast<std::size_t>(g) * d_row_len + k] =
                complex(std::polar(1.0, angle));
        }
    }
}

void micro_doppler::restart()
{
    d_spectrogram.restart();
    d_begun = d_has_last = false;
}

void micro_doppler::push(span<const complex> tx,
                         span<const complex> rx,
                         std::uint64_t n_missed)
{
    require_len("tx", tx.size(), d_waveform.grid_len());
    require_len("rx", rx.size(), d_waveform.grid_len());
    d_missed_frames += n_missed;
    if (n_missed > MAX_MISSED) {
        restart();
    }
    if (n_missed > 0) {
        d_has_last = false;
    }
    sample_rows(tx, rx);
    fill_gap();
    if (d_begun) {
        d_spectrogram.push_missing(static_cast<int>(n_missed) * d_frame_rows);
        d_spectrogram.push(d_samples);
    } else {
        push_first();
    }
}

/// Time begins with the first row, without what would be before it.
void micro_doppler::push_first()
{
    const int n = d_waveform.n_symbols();
    for (int g = 0; g < n_gates(); ++g) {
        const auto from = d_samples.begin() + g * d_frame_rows + d_gap;
        std::copy(from, from + n, d_samples.begin() + g * n);
    }
    const std::size_t len = static_cast<std::size_t>(n_gates()) * n;
    d_spectrogram.push(span<const complex>(d_samples).subspan(0, len));
    d_begun = true;
}

/// Every gate's samples of the rows, after room for the gap before them.
void micro_doppler::sample_rows(span<const complex> tx, span<const complex> rx)
{
    d_filter->measure(tx, rx);
    const float unitary = 1 / std::sqrt(static_cast<float>(d_row_len));
    for (int m = 0; m < d_waveform.n_symbols(); ++m) {
        const auto* x = tx.data() + static_cast<std::size_t>(m) * d_row_len;
        const auto* y = rx.data() + static_cast<std::size_t>(m) * d_row_len;
        d_filter->begin_row(x);
        d_filter->apply(x, y, d_range_window.data(), unitary, 0, d_row_len, d_row.data());
        bool is_there = true;
        for (int g = 0; g < n_gates(); ++g) {
            const auto value =
                dot_product(d_steering.data() + g * d_row_len, d_row.data(), d_row_len);
            is_there = is_there && std::isfinite(std::norm(value)) && value != complex(0);
            d_samples[g * d_frame_rows + d_gap + m] = is_there ? value : NO_NUMBER;
        }
        d_missing_rows += !is_there;
    }
}

/// What was between the frame before and this one, and what this one leaves for the next.
void micro_doppler::fill_gap()
{
    const int len = d_filler->len();
    for (int g = 0; g < n_gates(); ++g) {
        auto* last = d_last.data() + g * len;
        auto* gap = d_samples.data() + g * d_frame_rows;
        if (d_has_last) {
            d_filler->fill(last, gap + d_gap, gap, d_gap);
        } else {
            std::fill_n(gap, d_gap, complex(NO_NUMBER));
        }
        std::copy_n(gap + d_frame_rows - len, len, last);
    }
    d_has_last = true;
}

} // namespace dsp
} // namespace isac
} // namespace gr

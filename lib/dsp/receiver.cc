/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include <gnuradio/isac/dsp/receiver.h>
#include <algorithm>
#include <cmath>
#include <cstdint>

namespace gr {
namespace isac {
namespace dsp {

namespace {

// Rows that are transformed one after the other, before anything else wants the cache.
constexpr int BATCH = channel_estimator::MOST_WAITING;

} // namespace

receiver::receiver(const waveform& w, interpolation method, double max_speed_mps)
    : d_waveform(w),
      d_fft(w.fft_len(), direction::FORWARD),
      d_channel_estimator(w, method, max_speed_mps),
      d_row_demapper(w),
      d_equalizer(w),
      d_decoder(w),
      d_bins(w.fft_len()),
      d_scale(1 / std::sqrt(static_cast<float>(w.fft_len()))),
      d_n_kept(d_channel_estimator.lookahead() + BATCH),
      d_ring(d_n_kept * std::size_t(w.n_subcarriers())),
      d_row(w.n_subcarriers()),
      d_channel(w.n_subcarriers()),
      d_symbols(w.n_data()),
      d_noise(w.n_data()),
      d_soft(w.bits_per_frame() + row_demapper::SLACK)
{
    if (w.params().precoding == precoding::DFT) {
        d_spread_demapper = std::make_unique<spread_row_demapper>(w);
    }
}

void receiver::start(double noise_var, double sfo_ppm)
{
    d_channel_estimator.start(noise_var, d_waveform.symbol_len() * sfo_ppm * 1e-6);
    d_n_pushed = d_n_done = d_n_data = 0;
}

row_view receiver::ring_row(int index) const
{
    const std::size_t row_len = d_waveform.n_subcarriers();
    return { d_ring.data() + index % d_n_kept * row_len, d_scale };
}

span<std::int8_t> receiver::soft_row(int index)
{
    const std::size_t n_bits = d_waveform.bits_per_row();
    return { d_soft.data() + index * n_bits, n_bits + row_demapper::SLACK };
}

void receiver::push(span<const std::complex<float>> samples)
{
    require_len("samples", samples.size(), d_waveform.symbol_len());
    push_body(samples.subspan(d_waveform.cp_len(), d_waveform.fft_len()));
}

void receiver::push_body(span<const std::complex<float>> samples)
{
    require_len("samples", samples.size(), d_waveform.fft_len());
    const auto* body = samples.data();
    if (reinterpret_cast<std::uintptr_t>(body) % 16 != 0) { // what the FFT's SIMD needs
        std::copy(body, samples.end(), d_fft.input().begin());
        body = d_fft.input().data();
    }
    d_fft.execute_unscaled(body, d_bins.data());
    const auto row = ring_row(d_n_pushed++);
    const int half = d_waveform.n_subcarriers() / 2;
    auto* cells = const_cast<std::complex<float>*>(row.cells);
    std::copy(d_bins.end() - half, d_bins.end(), cells);
    std::copy(d_bins.begin(), d_bins.begin() + half, cells + half);
    d_channel_estimator.push(row);
}

void receiver::copy_row(const row_view& row, span<std::complex<float>> out) const
{
    for (int k = 0; k < d_waveform.n_subcarriers(); ++k) {
        out[k] = row.cells[k] * row.scale;
    }
}

void receiver::equalize(const row_view& row, const row_channel& channel)
{
    copy_row(row, d_row);
    d_channel_estimator.expand(channel, d_channel);
    d_equalizer.equalize(
        d_row, d_channel, static_cast<float>(noise_var()), d_symbols, d_noise);
}

void receiver::take_data(const row_view& row,
                         const row_channel& channel,
                         bool wants_symbols)
{
    const auto soft = soft_row(d_n_data++);
    if (d_spread_demapper) {
        d_spread_demapper->demap(row, channel, noise_var(), soft);
        if (wants_symbols) {
            d_spread_demapper->symbols(d_symbols);
        }
        return;
    }
    d_row_demapper.demap(row, channel, noise_var(), soft);
    if (wants_symbols) {
        equalize(row, channel);
    }
}

bool receiver::next(span<std::complex<float>> row_out,
                    span<std::complex<float>> symbols_out)
{
    const bool waits = d_n_pushed % BATCH != 0 && d_n_pushed < d_waveform.n_symbols();
    row_channel channel;
    if (waits || !d_channel_estimator.next(channel)) {
        return false;
    }
    const auto row = ring_row(d_n_done);
    if (!d_waveform.is_reference_row(d_n_done++)) {
        take_data(row, channel, symbols_out.size() > 0);
        std::copy_n(d_symbols.begin(), symbols_out.size(), symbols_out.begin());
    }
    if (row_out.size() > 0) {
        copy_row(row, row_out);
    }
    return true;
}

bool receiver::finish(span<std::uint8_t> payload)
{
    return d_decoder.decode(soft_bits(), payload);
}

} // namespace dsp
} // namespace isac
} // namespace gr

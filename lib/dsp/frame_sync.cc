/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/frame_sync.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

frame_sync::frame_sync(const waveform& w)
    : d_waveform(w),
      d_detector(w),
      d_estimator(w),
      d_demodulator(w),
      d_channel_estimator(w),
      d_equalizer(w),
      d_demapper(modulation::QPSK),
      d_codec(w),
      d_samples(w.symbol_len()),
      d_row(w.n_subcarriers()),
      d_channel(w.n_subcarriers()),
      d_symbols(w.n_data()),
      d_noise(w.n_data()),
      d_llrs(d_codec.n_bits())
{
}

std::size_t frame_sync::lookahead() const
{
    // The candidate lies within one reach, its header symbols behind it.
    return d_detector.reach() + d_waveform.preamble_len() + d_waveform.symbol_len();
}

std::optional<frame_header>
frame_sync::read_header(span<const std::complex<float>> samples, double noise_var)
{
    const std::size_t symbol_len = d_waveform.symbol_len();
    const std::size_t n_bits = 2 * d_symbols.size();
    for (int i = 0; i < d_waveform.n_header_symbols(); ++i) {
        correct(samples.subspan(i * symbol_len, symbol_len), d_samples);
        d_demodulator.demodulate(d_samples, d_row);
        d_channel_estimator.estimate(d_row, d_channel);
        d_equalizer.equalize(
            d_row, d_channel, static_cast<float>(noise_var), d_symbols, d_noise);
        d_demapper.demap(d_symbols, d_noise, { d_llrs.data() + i * n_bits, n_bits });
    }
    return d_codec.decode(d_llrs);
}

frame_sync::result frame_sync::search(span<const std::complex<float>> samples)
{
    const auto candidate = d_detector.search(samples);
    if (!candidate.found) {
        return { candidate.searched, std::nullopt };
    }
    if (samples.size() < candidate.searched + lookahead()) {
        return { candidate.searched, std::nullopt };
    }
    // Refused candidates cost the slope of the metric, half a symbol, not a whole one.
    const std::size_t next = candidate.searched + d_waveform.fft_len() / 2;
    const auto estimate = d_estimator.estimate(samples, *candidate.found);
    if (!estimate) {
        ++d_counts.not_ours;
        return { next, std::nullopt };
    }
    const auto header_at = estimate->window + d_waveform.fft_len();
    const auto body_at = header_at + d_waveform.preamble_len() - d_waveform.symbol_len();
    if (header_at < 0 || static_cast<std::size_t>(body_at) > samples.size()) {
        ++d_counts.not_ours;
        return { next, std::nullopt };
    }
    d_rotator.set(-estimate->cfo / d_waveform.fft_len());
    const auto header =
        read_header(samples.subspan(header_at, body_at - header_at), estimate->noise_var);
    if (!header) {
        ++d_counts.header_errors;
        return { next, std::nullopt };
    }
    const auto& p = d_waveform.params();
    if (header->modulation != static_cast<int>(p.modulation) ||
        header->coding != static_cast<int>(p.coding) ||
        header->payload_len > static_cast<std::uint32_t>(d_waveform.payload_len())) {
        ++d_counts.other_waveforms;
        return { next, std::nullopt };
    }
    ++d_counts.frames;
    return { static_cast<std::size_t>(body_at),
             frame_start{ *header,
                          estimate->cfo * p.subcarrier_spacing_hz,
                          estimate->noise_var,
                          10 * std::log10(std::max(estimate->snr, 1e-12)) } };
}

void frame_sync::correct(span<const std::complex<float>> in,
                         span<std::complex<float>> out)
{
    d_rotator.rotate(in, out);
}

} // namespace dsp
} // namespace isac
} // namespace gr

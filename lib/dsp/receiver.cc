/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/receiver.h>
#include <algorithm>

namespace gr {
namespace isac {
namespace dsp {

receiver::receiver(const waveform& w, interpolation method, double max_speed_mps)
    : d_waveform(w),
      d_demodulator(w),
      d_channel_estimator(w, method, max_speed_mps),
      d_equalizer(w),
      d_despreader(w),
      d_demapper(w.params().modulation),
      d_decoder(w),
      d_rows(d_channel_estimator.lookahead() * std::size_t(w.n_subcarriers())),
      d_channel(w.n_subcarriers()),
      d_symbols(w.n_data()),
      d_noise(w.n_data()),
      d_llrs(w.bits_per_frame())
{
}

void receiver::start(double noise_var)
{
    d_channel_estimator.start(noise_var);
    d_n_pushed = d_n_done = 0;
}

void receiver::push(span<const std::complex<float>> samples)
{
    const std::size_t row_len = d_waveform.n_subcarriers();
    const int slot = d_n_pushed++ % d_channel_estimator.lookahead();
    const span<std::complex<float>> row(d_rows.data() + slot * row_len, row_len);
    d_demodulator.demodulate(samples, row);
    d_channel_estimator.push({ row.data(), row.data() + row_len / 2 });
}

bool receiver::next(span<std::complex<float>> row_out,
                    span<std::complex<float>> symbols_out)
{
    row_channel channel;
    if (!d_channel_estimator.next(channel)) {
        return false;
    }
    const std::size_t row_len = d_waveform.n_subcarriers();
    const int slot = d_n_done % d_channel_estimator.lookahead();
    const span<std::complex<float>> row(d_rows.data() + slot * row_len, row_len);
    d_channel_estimator.expand(channel, d_channel);
    d_equalizer.equalize(
        row, d_channel, static_cast<float>(noise_var()), d_symbols, d_noise);
    if (d_waveform.params().precoding == precoding::DFT) {
        d_despreader.despread(d_symbols, d_noise, d_symbols, d_noise);
    }
    const std::size_t n_bits = d_waveform.bits_per_row();
    d_demapper.demap(d_symbols, d_noise, { d_llrs.data() + d_n_done++ * n_bits, n_bits });
    if (row_out.size() > 0) {
        std::copy(row.begin(), row.end(), row_out.begin());
    }
    if (symbols_out.size() > 0) {
        std::copy(d_symbols.begin(), d_symbols.end(), symbols_out.begin());
    }
    return true;
}

bool receiver::finish(span<std::uint8_t> payload)
{
    return d_decoder.decode(d_llrs, payload);
}

} // namespace dsp
} // namespace isac
} // namespace gr

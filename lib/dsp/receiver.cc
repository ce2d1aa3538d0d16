/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/receiver.h>

namespace gr {
namespace isac {
namespace dsp {

receiver::receiver(const waveform& w, interpolation method)
    : d_waveform(w),
      d_demodulator(w),
      d_channel_estimator(w, method),
      d_equalizer(w),
      d_despreader(w),
      d_demapper(w.params().modulation),
      d_decoder(w),
      d_channel(w.n_subcarriers()),
      d_noise(w.n_data()),
      d_llrs(w.bits_per_frame())
{
}

void receiver::take_row(int index,
                        span<const std::complex<float>> samples,
                        float noise_var,
                        span<std::complex<float>> row,
                        span<std::complex<float>> symbols)
{
    d_demodulator.demodulate(samples, row);
    d_channel_estimator.estimate(row, d_channel);
    d_equalizer.equalize(row, d_channel, noise_var, symbols, d_noise);
    if (d_waveform.params().precoding == precoding::DFT) {
        d_despreader.despread(symbols, d_noise, symbols, d_noise);
    }
    const std::size_t n_bits = d_waveform.bits_per_row();
    d_demapper.demap(symbols, d_noise, { d_llrs.data() + index * n_bits, n_bits });
}

bool receiver::finish(span<std::uint8_t> payload)
{
    return d_decoder.decode(d_llrs, payload);
}

} // namespace dsp
} // namespace isac
} // namespace gr

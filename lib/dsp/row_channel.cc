/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pilot_kernels.h"
#include "require.h"
#include "simd.h"
#include <gnuradio/isac/dsp/channel_estimator.h>
#include <algorithm>

namespace gr {
namespace isac {
namespace dsp {

namespace {

ISAC_SIMD void write_out(const row_channel& c,
                         std::uint32_t start,
                         std::uint32_t step,
                         int n,
                         float* __restrict__ out)
{
    const float *fr = c.from_re, *fi = c.from_im, *tr = c.to_re, *ti = c.to_im;
    const float share = c.share;
    for (int k = 0; k < n; ++k) {
        float cosine, sine;
        fast_cos_sin(start + step * static_cast<std::uint32_t>(k), cosine, sine);
        const float re = fr[k] + share * (tr[k] - fr[k]);
        const float im = fi[k] + share * (ti[k] - fi[k]);
        out[2 * k] = re * cosine - im * sine;
        out[2 * k + 1] = re * sine + im * cosine;
    }
}

} // namespace

void channel_estimator::expand(const row_channel& c,
                               span<std::complex<float>> channel) const
{
    require_len("channel", channel.size(), d_waveform.n_subcarriers());
    if (c.rotation.lost) {
        std::fill(channel.begin(), channel.end(), 0);
        return;
    }
    const double step = -c.rotation.delay / d_waveform.fft_len();
    write_out(c,
              angle_of(c.rotation.turns - step * (d_waveform.n_subcarriers() / 2)),
              angle_of(step),
              d_waveform.n_subcarriers(),
              reinterpret_cast<float*>(channel.data()));
}

} // namespace dsp
} // namespace isac
} // namespace gr

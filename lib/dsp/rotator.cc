/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include "simd.h"
#include <gnuradio/isac/dsp/rotator.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

/// out = (in - offset) * (re + j im) * start, over one tile.
ISAC_SIMD void turn(const std::complex<float>* in,
                    const float* re,
                    const float* im,
                    std::complex<float> start,
                    std::complex<float> offset,
                    std::complex<float>* out,
                    int n)
{
    const float* x = reinterpret_cast<const float*>(in);
    float* y = reinterpret_cast<float*>(out);
    const float sr = start.real(), si = start.imag();
    const float dr = offset.real(), di = offset.imag();
    for (int i = 0; i < n; ++i) {
        const float pr = re[i] * sr - im[i] * si;
        const float pi = re[i] * si + im[i] * sr;
        const float xr = x[2 * i] - dr, xi = x[2 * i + 1] - di;
        y[2 * i] = xr * pr - xi * pi;
        y[2 * i + 1] = xr * pi + xi * pr;
    }
}

} // namespace

void rotator::skip(double n)
{
    d_turns += n * d_turns_per_sample;
    d_turns -= std::floor(d_turns);
}

void rotator::set(double turns_per_sample, double start_turns)
{
    d_turns_per_sample = turns_per_sample - std::floor(turns_per_sample);
    d_turns = start_turns - std::floor(start_turns);
    for (int i = 0; i < TILE; ++i) {
        const auto p = std::polar(1.0, 2 * M_PI * d_turns_per_sample * i);
        d_re[i] = static_cast<float>(p.real());
        d_im[i] = static_cast<float>(p.imag());
    }
}

void rotator::rotate(span<const std::complex<float>> in,
                     span<std::complex<float>> out,
                     std::complex<float> offset)
{
    require_len("out", out.size(), in.size());
    for (std::size_t at = 0; at < in.size(); at += TILE) {
        const int n = static_cast<int>(std::min<std::size_t>(TILE, in.size() - at));
        turn(in.data() + at,
             d_re.data(),
             d_im.data(),
             std::complex<float>(std::polar(1.0, 2 * M_PI * d_turns)),
             offset,
             out.data() + at,
             n);
        skip(n);
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

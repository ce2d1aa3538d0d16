/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include "simd.h"
#include <gnuradio/isac/dsp/clutter_filter.h>
#include <algorithm>

namespace gr {
namespace isac {
namespace dsp {

namespace {

// The loops see a complex as two floats: the operators of std::complex look for NaN.

/// sums[k] += y[k] conj(x[k]), powers[k] += |x[k]|^2.
ISAC_SIMD void correlate(const float* x,
                         const float* y,
                         float* __restrict__ sums,
                         float* __restrict__ powers,
                         int n)
{
    for (int k = 0; k < n; ++k) {
        const float xr = x[2 * k], xi = x[2 * k + 1];
        const float yr = y[2 * k], yi = y[2 * k + 1];
        sums[2 * k] += yr * xr + yi * xi;
        sums[2 * k + 1] += yi * xr - yr * xi;
        powers[k] += xr * xr + xi * xi;
    }
}

/// out[k] = y[k] - x[k] h[k].
ISAC_SIMD void
subtract_product(const float* x, const float* h, const float* y, float* out, int n)
{
    for (int k = 0; k < n; ++k) {
        const float xr = x[2 * k], xi = x[2 * k + 1];
        const float hr = h[2 * k], hi = h[2 * k + 1];
        out[2 * k] = y[2 * k] - (xr * hr - xi * hi);
        out[2 * k + 1] = y[2 * k + 1] - (xr * hi + xi * hr);
    }
}

const float* floats(const std::complex<float>* x)
{
    return reinterpret_cast<const float*>(x);
}
float* floats(std::complex<float>* x) { return reinterpret_cast<float*>(x); }

} // namespace

clutter_filter::clutter_filter(const waveform& w)
    : d_n_symbols(w.n_symbols()),
      d_n_subcarriers(w.n_subcarriers()),
      d_sent_power(w.n_subcarriers()),
      d_channel(w.n_subcarriers())
{
}

span<const std::complex<float>>
clutter_filter::estimate(span<const std::complex<float>> tx,
                         span<const std::complex<float>> rx)
{
    const std::size_t grid_len = static_cast<std::size_t>(d_n_symbols) * d_n_subcarriers;
    require_len("tx", tx.size(), grid_len);
    require_len("rx", rx.size(), grid_len);

    std::fill(d_sent_power.begin(), d_sent_power.end(), 0.0f);
    std::fill(d_channel.begin(), d_channel.end(), 0.0f);
    for (std::size_t row = 0; row < grid_len; row += d_n_subcarriers) {
        correlate(floats(tx.data() + row),
                  floats(rx.data() + row),
                  floats(d_channel.data()),
                  d_sent_power.data(),
                  d_n_subcarriers);
    }
    for (int k = 0; k < d_n_subcarriers; ++k) {
        d_channel[k] = d_sent_power[k] > 0 ? d_channel[k] / d_sent_power[k] : 0;
    }
    return d_channel;
}

void clutter_filter::filter(span<const std::complex<float>> tx,
                            span<const std::complex<float>> rx,
                            span<std::complex<float>> moving)
{
    require_len("moving", moving.size(), tx.size());
    const auto channel = estimate(tx, rx);
    for (std::size_t row = 0; row < tx.size(); row += d_n_subcarriers) {
        subtract_product(floats(tx.data() + row),
                         floats(channel.data()),
                         floats(rx.data() + row),
                         floats(moving.data() + row),
                         d_n_subcarriers);
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include <gnuradio/isac/dsp/spectrogram.h>
#include <gnuradio/isac/dsp/window.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int MAX_LEN = 1 << 24;

void check(const spectrogram_params& p)
{
    const auto in = [](int low, int high, const char* name, int value) {
        require(value >= low && value <= high,
                "spectrogram",
                name,
                value,
                "it must be in [" + std::to_string(low) + ", " + std::to_string(high) +
                    "]");
    };
    in(4, MAX_LEN, "window_len", p.window_len);
    in(1, MAX_LEN, "hop", p.hop);
    in(p.window_len, MAX_LEN, "fft_len", p.fft_len);
    in(1, p.fft_len, "n_cells", p.n_cells);
    in(0, MAX_LEN, "clutter_len", p.clutter_len);
    in(1, 1024, "n_series", p.n_series);
}

const spectrogram_params& checked(const spectrogram_params& p)
{
    check(p);
    return p;
}

bool is_finite(std::complex<float> x)
{
    return std::isfinite(x.real()) && std::isfinite(x.imag());
}

} // namespace

spectrogram::spectrogram(const spectrogram_params& params, int max_push)
    : d_params(checked(params)),
      d_clutter_len(params.clutter_len ? std::max(params.clutter_len, params.window_len)
                                       : 0),
      d_capacity(std::max(d_clutter_len, params.window_len) + params.window_len +
                 params.hop + std::max(max_push, 1)),
      d_taper(window_values(params.taper, params.window_len)),
      d_fft(params.fft_len, direction::FORWARD),
      d_ring(d_capacity * params.n_series),
      d_there(d_capacity),
      d_window(params.fft_len),
      d_spectrum(params.fft_len)
{
}

void spectrogram::restart()
{
    d_end = 0;
    d_n_columns = 0;
    d_finished = false;
}

void spectrogram::push(span<const complex> samples)
{
    const int n = static_cast<int>(samples.size()) / d_params.n_series;
    append(samples.data(), n);
}

void spectrogram::push_missing(int n) { append(nullptr, n); }

void spectrogram::append(const complex* samples, int n)
{
    for (int i = 0; i < n; ++i) {
        const std::size_t at = d_end++ % d_capacity;
        bool there = samples != nullptr;
        for (int s = 0; s < d_params.n_series && there; ++s) {
            there = is_finite(samples[static_cast<std::size_t>(s) * n + i]);
        }
        d_there[at] = there;
        for (int s = 0; s < d_params.n_series; ++s) {
            d_ring[s * d_capacity + at] =
                there ? samples[static_cast<std::size_t>(s) * n + i] : 0;
        }
    }
}

bool spectrogram::has_next() const
{
    const auto first = static_cast<std::int64_t>(d_n_columns) * d_params.hop;
    const auto around = first + d_params.window_len / 2 + (d_clutter_len + 1) / 2;
    const auto last = first + d_params.window_len;
    return d_end >= (d_finished ? last : std::max(last, around));
}

bool spectrogram::next(span<float> column)
{
    require_len("column", column.size(), d_params.n_cells);
    if (!has_next()) {
        return false;
    }
    const auto first = static_cast<std::int64_t>(d_n_columns) * d_params.hop;
    const auto middle = first + d_params.window_len / 2;
    std::fill(column.begin(), column.end(), 0.0f);
    const int len = d_params.fft_len, half = d_params.n_cells / 2;
    for (int s = 0; s < d_params.n_series; ++s) {
        take_static(s, middle);
        const int n = fill(s, first);
        d_fft.execute_unscaled(d_window.data(), d_spectrum.data());
        const float level = n > 0 ? static_cast<float>(d_params.window_len) / n : 0;
        for (int i = 0; i < d_params.n_cells; ++i) {
            column[i] += level * std::norm(d_spectrum[(i - half + len) % len]);
        }
    }
    ++d_n_columns;
    return true;
}

/// The mean of what is there around the middle of a column.
void spectrogram::take_static(int series, std::int64_t middle)
{
    const auto from = std::max<std::int64_t>(0, middle - d_clutter_len / 2);
    const auto to = std::min(d_end, middle + (d_clutter_len + 1) / 2);
    std::complex<double> sum = 0;
    int n = 0;
    const auto* ring = d_ring.data() + series * d_capacity;
    for (auto i = from; i < to; ++i) {
        const std::size_t at = i % d_capacity;
        sum += std::complex<double>(ring[at]); // 0 where it is missing
        n += d_there[at];
    }
    d_static = n > 0 ? complex(sum / static_cast<double>(n)) : 0;
}

/// The tapered window that begins at a sample; returns how many of it are there.
int spectrogram::fill(int series, std::int64_t first)
{
    const float scale = 1 / std::sqrt(static_cast<float>(d_params.window_len));
    const auto* ring = d_ring.data() + series * d_capacity;
    int n = 0;
    for (int i = 0; i < d_params.window_len; ++i) {
        const std::size_t at = (first + i) % d_capacity;
        d_window[i] =
            d_there[at] ? scale * d_taper[i] * (ring[at] - d_static) : complex(0);
        n += d_there[at];
    }
    std::fill(d_window.begin() + d_params.window_len, d_window.end(), complex(0));
    return n;
}

} // namespace dsp
} // namespace isac
} // namespace gr

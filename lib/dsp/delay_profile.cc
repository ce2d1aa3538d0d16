/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "simd.h"
#include <gnuradio/isac/dsp/delay_profile.h>
#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>

namespace gr {
namespace isac {
namespace dsp {

namespace {

/// Cells between neighbouring pilots; one may be missing at DC.
int spacing_of(const std::vector<int>& offsets)
{
    int spacing = std::numeric_limits<int>::max();
    for (std::size_t i = 1; i < offsets.size(); ++i) {
        spacing = std::min(spacing, offsets[i] - offsets[i - 1]);
    }
    return offsets.size() > 1 ? spacing : 1;
}

int n_places(const std::vector<int>& offsets)
{
    return (offsets.back() - offsets.front()) / spacing_of(offsets) + 1;
}

/// sums += scale * |x|^2. \param x [2 n], re and im alternate
ISAC_SIMD void
add_powers(const float* __restrict__ x, double scale, int n, double* __restrict__ sums)
{
    for (int i = 0; i < n; ++i) {
        sums[i] += scale * (x[2 * i] * x[2 * i] + x[2 * i + 1] * x[2 * i + 1]);
    }
}

/// Twice as many as places at least: a path between two bins is not overlooked.
int transform_len(const std::vector<int>& offsets)
{
    int len = 2;
    while (len < 2 * n_places(offsets)) {
        len *= 2;
    }
    return len;
}

} // namespace

delay_profile::delay_profile(int fft_len, std::vector<int> offsets)
    : d_power(transform_len(offsets)),
      d_sums(2 * d_power.size() + 1),
      d_period(double(fft_len) / spacing_of(offsets)),
      d_resolution(6 * d_period / n_places(offsets)),
      d_ifft(transform_len(offsets), direction::INVERSE)
{
    double sum = 0;
    for (const int offset : offsets) {
        d_bins.push_back((offset - offsets.front()) / spacing_of(offsets));
        const double x = (d_bins.back() + 1.0) / (n_places(offsets) + 1);
        d_taper.push_back(static_cast<float>(0.42 - 0.5 * std::cos(2 * M_PI * x) +
                                             0.08 * std::cos(4 * M_PI * x)));
        sum += d_taper.back() * d_taper.back();
        const auto i = d_bins.size() - 1;
        d_gap = i > 0 && d_bins[i] - d_bins[i - 1] == 2 ? static_cast<int>(i) : d_gap;
    }
    d_scale = 1 / sum;
}

void delay_profile::clear()
{
    std::fill(d_power.begin(), d_power.end(), 0);
    d_n_rows = 0;
    d_is_summed = false;
}

void delay_profile::add(const float* re, const float* im)
{
    const auto in = d_ifft.input();
    std::fill(in.begin(), in.end(), 0);
    for (std::size_t i = 0; i < d_bins.size(); ++i) {
        in[d_bins[i]] = { re[i] * d_taper[i], im[i] * d_taper[i] };
    }
    fill_gap(re, im);
    const auto response = d_ifft.run();
    add_powers(reinterpret_cast<const float*>(response.data()),
               d_scale,
               static_cast<int>(d_power.size()),
               d_power.data());
    ++d_n_rows;
    d_is_summed = false;
}

void delay_profile::fill_gap(const float* re, const float* im)
{
    if (d_gap == 0) {
        return;
    }
    std::complex<float> turn = 0;
    for (std::size_t i = 1; i < d_bins.size(); ++i) {
        turn += std::complex<float>(re[i], im[i]) *
                std::complex<float>(re[i - 1], -im[i - 1]);
    }
    const float size = std::abs(turn);
    turn = size > 0 ? turn / size : 1.0f;
    const std::complex<float> below(re[d_gap - 1], im[d_gap - 1]),
        above(re[d_gap], im[d_gap]);
    d_ifft.input()[d_bins[d_gap] - 1] = 0.25f * (d_taper[d_gap - 1] + d_taper[d_gap]) *
                                        (below * turn + above * std::conj(turn));
}

void delay_profile::sum_up()
{
    const std::size_t n = d_power.size();
    for (std::size_t i = 0; i < n; ++i) {
        d_sums[i + 1] = d_sums[i] + d_power[i];
    }
    for (std::size_t i = 0; i < n; ++i) {
        d_sums[n + i + 1] = d_sums[n] + d_sums[i + 1]; // delays are a circle
    }
    d_is_summed = true;
}

double delay_profile::power()
{
    if (!d_is_summed) {
        sum_up();
    }
    return d_n_rows ? d_sums[d_power.size()] / d_n_rows : 0;
}

delay_profile::window
delay_profile::best_window(double width, double about, double tolerance)
{
    const int n = static_cast<int>(d_power.size());
    const double bin = d_period / n;
    const int len = std::clamp(static_cast<int>(std::ceil(width / bin)), 1, n);
    if (d_n_rows == 0) {
        return { about, 0, double(n - len) / n };
    }
    const double whole = power(), scale = 1.0 / d_n_rows;
    const auto caught = [&](int at) { // never more than a turn away
        at += at < 0 ? n : at >= n ? -n : 0;
        return scale * (d_sums[at + len] - d_sums[at]);
    };
    const auto start_at = [&](double centre) {
        return static_cast<int>(std::lround(centre / bin - 0.5 * (len - 1)));
    };
    const int lowest = std::max(start_at(about - tolerance), -n);
    const int highest = std::min(start_at(about + tolerance), 2 * n - 1);
    int best = lowest;
    double most = caught(best);
    for (int at = lowest; at <= highest; ++at) {
        const double here = caught(at);
        best = here > most ? at : best;
        most = std::max(here, most);
    }
    // Many places may catch all but noise: the middle of them leaves room on both sides.
    const double outside = std::max(0.0, whole - most);
    const double enough = most - 0.1 * outside - 1e-5 * most;
    int first = best, last = best;
    while (first > lowest && caught(first - 1) >= enough) {
        --first;
    }
    while (last < highest && caught(last + 1) >= enough) {
        ++last;
    }
    return { 0.5 * (first + last + len - 1) * bin, outside, double(n - len) / n };
}

} // namespace dsp
} // namespace isac
} // namespace gr

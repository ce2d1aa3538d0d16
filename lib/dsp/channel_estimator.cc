/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include "simd.h"
#include <gnuradio/isac/dsp/channel_estimator.h>
#include <gnuradio/isac/dsp/grid.h>
#include <algorithm>
#include <cmath>
#include <cstring>

namespace gr {
namespace isac {
namespace dsp {

namespace {

using cd = std::complex<double>;

constexpr int MAX_TAPS = 16;
constexpr double DESIGN_SNR = 316; // 25 dB

/// Solves A x = b by elimination; A is positive definite, so no pivot is needed.
std::vector<cd> solve(std::vector<cd> a, std::vector<cd> b)
{
    const int n = static_cast<int>(b.size());
    for (int i = 0; i < n; ++i) {
        for (int j = i + 1; j < n; ++j) {
            const cd factor = a[j * n + i] / a[i * n + i];
            for (int k = i; k < n; ++k) {
                a[j * n + k] -= factor * a[i * n + k];
            }
            b[j] -= factor * b[i];
        }
    }
    for (int i = n - 1; i >= 0; --i) {
        for (int k = i + 1; k < n; ++k) {
            b[i] -= a[i * n + k] * b[k];
        }
        b[i] /= a[i * n + i];
    }
    return b;
}

/// One cell a lane. The compiler splits it where the processor's registers are shorter.
typedef float lanes __attribute__((vector_size(4 * channel_estimator::LANES)));

/// channel = weights * pilots, group by group.
ISAC_SIMD void combine(const channel_estimator::group* groups,
                       std::size_t n_groups,
                       int n_taps,
                       const float* weights_re,
                       const float* weights_im,
                       const float* ls_re,
                       const float* ls_im,
                       float* channel_re,
                       float* channel_im)
{
    constexpr int LANES = channel_estimator::LANES;
    for (std::size_t i = 0; i < n_groups; ++i) {
        const float* pr = ls_re + groups[i].first_pilot;
        const float* pi = ls_im + groups[i].first_pilot;
        lanes re = {}, im = {};
        for (int t = 0; t < n_taps; ++t) {
            lanes wr, wi;
            std::memcpy(&wr, weights_re, sizeof wr);
            std::memcpy(&wi, weights_im, sizeof wi);
            re += wr * pr[t] - wi * pi[t];
            im += wr * pi[t] + wi * pr[t];
            weights_re += LANES;
            weights_im += LANES;
        }
        // In ascending order: the lanes that one group does not use are the next one's.
        std::memcpy(channel_re + groups[i].first_cell, &re, sizeof re);
        std::memcpy(channel_im + groups[i].first_cell, &im, sizeof im);
    }
}

} // namespace

channel_estimator::channel_estimator(const waveform& w, interpolation method)
    : d_waveform(w),
      d_pilots(pilot_sequence(w)),
      d_n_taps(method == interpolation::LINEAR ? 2 : MAX_TAPS),
      d_ls_re(w.n_pilots() + d_n_taps),
      d_ls_im(w.n_pilots() + d_n_taps),
      d_channel_re(w.n_subcarriers() + LANES),
      d_channel_im(w.n_subcarriers() + LANES)
{
    for (int k = 0; k < w.n_subcarriers(); ++k) {
        const auto f =
            method == interpolation::LINEAR ? design_linear(k) : design_wiener(k);
        add(k, f);
        for (const auto& weight : f.weights) {
            d_noise_gain += std::norm(weight) / w.n_subcarriers();
        }
    }
}

void channel_estimator::add(int cell, const filter& f)
{
    if (d_groups.empty() || d_groups.back().first_pilot != f.first_pilot ||
        cell - d_groups.back().first_cell == LANES) {
        d_groups.push_back({ cell, f.first_pilot });
        d_weights_re.resize(d_weights_re.size() + d_n_taps * LANES);
        d_weights_im.resize(d_weights_im.size() + d_n_taps * LANES);
    }
    const std::size_t base = (d_groups.size() - 1) * d_n_taps * LANES;
    const int lane = cell - d_groups.back().first_cell;
    for (std::size_t t = 0; t < f.weights.size(); ++t) {
        d_weights_re[base + t * LANES + lane] = static_cast<float>(f.weights[t].real());
        d_weights_im[base + t * LANES + lane] = static_cast<float>(f.weights[t].imag());
    }
}

channel_estimator::filter channel_estimator::design_linear(int cell) const
{
    const auto& at = d_waveform.pilot_cells();
    if (at.size() == 1) {
        return { 0, { 1.0 } };
    }
    const auto next =
        static_cast<int>(std::lower_bound(at.begin(), at.end(), cell) - at.begin());
    const int first = std::clamp(next - 1, 0, d_waveform.n_pilots() - 2);
    // Past the last pilot the line would amplify noise: hold the last value.
    const double u =
        std::min(1.0, double(cell - at[first]) / double(at[first + 1] - at[first]));
    return { first, { 1 - u, u } };
}

channel_estimator::filter channel_estimator::design_wiener(int cell) const
{
    const auto& at = d_waveform.pilot_cells();
    const int n = std::min(MAX_TAPS, d_waveform.n_pilots());
    const auto centre =
        static_cast<int>(std::lower_bound(at.begin(), at.end(), cell) - at.begin());
    const int first = std::clamp(centre - n / 2, 0, d_waveform.n_pilots() - n);

    // Correlation over frequency of power spread evenly over the prefix.
    // Pilots so far apart that they cannot tell such delays from shorter ones get the
    // benefit of the doubt: shorter ones it is, with a margin to the ambiguity.
    const double spread = std::min(double(d_waveform.cp_len()) / d_waveform.fft_len(),
                                   0.8 / d_waveform.params().pilot_spacing);
    const auto correlation = [spread](int cells_apart) {
        const double x = M_PI * cells_apart * spread;
        return std::polar(std::abs(x) < 1e-12 ? 1.0 : std::sin(x) / x, -x);
    };
    std::vector<cd> covariance(n * n), cross(n);
    for (int i = 0; i < n; ++i) {
        for (int j = 0; j < n; ++j) {
            covariance[i * n + j] = correlation(at[first + j] - at[first + i]);
        }
        covariance[i * n + i] += 1 / DESIGN_SNR;
        cross[i] = correlation(cell - at[first + i]);
    }
    return { first, solve(std::move(covariance), std::move(cross)) };
}

void channel_estimator::estimate(span<const std::complex<float>> row,
                                 span<std::complex<float>> channel)
{
    require_len("row", row.size(), d_waveform.n_subcarriers());
    require_len("channel", channel.size(), d_waveform.n_subcarriers());
    const auto& at = d_waveform.pilot_cells();
    for (std::size_t i = 0; i < at.size(); ++i) {
        d_ls_re[i] = row[at[i]].real() * d_pilots[i];
        d_ls_im[i] = row[at[i]].imag() * d_pilots[i];
    }
    combine(d_groups.data(),
            d_groups.size(),
            d_n_taps,
            d_weights_re.data(),
            d_weights_im.data(),
            d_ls_re.data(),
            d_ls_im.data(),
            d_channel_re.data(),
            d_channel_im.data());
    for (std::size_t k = 0; k < channel.size(); ++k) {
        channel[k] = { d_channel_re[k], d_channel_im[k] };
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

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

/// weights [n_cells, n_taps] times the pilots that start at first[cell].
template <int LANES>
ISAC_SIMD void filter(const float* weights_re,
                      const float* weights_im,
                      const int* first,
                      const float* ls_re,
                      const float* ls_im,
                      int n_cells,
                      int n_taps,
                      std::complex<float>* channel)
{
    for (int k = 0; k < n_cells; ++k) {
        const float* pr = ls_re + first[k];
        const float* pi = ls_im + first[k];
        float re[LANES] = {}, im[LANES] = {};
        for (int t = 0; t < n_taps; t += LANES) {
            for (int l = 0; l < LANES; ++l) {
                re[l] += weights_re[t + l] * pr[t + l] - weights_im[t + l] * pi[t + l];
                im[l] += weights_re[t + l] * pi[t + l] + weights_im[t + l] * pr[t + l];
            }
        }
        weights_re += n_taps;
        weights_im += n_taps;
        float sum_re = 0, sum_im = 0;
        for (int l = 0; l < LANES; ++l) {
            sum_re += re[l];
            sum_im += im[l];
        }
        channel[k] = { sum_re, sum_im };
    }
}

} // namespace

channel_estimator::channel_estimator(const waveform& w, interpolation method)
    : d_waveform(w),
      d_pilots(pilot_sequence(w)),
      d_n_taps(method == interpolation::LINEAR ? LANES : MAX_TAPS),
      d_first(w.n_subcarriers()),
      d_weights_re(w.n_subcarriers() * d_n_taps),
      d_weights_im(w.n_subcarriers() * d_n_taps),
      d_ls_re(w.n_pilots() + d_n_taps),
      d_ls_im(w.n_pilots() + d_n_taps)
{
    for (int k = 0; k < w.n_subcarriers(); ++k) {
        method == interpolation::LINEAR ? design_linear(k) : design_wiener(k);
        for (int t = 0; t < d_n_taps; ++t) {
            d_noise_gain += std::norm(std::complex<double>(
                                d_weights_re[k * d_n_taps + t],
                                d_weights_im[k * d_n_taps + t])) /
                            w.n_subcarriers();
        }
    }
}

void channel_estimator::design_linear(int cell)
{
    const auto& at = d_waveform.pilot_cells();
    const int last = d_waveform.n_pilots() - 2;
    const int next = static_cast<int>(
        std::upper_bound(at.begin(), at.end(), cell) - at.begin());
    const int first = std::clamp(next - 1, 0, std::max(0, last));
    d_first[cell] = first;
    if (d_waveform.n_pilots() == 1) {
        d_weights_re[cell * d_n_taps] = 1;
        return;
    }
    // Past the last pilot the line would amplify noise: hold the last value.
    const float u = std::min(
        1.0f, float(cell - at[first]) / float(at[first + 1] - at[first]));
    d_weights_re[cell * d_n_taps] = 1 - u;
    d_weights_re[cell * d_n_taps + 1] = u;
}

void channel_estimator::design_wiener(int cell)
{
    const auto& at = d_waveform.pilot_cells();
    const int n = std::min(MAX_TAPS, d_waveform.n_pilots());
    const auto centre = std::lower_bound(at.begin(), at.end(), cell) - at.begin();
    const int first =
        std::clamp(static_cast<int>(centre) - n / 2, 0, d_waveform.n_pilots() - n);

    // Correlation over frequency of power spread evenly over the prefix.
    const double span = double(d_waveform.cp_len()) / d_waveform.fft_len();
    const auto correlation = [span](int cells_apart) {
        const double x = M_PI * cells_apart * span;
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
    const auto weights = solve(std::move(covariance), std::move(cross));
    d_first[cell] = first;
    for (int t = 0; t < n; ++t) {
        d_weights_re[cell * d_n_taps + t] = static_cast<float>(weights[t].real());
        d_weights_im[cell * d_n_taps + t] = static_cast<float>(weights[t].imag());
    }
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
    filter<LANES>(d_weights_re.data(),
                  d_weights_im.data(),
                  d_first.data(),
                  d_ls_re.data(),
                  d_ls_im.data(),
                  d_waveform.n_subcarriers(),
                  d_n_taps,
                  channel.data());
}

} // namespace dsp
} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "gap_filler.h"
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int MAX_ORDER = 16; // lines that a gate may hold, and then some for noise
constexpr int MAX_GAP = 1024;

} // namespace

gap_filler::gap_filler(int len)
    : d_len(len),
      d_order(std::min(MAX_ORDER, len / 2)),
      d_forward(len),
      d_backward(len),
      d_coefficients(d_order + 1),
      d_reversed(d_order + 1),
      d_series(len + MAX_GAP),
      d_turned(len)
{
}

/// The coefficients that predict a sample from those before it: x = -sum c[k] x[-k].
void gap_filler::fit(const complex* samples)
{
    for (int i = 0; i < d_len; ++i) {
        d_forward[i] = d_backward[i] = precise(samples[i]);
    }
    std::fill(d_coefficients.begin(), d_coefficients.end(), precise(0));
    d_coefficients[0] = 1;
    for (int order = 1; order <= d_order; ++order) {
        precise product = 0;
        double power = 0;
        for (int i = order; i < d_len; ++i) {
            product += d_forward[i] * std::conj(d_backward[i - 1]);
            power += std::norm(d_forward[i]) + std::norm(d_backward[i - 1]);
        }
        if (!(power > 0)) {
            return; // all is explained
        }
        const precise reflection = -2.0 * product / power;
        for (int i = d_len - 1; i >= order; --i) {
            const auto forward = d_forward[i], backward = d_backward[i - 1];
            d_forward[i] = forward + reflection * backward;
            d_backward[i] = backward + std::conj(reflection) * forward;
        }
        for (int k = 0; k <= order; ++k) {
            d_reversed[k] = std::conj(d_coefficients[order - k]);
        }
        for (int k = 1; k <= order; ++k) {
            d_coefficients[k] += reflection * d_reversed[k];
        }
    }
}

/// \p n more samples, into d_series from len() on.
void gap_filler::extrapolate(const complex* samples, int n)
{
    fit(samples);
    std::copy_n(samples, d_len, d_series.begin());
    for (int i = d_len; i < d_len + n; ++i) {
        precise sum = 0;
        for (int k = 1; k <= d_order; ++k) {
            sum -= d_coefficients[k] * d_series[i - k];
        }
        d_series[i] = sum;
    }
}

void gap_filler::fill(const complex* before, const complex* after, complex* gap, int n)
{
    n = std::min(n, MAX_GAP);
    extrapolate(before, n);
    for (int i = 0; i < n; ++i) {
        const double fade = (i + 1.0) / (n + 1.0);
        gap[i] = complex((1 - fade) * d_series[d_len + i]);
    }
    std::reverse_copy(after, after + d_len, d_turned.begin());
    extrapolate(d_turned.data(), n);
    for (int i = 0; i < n; ++i) {
        const double fade = (i + 1.0) / (n + 1.0);
        gap[i] += complex(fade * d_series[d_len + n - 1 - i]);
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

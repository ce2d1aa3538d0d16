/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cholesky.h"
#include <gnuradio/isac/dsp/time_filter.h>
#include <algorithm>
#include <cstdlib>
#include <numeric>

namespace gr {
namespace isac {
namespace dsp {

namespace {

double sum_of(const std::vector<double>& x)
{
    return std::accumulate(x.begin(), x.end(), 0.0);
}

/// The weights of least error among those that add up to 1.
std::vector<double> with_sum_one(const cholesky& covariance, std::vector<double> weights)
{
    const auto ones = covariance.solve(std::vector<double>(weights.size(), 1.0));
    const double missing = (1 - sum_of(weights)) / sum_of(ones);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        weights[i] += missing * ones[i];
    }
    return weights;
}

} // namespace

time_filter::time_filter(const std::vector<int>& rows,
                         const std::vector<int>& anchors,
                         int n_taps,
                         double doppler,
                         double snr,
                         bool keeps_standstill)
    : d_n_taps(std::min(n_taps, static_cast<int>(rows.size())))
{
    const int n = d_n_taps, n_rows = static_cast<int>(rows.size());
    for (const int anchor : anchors) {
        const auto next =
            std::lower_bound(rows.begin(), rows.end(), anchor) - rows.begin();
        const int first = std::clamp(static_cast<int>(next) - n / 2, 0, n_rows - n);
        const int* at = rows.data() + first;
        std::vector<double> covariance(n * n), cross(n);
        for (int i = 0; i < n; ++i) {
            for (int j = 0; j < n; ++j) {
                covariance[i * n + j] = sinc(2 * doppler * (at[j] - at[i]));
            }
            covariance[i * n + i] += 1 / snr;
            cross[i] = sinc(2 * doppler * (anchor - at[i]));
        }
        d_first.push_back(first);
        const cholesky factors(std::move(covariance), n);
        auto solved = factors.solve(std::move(cross));
        for (const double w :
             keeps_standstill ? with_sum_one(factors, std::move(solved)) : solved) {
            d_weights.push_back(static_cast<float>(w));
            d_noise_gain += w * w / anchors.size();
        }
    }
    const int n_anchors = static_cast<int>(anchors.size());
    for (int a = 0; a < n_anchors; ++a) {
        for (int b = a; b < a + REACH; ++b) {
            d_correlations.push_back(b < n_anchors ? correlate(a, b) : 0);
        }
    }
}

/// Of the noise of two anchors.
double time_filter::correlate(int a, int b) const
{
    double sum = 0;
    const int shift = d_first[b] - d_first[a];
    for (int t = std::max(shift, 0); t < std::min(d_n_taps, d_n_taps + shift); ++t) {
        sum += weights(a)[t] * weights(b)[t - shift];
    }
    return sum;
}

double time_filter::correlation(int a, int b) const
{
    return d_correlations[std::min(a, b) * REACH + std::abs(a - b)];
}

double time_filter::bend_gain(int from, int between, int to, double share) const
{
    const int anchors[] = { from, between, to };
    const double factors[] = { share - 1, 1, -share };
    double sum = 0;
    for (int i = 0; i < 3; ++i) {
        for (int j = 0; j < 3; ++j) {
            sum += factors[i] * factors[j] * correlation(anchors[i], anchors[j]);
        }
    }
    return sum;
}

} // namespace dsp
} // namespace isac
} // namespace gr

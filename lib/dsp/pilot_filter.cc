/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cholesky.h"
#include "lanes.h"
#include "simd.h"
#include <gnuradio/isac/dsp/pilot_filter.h>
#include <algorithm>
#include <map>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int WIENER_TAPS = 16; // more gain little: the weights have faded out
constexpr int MIN_REACH = 48;   // cells that the taps span where pilots are dense

constexpr double LEAST_SQUARES_SNR = 1e4; // of DFT: only what keeps it regular

int count_taps(const std::vector<double>& at, int spacing, interpolation method)
{
    const int n = static_cast<int>(at.size());
    switch (method) {
    case interpolation::DFT:
        return n;
    case interpolation::WIENER:
        return std::min(n, std::max(WIENER_TAPS, MIN_REACH / spacing));
    default:
        return std::min(n, pilot_filter::LANES / spacing + 4);
    }
}

std::vector<double> middles(const std::vector<int>& pilots, int bundle)
{
    std::vector<double> at;
    for (std::size_t i = 0; i + bundle <= pilots.size(); i += bundle) {
        at.push_back(0.5 * (pilots[i] + pilots[i + bundle - 1]));
    }
    return at;
}

/// Sums of one group.
struct sums {
    lanes re0 = {}, re1 = {}, im0 = {}, im1 = {};

    ISAC_INLINE void add(const lanes& w0, const lanes& w1, float re, float im)
    {
        re0 += w0 * re;
        re1 += w1 * re;
        im0 += w0 * im;
        im1 += w1 * im;
    }

    ISAC_INLINE void write(float* re, float* im) const
    {
        store(re0, re);
        store(re1, re + 8);
        store(im0, im);
        store(im1, im + 8);
    }
};

/// Two groups with the same weights: as many additions as wait for each other, and no
/// weight is loaded twice.
ISAC_SIMD void combine(const pilot_filter::group* groups,
                       int n_pairs,
                       int n_taps,
                       const float* weights,
                       const float* re,
                       const float* im,
                       float* out_re,
                       float* out_im)
{
    for (int g = 0; g < 2 * n_pairs; g += 2) {
        const auto &a = groups[g], &b = groups[g + 1];
        const float *re_a = re + a.first_pilot, *im_a = im + a.first_pilot;
        const float *re_b = re + b.first_pilot, *im_b = im + b.first_pilot;
        const float* w = weights + a.weights;
        sums sum_a, sum_b;
        for (int t = 0; t < n_taps; ++t, w += pilot_filter::LANES) {
            lanes w0, w1;
            load(w, w0);
            load(w + 8, w1);
            sum_a.add(w0, w1, re_a[t], im_a[t]);
            sum_b.add(w0, w1, re_b[t], im_b[t]);
        }
        sum_a.write(out_re + a.cell, out_im + a.cell);
        sum_b.write(out_re + b.cell, out_im + b.cell);
    }
}

} // namespace

pilot_filter::pilot_filter(int fft_len,
                           const std::vector<int>& pilots,
                           int n_cells,
                           interpolation method,
                           double width,
                           double snr,
                           int bundle)
    : d_bundle(bundle),
      d_at(middles(pilots, bundle)),
      d_n_cells(n_cells),
      d_bandwidth(width / fft_len),
      d_noise(1 / (method == interpolation::DFT ? LEAST_SQUARES_SNR : snr))
{
    const int n = static_cast<int>(d_at.size());
    const int spacing =
        n > 1 ? std::max(1, static_cast<int>((d_at[n - 1] - d_at[0]) / (n - 1))) : 1;
    d_n_taps = count_taps(d_at, spacing, method);
    // Away from the edges the same few patterns come again and again.
    std::map<std::vector<double>, std::vector<group>> alike;
    for (int cell = 0; cell < n_cells; cell += LANES) {
        const auto middle =
            std::lower_bound(d_at.begin(), d_at.end(), cell + LANES / 2) - d_at.begin();
        const int first =
            std::clamp(static_cast<int>(middle) - d_n_taps / 2, 0, n - d_n_taps);
        std::vector<double> key(d_at.begin() + first, d_at.begin() + first + d_n_taps);
        for (auto& k : key) {
            k -= cell;
        }
        alike[key].push_back({ cell, first, 0 });
    }
    for (auto& [key, groups] : alike) {
        const int cell = groups[0].cell, first = groups[0].first_pilot;
        add_groups(
            groups,
            method == interpolation::WIENER || method == interpolation::DFT
                ? design_wiener(cell, first)
                : design_nearest(cell, first, method == interpolation::NEAREST ? 1 : 2));
    }
}

void pilot_filter::add_groups(std::vector<group> groups, const weights& w)
{
    if (groups.size() % 2) {
        groups.push_back(groups.back()); // they are worked on in pairs
    }
    for (auto& g : groups) {
        g.weights = static_cast<int>(d_weights.size());
        d_groups.push_back(g);
    }
    double gain[LANES] = {};
    for (int t = 0; t < d_n_taps; ++t) {
        for (int lane = 0; lane < LANES; ++lane) {
            const double weight = w[lane * d_n_taps + t];
            d_weights.push_back(static_cast<float>(weight));
            gain[lane] += d_bundle * weight * weight;
        }
    }
    int last = -1; // the one that fills a pair counts once
    for (const auto& g : groups) {
        for (int lane = 0; lane < LANES && g.cell != last; ++lane) {
            d_noise_gain += g.cell + lane < d_n_cells ? gain[lane] / d_n_cells : 0;
        }
        last = g.cell;
    }
}

pilot_filter::weights
pilot_filter::design_nearest(int first_cell, int first_pilot, int reach) const
{
    weights w(LANES * d_n_taps);
    const auto* at = d_at.data() + first_pilot;
    for (int lane = 0; lane < LANES; ++lane) {
        const double cell = first_cell + lane;
        const auto after =
            static_cast<int>(std::lower_bound(at, at + d_n_taps, cell) - at);
        const int next = std::clamp(after, 0, d_n_taps - 1);
        const int last = std::clamp(after - 1, 0, d_n_taps - 1);
        // Past the last pilot a line would amplify noise: hold the last value.
        double u = next == last ? 0 : (cell - at[last]) / (at[next] - at[last]);
        u = reach == 1 ? std::round(u) : u;
        w[lane * d_n_taps + last] += 1 - u;
        w[lane * d_n_taps + next] += u;
    }
    return w;
}

/// Of the mean of a bundle with a cell.
double pilot_filter::correlation(double apart) const
{
    double sum = 0;
    for (int i = 0; i < d_bundle; ++i) {
        sum += sinc(d_bandwidth * (apart + i - 0.5 * (d_bundle - 1)));
    }
    return sum / d_bundle;
}

pilot_filter::weights pilot_filter::design_wiener(int first_cell, int first_pilot) const
{
    const int n = d_n_taps;
    const auto* at = d_at.data() + first_pilot;
    std::vector<double> covariance(n * n);
    for (int i = 0; i < n; ++i) {
        for (int j = 0; j < n; ++j) {
            for (int cell = 0; cell < d_bundle; ++cell) {
                const double off = cell - 0.5 * (d_bundle - 1);
                covariance[i * n + j] += correlation(at[j] - at[i] + off) / d_bundle;
            }
        }
        covariance[i * n + i] += d_noise / d_bundle;
    }
    const cholesky factors(std::move(covariance), n);
    weights w;
    for (int lane = 0; lane < LANES; ++lane) {
        std::vector<double> cross(n);
        for (int i = 0; i < n; ++i) {
            cross[i] = correlation(first_cell + lane - at[i]);
        }
        for (const double weight : factors.solve(std::move(cross))) {
            w.push_back(weight / d_bundle); // of the sum
        }
    }
    return w;
}

void pilot_filter::apply(const float* re,
                         const float* im,
                         float* out_re,
                         float* out_im) const
{
    combine(d_groups.data(),
            static_cast<int>(d_groups.size()) / 2,
            d_n_taps,
            d_weights.data(),
            re,
            im,
            out_re,
            out_im);
}

} // namespace dsp
} // namespace isac
} // namespace gr

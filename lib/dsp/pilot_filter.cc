/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cholesky.h"
#include "simd.h"
#include <gnuradio/isac/dsp/pilot_filter.h>
#include <algorithm>
#include <cstring>
#include <map>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int WIENER_TAPS = 16; // more gain little: the weights have faded out
constexpr int MIN_REACH = 48;   // cells that the taps span where pilots are dense

constexpr double LEAST_SQUARES_SNR = 1e4; // of DFT: only what keeps it regular

int count_taps(const std::vector<int>& at, int spacing, interpolation method)
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

// The compiler splits these where the registers are shorter.
typedef float lanes __attribute__((vector_size(32)));

inline __attribute__((always_inline)) void load(const float* x, lanes& low, lanes& high)
{
    std::memcpy(&low, x, sizeof low);
    std::memcpy(&high, x + 8, sizeof high);
}

inline __attribute__((always_inline)) void store(const lanes& x, float* to)
{
    // As memcpy() of a vector, GCC would take it through integer registers.
    typedef float unaligned __attribute__((vector_size(32), aligned(4), may_alias));
    *reinterpret_cast<unaligned*>(to) = x;
}

/// One group: out = weights * pilots. Two sums each, or additions would wait in a chain.
inline __attribute__((always_inline)) void combine_group(const float* w,
                                                         const float* re,
                                                         const float* im,
                                                         int n_taps,
                                                         float* out_re,
                                                         float* out_im)
{
    lanes r[4] = {}, i[4] = {};
    int t = 0;
    for (; t + 2 <= n_taps; t += 2, w += 2 * pilot_filter::LANES) {
        lanes w0, w1, w2, w3;
        load(w, w0, w1);
        load(w + pilot_filter::LANES, w2, w3);
        r[0] += w0 * re[t];
        r[1] += w1 * re[t];
        i[0] += w0 * im[t];
        i[1] += w1 * im[t];
        r[2] += w2 * re[t + 1];
        r[3] += w3 * re[t + 1];
        i[2] += w2 * im[t + 1];
        i[3] += w3 * im[t + 1];
    }
    if (t < n_taps) {
        lanes w0, w1;
        load(w, w0, w1);
        r[0] += w0 * re[t];
        r[1] += w1 * re[t];
        i[0] += w0 * im[t];
        i[1] += w1 * im[t];
    }
    store(r[0] + r[2], out_re);
    store(r[1] + r[3], out_re + 8);
    store(i[0] + i[2], out_im);
    store(i[1] + i[3], out_im + 8);
}

ISAC_SIMD void combine(const int* first,
                       int n_groups,
                       int n_taps,
                       const float* weights,
                       const float* re,
                       const float* im,
                       float* out_re,
                       float* out_im)
{
    constexpr int LANES = pilot_filter::LANES;
    for (int g = 0; g < n_groups; ++g) {
        combine_group(weights + g * n_taps * LANES,
                      re + first[g],
                      im + first[g],
                      n_taps,
                      out_re + g * LANES,
                      out_im + g * LANES);
    }
}

} // namespace

pilot_filter::pilot_filter(int fft_len,
                           const std::vector<int>& pilots,
                           int n_cells,
                           interpolation method,
                           double width,
                           double snr)
    : d_at(pilots),
      d_n_cells(n_cells),
      d_bandwidth(width / fft_len),
      d_noise(1 / (method == interpolation::DFT ? LEAST_SQUARES_SNR : snr))
{
    const int n = static_cast<int>(pilots.size());
    const int spacing = n > 1 ? std::max(1, (pilots[n - 1] - pilots[0]) / (n - 1)) : 1;
    d_n_taps = count_taps(pilots, spacing, method);
    // Away from the edges the same few patterns come again and again.
    std::map<std::vector<int>, weights> designs;
    for (int cell = 0; cell < n_cells; cell += LANES) {
        const auto middle =
            std::lower_bound(d_at.begin(), d_at.end(), cell + LANES / 2) - d_at.begin();
        const int first =
            std::clamp(static_cast<int>(middle) - d_n_taps / 2, 0, n - d_n_taps);
        std::vector<int> key(d_at.begin() + first, d_at.begin() + first + d_n_taps);
        for (auto& k : key) {
            k -= cell;
        }
        auto found = designs.find(key);
        if (found == designs.end()) {
            const bool is_wiener =
                method == interpolation::WIENER || method == interpolation::DFT;
            found =
                designs
                    .emplace(
                        key,
                        is_wiener
                            ? design_wiener(cell, first)
                            : design_nearest(
                                  cell, first, method == interpolation::NEAREST ? 1 : 2))
                    .first;
        }
        add_group(first, found->second);
    }
}

void pilot_filter::add_group(int first_pilot, const weights& w)
{
    const int cell = static_cast<int>(d_first.size()) * LANES;
    d_first.push_back(first_pilot);
    for (int t = 0; t < d_n_taps; ++t) {
        for (int lane = 0; lane < LANES; ++lane) {
            const double weight = w[lane * d_n_taps + t];
            d_weights.push_back(static_cast<float>(weight));
            d_noise_gain += cell + lane < d_n_cells ? weight * weight / d_n_cells : 0;
        }
    }
}

pilot_filter::weights
pilot_filter::design_nearest(int first_cell, int first_pilot, int reach) const
{
    weights w(LANES * d_n_taps);
    const auto* at = d_at.data() + first_pilot;
    for (int lane = 0; lane < LANES; ++lane) {
        const int cell = first_cell + lane;
        const auto after =
            static_cast<int>(std::lower_bound(at, at + d_n_taps, cell) - at);
        const int next = std::clamp(after, 0, d_n_taps - 1);
        const int last = std::clamp(after - 1, 0, d_n_taps - 1);
        // Past the last pilot a line would amplify noise: hold the last value.
        double u = next == last ? 0 : double(cell - at[last]) / (at[next] - at[last]);
        u = reach == 1 ? std::round(u) : u;
        w[lane * d_n_taps + last] += 1 - u;
        w[lane * d_n_taps + next] += u;
    }
    return w;
}

pilot_filter::weights pilot_filter::design_wiener(int first_cell, int first_pilot) const
{
    const int n = d_n_taps;
    const auto* at = d_at.data() + first_pilot;
    std::vector<double> covariance(n * n);
    for (int i = 0; i < n; ++i) {
        for (int j = 0; j < n; ++j) {
            covariance[i * n + j] = sinc(d_bandwidth * (at[j] - at[i]));
        }
        covariance[i * n + i] += d_noise;
    }
    const cholesky factors(std::move(covariance), n);
    weights w;
    for (int lane = 0; lane < LANES; ++lane) {
        std::vector<double> cross(n);
        for (int i = 0; i < n; ++i) {
            cross[i] = sinc(d_bandwidth * (first_cell + lane - at[i]));
        }
        const auto solved = factors.solve(std::move(cross));
        w.insert(w.end(), solved.begin(), solved.end());
    }
    return w;
}

void pilot_filter::apply(const float* re,
                         const float* im,
                         float* out_re,
                         float* out_im) const
{
    combine(d_first.data(),
            static_cast<int>(d_first.size()),
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

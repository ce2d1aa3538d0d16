/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "filter_bank.h"
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

// Pilot to noise power that filters are designed for: 5, 15, 25 and 35 dB.
constexpr double SNRS[] = { 3.16, 31.6, 316, 3160 };
constexpr int N_SNRS = 4;

/// The nearest of SNRS on a logarithmic scale.
int snr_index(double snr)
{
    const double db = 10 * std::log10(std::max(snr, 1e-9));
    return std::clamp(static_cast<int>(std::floor(db / 10)), 0, N_SNRS - 1);
}

} // namespace

filter_bank::filter_bank(const pilot_layout& l, interpolation method, double min_delay)
    : d_max_delay(l.max_delay),
      d_bundle(method == interpolation::WIENER ? l.bundle : 1),
      d_frequency_first(l.has_references)
{
    // Straight lines fit best around the strongest paths, wherever the others are.
    const bool is_line =
        method == interpolation::NEAREST || method == interpolation::LINEAR;
    d_widths.push_back(is_line ? 2 * min_delay : l.max_delay);
    while (method == interpolation::WIENER && d_widths.back() > 2 * min_delay) {
        d_widths.push_back(d_widths.back() / 2);
    }
    const int n_filters = method == interpolation::WIENER ? N_SNRS : 1;
    for (const double width : d_widths) {
        for (int i = 0; i < n_filters; ++i) {
            d_over_frequency.emplace_back(
                l.fft_len, l.pilots, l.n_cells, method, width, SNRS[i], d_bundle);
        }
    }
    for (const double snr : SNRS) {
        d_over_time.emplace_back(
            l.rows, l.anchors, l.n_taps, l.doppler, snr, l.has_references);
        if (l.has_references) {
            d_over_time_still.emplace_back(
                l.rows, l.anchors, l.n_taps, l.still_doppler, snr, true);
        }
    }
}

filter_bank::choice filter_bank::choose(delay_profile& profile, double noise_var) const
{
    const double power = std::max(profile.power() - noise_var, 1e-30);
    const auto& time = d_over_time[snr_index(power / noise_var)];
    const double left = noise_var * (d_frequency_first ? 1 : time.noise_gain());
    const int n_filters = static_cast<int>(d_over_frequency.size() / d_widths.size());
    const int snr = std::min(snr_index(power / left), n_filters - 1);

    choice best = { nullptr, &time, nullptr, 0 };
    double least = 0;
    for (std::size_t i = 0; i < d_widths.size(); ++i) {
        const auto& filter = d_over_frequency[i * n_filters + snr];
        // The widest one has to do: centre it on whole paths, not on parts of them, but
        // leave some delays out, or it could lie anywhere.
        const double whole =
            std::min(d_widths[i] + profile.resolution(), 0.75 * profile.period());
        const double width = i == 0 ? std::max(d_widths[i], whole) : d_widths[i];
        const double tolerance = 0.5 * (d_max_delay - d_widths[i]) + 0.25 * d_max_delay +
                                 0.5 * profile.resolution();
        const auto window = profile.best_window(width, 0.5 * d_max_delay, tolerance);
        const double missed = std::max(0.0, window.outside - noise_var * window.share);
        const double error = missed + left * filter.noise_gain();
        if (!best.frequency || error < least) {
            best.frequency = &filter;
            best.centre = window.centre;
            least = error;
        }
    }
    if (d_frequency_first) {
        const double filtered = noise_var * best.frequency->noise_gain();
        const int index = snr_index(power / filtered);
        best.time = &d_over_time[index];
        best.still = &d_over_time_still[index];
    }
    return best;
}

} // namespace dsp
} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "micro_doppler_shape.h"
#include "require.h"
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int MAX_FFT_LEN = 1 << 20;

void check_positive(const char* name, double value, double least, const char* what)
{
    std::ostringstream rule;
    rule << "it must be " << what << " of " << least;
    require(
        value >= least && std::isfinite(value), "micro_doppler", name, value, rule.str());
}

/// The next length with no prime factor above 5.
int quick_len(int n)
{
    for (;; ++n) {
        int left = n;
        for (const int factor : { 2, 3, 5 }) {
            while (left % factor == 0) {
                left /= factor;
            }
        }
        if (left == 1) {
            return n;
        }
    }
}

void check(const waveform& w, const micro_doppler_params& p)
{
    const double row_s = w.symbol_duration_s();
    check_gate(w, p.range_m);
    require(p.depth_m >= 0 && p.depth_m <= w.max_range_m(),
            "micro_doppler",
            "depth_m",
            p.depth_m,
            "it must be 0 or more, and within the reach of the prefix");
    check_positive("window_s", p.window_s, 4 * row_s, "four rows or more,");
    check_positive("hop_s", p.hop_s, 0.5 * row_s, "half a row or more,");
    check_positive("max_velocity_mps", p.max_velocity_mps, 0, "0, which is all, or more");
    check_positive("clutter_s", p.clutter_s, 0, "0 or more");
    require(p.padding >= 1 && p.padding <= 64,
            "micro_doppler",
            "padding",
            p.padding,
            "it must be in [1, 64]");
    for (const auto& [name, value] :
         { std::pair<const char*, double>("window_s", p.padding * p.window_s),
           { "hop_s", p.hop_s },
           { "clutter_s", p.clutter_s } }) {
        std::ostringstream rule;
        rule << "with its padding it must be at most " << MAX_FFT_LEN << " rows, "
             << MAX_FFT_LEN * row_s << " s";
        require(value <= MAX_FFT_LEN * row_s, "micro_doppler", name, value, rule.str());
    }
}

} // namespace

void check_gate(const waveform& w, double range_m)
{
    std::ostringstream rule;
    rule << "it must be in [0, " << w.max_range_m() << "], which the prefix of " << w.id()
         << " reaches";
    require(range_m >= 0 && range_m <= w.max_range_m(),
            "micro_doppler",
            "range_m",
            range_m,
            rule.str());
}

spectrogram_params micro_doppler_shape(const waveform& w, const micro_doppler_params& p)
{
    check(w, p);
    const auto rows = [&](double duration_s) {
        return static_cast<int>(std::lround(duration_s / w.symbol_duration_s()));
    };
    spectrogram_params s;
    s.window_len = rows(p.window_s);
    s.hop = std::max(1, rows(p.hop_s));
    s.fft_len = quick_len(p.padding * s.window_len);
    const double step_mps = w.wavelength_m() / (2 * s.fft_len * w.symbol_duration_s());
    const double wanted = p.max_velocity_mps / step_mps;
    s.n_cells = p.max_velocity_mps > 0 && wanted < (s.fft_len - 1) / 2
                    ? 2 * static_cast<int>(wanted) + 1
                    : s.fft_len;
    s.clutter_len = rows(p.clutter_s);
    s.n_series = std::max(1, static_cast<int>(std::lround(p.depth_m / w.range_bin_m())));
    s.taper = p.velocity_window;
    return s;
}

} // namespace dsp
} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "channel_fit.h"
#include "leakage_fit.h"
#include "require.h"
#include "simd.h"
#include "slow_functions.h"
#include <gnuradio/isac/dsp/clutter_filter.h>
#include <algorithm>
#include <cmath>
#include <cstdint>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int MAX_DOPPLERS = 16, MAX_LEAKAGE_BINS = 32;

ISAC_SIMD bool has_bad(const float* x, std::size_t n)
{
    std::int32_t bad = 0;
    for (std::size_t i = 0; i < n; ++i) {
        bad |= !(x[i] - x[i] == 0);
    }
    return bad != 0;
}

bool has_bad(span<const std::complex<float>> x)
{
    return has_bad(reinterpret_cast<const float*>(x.data()), 2 * x.size());
}

bool is_finite(std::complex<float> x)
{
    return std::isfinite(x.real()) && std::isfinite(x.imag());
}

const clutter_params& checked(const clutter_params& p, const waveform& w)
{
    const auto must = [](bool ok, const char* name, auto value, const auto& rule) {
        require(ok, "clutter_filter", name, value, rule);
    };
    switch (p.method) { // what a method does not use does not matter
    case clutter_method::MEAN:
        break;
    case clutter_method::RECURSIVE:
        must(p.memory >= 1, "memory", p.memory, "it must be >= 1");
        break;
    case clutter_method::ECA: {
        const int most = std::min(MAX_DOPPLERS, (w.n_symbols() - 2) / 2);
        must(p.dopplers >= 0 && p.dopplers <= most,
             "dopplers",
             p.dopplers,
             "it must be in [0, " + std::to_string(most) + "]");
        break;
    }
    case clutter_method::ECA_BATCH:
        must(p.batches >= 1 && w.n_symbols() % p.batches == 0,
             "batches",
             p.batches,
             "it must divide the " + std::to_string(w.n_symbols()) + " rows of a frame");
        break;
    case clutter_method::LEAKAGE: {
        const double most_m =
            std::min(MAX_LEAKAGE_BINS * w.range_bin_m(), w.max_range_m());
        must(p.leakage_range_m >= 0 && p.leakage_range_m <= most_m,
             "leakage_range_m",
             p.leakage_range_m,
             "it must be in [0, " + std::to_string(most_m) + "]");
        break;
    }
    }
    return p;
}

} // namespace

clutter_filter::clutter_filter(const waveform& w, const clutter_params& p)
    : d_waveform(w),
      d_params(checked(p, w)),
      d_background(w.n_subcarriers()),
      d_clean_tx(w.grid_len()),
      d_clean_rx(w.grid_len())
{
    const bool in_parts = p.method == clutter_method::ECA_BATCH;
    const int n_rows = w.n_symbols() / (in_parts ? p.batches : 1);
    const int quarters = p.method == clutter_method::ECA ? p.dopplers : 0;
    d_fit = std::make_unique<channel_fit>(w.n_subcarriers(),
                                          slow_functions(n_rows, quarters));
    if (p.method == clutter_method::LEAKAGE) {
        d_leakage = std::make_unique<leakage_fit>(w.n_subcarriers(),
                                                  p.leakage_range_m / w.range_bin_m());
    }
}

clutter_filter::~clutter_filter() = default;
clutter_filter::clutter_filter(clutter_filter&&) noexcept = default;

/// Replaces a grid that has cells which are not finite by one without them.
void clutter_filter::clean(span<const std::complex<float>>& tx,
                           span<const std::complex<float>>& rx)
{
    d_n_not_finite = 0;
    if (!has_bad(tx) && !has_bad(rx)) {
        return;
    }
    for (std::size_t i = 0; i < tx.size(); ++i) {
        const bool good = is_finite(tx[i]) && is_finite(rx[i]);
        d_n_not_finite += !good;
        d_clean_tx[i] = good ? tx[i] : 0;
        d_clean_rx[i] = good ? rx[i] : 0;
    }
    tx = d_clean_tx;
    rx = d_clean_rx;
}

void clutter_filter::filter(span<const std::complex<float>> tx,
                            span<const std::complex<float>> rx,
                            span<std::complex<float>> moving)
{
    require_len("tx", tx.size(), d_waveform.grid_len());
    require_len("rx", rx.size(), d_waveform.grid_len());
    require_len("moving", moving.size(), tx.size());
    clean(tx, rx);
    auto& fit = *d_fit;
    const std::size_t len =
        static_cast<std::size_t>(fit.n_rows()) * d_waveform.n_subcarriers();
    for (std::size_t at = 0; at < tx.size(); at += len) {
        fit.fit(tx.data() + at, rx.data() + at);
        if (d_params.method == clutter_method::RECURSIVE) {
            remember(rx);
        } else if (d_leakage) {
            d_leakage->project(fit.sent_power(), fit.coefficients(0));
        }
        fit.subtract(tx.data() + at, rx.data() + at, moving.data() + at);
    }
}

/// Takes the fit of this frame into the background and puts that in its place.
void clutter_filter::remember(span<const std::complex<float>> rx)
{
    auto* channel = d_fit->coefficients(0);
    const auto is_something = [](std::complex<float> y) {
        return y.real() != 0 || y.imag() != 0;
    };
    if (std::any_of(rx.begin(), rx.end(), is_something)) {
        d_n_frames = std::min(d_n_frames + 1, d_params.memory);
        const float weight = 1.0f / static_cast<float>(d_n_frames);
        for (std::size_t k = 0; k < d_background.size(); ++k) {
            const auto before = d_n_frames == 1 ? 0 : d_background[k];
            d_background[k] = before + weight * (channel[k] - before);
        }
    }
    if (d_n_frames > 0) {
        std::copy(d_background.begin(), d_background.end(), channel);
    }
}

double clutter_filter::kept(double range_m, double velocity_mps) const
{
    const auto& w = d_waveform;
    const double doppler_hz = 2 * velocity_mps / w.wavelength_m();
    const double slow = d_fit->share(doppler_hz * w.symbol_duration_s());
    if (d_params.method == clutter_method::RECURSIVE) {
        // The geometric series of what earlier frames left, each turned by its age.
        const double a = 1.0 / d_params.memory;
        const auto turn = std::polar(1 - a, 2 * M_PI * doppler_hz * w.frame_duration_s());
        return std::abs(1.0 - slow * a / (1.0 - turn));
    }
    return 1 - slow * (d_leakage ? d_leakage->share(range_m / w.range_bin_m()) : 1);
}

} // namespace dsp
} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "simd.h"
#include <gnuradio/isac/dsp/level_meter.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr float SAME = 1 - 1e-5f; // of the peak counts as the peak
constexpr double SILENCE_DB = -200;

double db(double power)
{
    return power > 0 ? std::max(10 * std::log10(power), SILENCE_DB) : SILENCE_DB;
}

} // namespace

void level_meter::take(span<const std::complex<float>> samples)
{
    const float* x = reinterpret_cast<const float*>(samples.data());
    const std::size_t n = 2 * samples.size();
    float peak = 0;
    double energy = 0;
    std::uint64_t n_bad = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const float value = std::abs(x[i]);
        if (value < 1e15f) {
            peak = std::max(peak, value);
            energy += double(value) * value;
        } else {
            ++n_bad;
        }
    }
    if (peak * SAME > d_peak) {
        d_n_peak = 0; // the old peak was none
    }
    d_peak = std::max(d_peak, peak);
    for (std::size_t i = 0; i < n; ++i) {
        d_n_peak += std::abs(x[i]) >= d_peak * SAME && std::abs(x[i]) < 1e15f;
    }
    d_energy += energy;
    d_n += samples.size();
    d_n_bad += n_bad;
}

double level_meter::peak_db() const { return db(double(d_peak) * d_peak); }

double level_meter::rms_db() const { return db(d_n ? d_energy / double(d_n) : 0); }

double level_meter::clipped() const { return d_n ? d_n_peak / (2.0 * double(d_n)) : 0; }

bool level_meter::is_clipping() const
{
    // Half of full scale leaves room: a signal that repeats its peak there is only
    // coarse.
    return d_peak > 0.5f && d_n_peak > 16 && clipped() > 2e-3;
}

} // namespace dsp
} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/fading_gains.h>
#include <cmath>
#include <random>

namespace gr {
namespace isac {
namespace dsp {

fading_gains::fading_gains(int n_taps,
                           double doppler_hz,
                           double step_s,
                           std::uint64_t seed)
    : d_doppler_hz(doppler_hz), d_step_s(step_s)
{
    for (auto* v : { &d_turns, &d_hz, &d_re, &d_im, &d_step_re, &d_step_im }) {
        v->resize(n_taps * OSCILLATORS);
    }
    reseed(seed);
}

void fading_gains::reseed(std::uint64_t seed)
{
    std::mt19937_64 bits(seed);
    const auto uniform = [&bits] { return static_cast<double>(bits() >> 11) * 0x1p-53; };
    for (std::size_t i = 0; i < d_turns.size(); ++i) {
        const double angle =
            (static_cast<double>(i % OSCILLATORS) + uniform()) / OSCILLATORS; // turns
        d_hz[i] = d_doppler_hz * std::cos(2 * M_PI * angle);
        d_turns[i] = uniform();
        d_step_re[i] = std::cos(2 * M_PI * d_hz[i] * d_step_s);
        d_step_im[i] = std::sin(2 * M_PI * d_hz[i] * d_step_s);
    }
    restart();
}

void fading_gains::restart()
{
    for (std::size_t i = 0; i < d_turns.size(); ++i) {
        d_re[i] = std::cos(2 * M_PI * d_turns[i]);
        d_im[i] = std::sin(2 * M_PI * d_turns[i]);
    }
}

void fading_gains::advance()
{
    for (std::size_t i = 0; i < d_re.size(); ++i) {
        const double re = d_re[i], im = d_im[i];
        d_re[i] = re * d_step_re[i] - im * d_step_im[i];
        d_im[i] = re * d_step_im[i] + im * d_step_re[i];
    }
}

std::complex<double> fading_gains::now(int tap) const
{
    double re = 0, im = 0;
    for (int i = tap * OSCILLATORS; i < (tap + 1) * OSCILLATORS; ++i) {
        re += d_re[i];
        im += d_im[i];
    }
    return std::complex<double>(re, im) / std::sqrt(OSCILLATORS);
}

std::complex<double> fading_gains::at(int tap, double time_s) const
{
    std::complex<double> sum = 0;
    for (int i = tap * OSCILLATORS; i < (tap + 1) * OSCILLATORS; ++i) {
        sum += std::polar(1.0, 2 * M_PI * (d_turns[i] + d_hz[i] * time_s));
    }
    return sum / std::sqrt(OSCILLATORS);
}

} // namespace dsp
} // namespace isac
} // namespace gr

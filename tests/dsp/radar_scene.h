/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_TEST_RADAR_SCENE_H
#define INCLUDED_ISAC_TEST_RADAR_SCENE_H

#include <gnuradio/isac/waveform.h>
#include <cmath>
#include <complex>
#include <random>
#include <vector>

/* The physics that the sensing chain must undo, written down without its help: an echo
 * is a phase ramp over frequency (delay) and one over time (Doppler). */
namespace scene {

using cf = std::complex<float>;
using grid = std::vector<cf>;

/// QPSK on every cell but DC: symbols of equal modulus.
inline grid qpsk(const gr::isac::waveform& w, std::mt19937& rng)
{
    grid x(w.grid_len());
    for (std::size_t i = 0; i < x.size(); ++i) {
        x[i] = cf((rng() & 1) ? 1 : -1, (rng() & 1) ? 1 : -1) * std::sqrt(0.5f);
        if (static_cast<int>(i % w.n_subcarriers()) == w.n_subcarriers() / 2) {
            x[i] = 0;
        }
    }
    return x;
}

/// 64-QAM of unit mean power, DC empty.
inline grid qam64(const gr::isac::waveform& w, std::mt19937& rng)
{
    grid x = qpsk(w, rng);
    for (auto& v : x) {
        const auto level = [&] { return (2.0f * (rng() % 8) - 7) / std::sqrt(42.0f); };
        v = v == cf(0) ? cf(0) : cf(level(), level());
    }
    return x;
}

/// Complex Gaussian cells, DC empty: what spreading by a DFT makes of any symbols.
inline grid gaussian(const gr::isac::waveform& w, std::mt19937& rng)
{
    grid x = qpsk(w, rng);
    std::normal_distribution<float> normal(0, std::sqrt(0.5f));
    for (auto& v : x) {
        v = v == cf(0) ? cf(0) : cf(normal(rng), normal(rng));
    }
    return x;
}

/// Noise of variance 1 on every cell.
inline grid noise(const gr::isac::waveform& w, std::mt19937& rng)
{
    std::normal_distribution<float> normal(0, std::sqrt(0.5f));
    grid n(w.grid_len());
    for (auto& v : n) {
        v = cf(normal(rng), normal(rng));
    }
    return n;
}

/// Adds the echo of \p tx from a reflector with this amplitude in every cell.
inline void add_echo(const gr::isac::waveform& w,
                     const grid& tx,
                     double range_m,
                     double velocity_mps,
                     std::complex<double> amplitude,
                     grid& rx)
{
    constexpr double c = 299792458.0;
    const auto& p = w.params();
    const double delay_s = 2 * range_m / c;
    const double doppler_hz = 2 * velocity_mps * p.carrier_freq_hz / c;
    const double symbol_s =
        (p.fft_len + p.cp_len) / (p.fft_len * p.subcarrier_spacing_hz);
    const auto turn = [](double turns) { return std::polar(1.0, 2 * M_PI * turns); };

    std::vector<std::complex<double>> over_frequency(p.n_subcarriers);
    for (int k = 0; k < p.n_subcarriers; ++k) {
        over_frequency[k] =
            turn(-delay_s * (k - p.n_subcarriers / 2) * p.subcarrier_spacing_hz);
    }
    for (int m = 0; m < p.n_symbols; ++m) {
        const auto now = amplitude * turn(doppler_hz * m * symbol_s);
        for (int k = 0; k < p.n_subcarriers; ++k) {
            const auto i = static_cast<std::size_t>(m) * p.n_subcarriers + k;
            rx[i] += cf(std::complex<double>(tx[i]) * now * over_frequency[k]);
        }
    }
}

/// Amplitude per cell of an echo that peaks this far above noise of variance 1 with
/// rectangular windows: the processing gain is the number of occupied cells.
inline double amplitude_of(const gr::isac::waveform& w, double peak_snr_db)
{
    const double gain = static_cast<double>(w.n_subcarriers() - 1) * w.n_symbols();
    return std::sqrt(std::pow(10, peak_snr_db / 10) / gain);
}

inline std::complex<double> any_phase(double amplitude, std::mt19937& rng)
{
    return std::polar(amplitude, std::uniform_real_distribution<>(-M_PI, M_PI)(rng));
}

} // namespace scene

#endif /* INCLUDED_ISAC_TEST_RADAR_SCENE_H */

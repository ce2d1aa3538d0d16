/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "moving_body.h"
#include "walking.h"
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

using phasor = std::complex<double>;

constexpr double SPACING = 0.4; // wavelengths between the scatterers of a blade
constexpr int N_STEPS = 128;    // of a walker's cycle
constexpr int N_HARMONICS = 10; // of it: more is not in a human gait

/// Harmonic \p k of one coordinate of a path.
phasor coefficient(const std::vector<position>& path, int axis, int k)
{
    phasor sum = 0;
    for (int i = 0; i < N_STEPS; ++i) {
        sum += path[i][axis] * std::polar(1.0, -2 * M_PI * k * i / N_STEPS);
    }
    return (k == 0 ? 1.0 : 2.0) / N_STEPS * sum;
}

} // namespace

moving_body::moving_body(const scene_rotor& r, double wavelength_m)
    : d_range_m(r.range_m),
      d_velocity_mps(r.velocity_mps),
      d_cycle_hz(r.rotation_hz),
      d_phase(r.phase_rad)
{
    const double spacing_m = SPACING * wavelength_m;
    const int n = std::max(2, static_cast<int>(std::ceil(r.blade_m / spacing_m)));
    for (int blade = 0; blade < r.n_blades; ++blade) {
        const phasor direction = std::polar(1.0, 2 * M_PI * blade / r.n_blades);
        for (int i = 1; i <= n; ++i) {
            const phasor arm = r.blade_m * i / n * direction;
            const harmonic circle = { arm * std::cos(r.tilt_rad),
                                      arm * phasor(0, -1),
                                      arm * std::sin(r.tilt_rad) };
            d_scatterers.push_back({ 1.0 / n, { {}, circle } });
        }
    }
}

moving_body::moving_body(const scene_walker& w, double gait_hz)
    : d_range_m(w.range_m),
      d_velocity_mps(w.velocity_mps),
      d_cycle_hz(gait_hz),
      d_phase(w.phase_rad)
{
    // Who comes looks at the radar: forward and left are towards it and to its right.
    const double forward = w.velocity_mps > 0 ? -1 : 1;
    for (const auto& part : walking(w.height_m, w.velocity_mps, N_STEPS)) {
        scatterer s{ std::sqrt(part.power), {} };
        for (int k = 0; k <= N_HARMONICS; ++k) {
            s.series.push_back({ forward * coefficient(part.path, 0, k),
                                 forward * coefficient(part.path, 1, k),
                                 coefficient(part.path, 2, k) });
        }
        d_scatterers.push_back(std::move(s));
    }
}

double moving_body::range_m(int index, double time_s) const
{
    const auto& s = d_scatterers[index];
    const phasor step = std::polar(1.0, 2 * M_PI * d_cycle_hz * time_s + d_phase);
    phasor turned = 1;
    double x = d_range_m - d_velocity_mps * time_s, y = 0, z = 0;
    for (const auto& h : s.series) {
        x += h.x.real() * turned.real() - h.x.imag() * turned.imag();
        y += h.y.real() * turned.real() - h.y.imag() * turned.imag();
        z += h.z.real() * turned.real() - h.z.imag() * turned.imag();
        turned = { turned.real() * step.real() - turned.imag() * step.imag(),
                   turned.real() * step.imag() + turned.imag() * step.real() };
    }
    return std::copysign(std::sqrt(x * x + y * y + z * z), x);
}

double moving_body::acceleration_mps2() const
{
    double most = 0;
    for (const auto& s : d_scatterers) {
        double sum = 0;
        for (std::size_t k = 0; k < s.series.size(); ++k) {
            const double turning = 2 * M_PI * k * d_cycle_hz;
            sum += turning * turning * std::abs(s.series[k].x);
        }
        most = std::max(most, sum);
    }
    return most;
}

} // namespace dsp
} // namespace isac
} // namespace gr

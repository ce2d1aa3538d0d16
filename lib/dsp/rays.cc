/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/rays.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr double SPEED_OF_LIGHT_MPS = 299792458.0;
constexpr double MIN_RANGE_M = 1; // of a target; the radar equation holds no nearer
constexpr double NOTHING_DB = -std::numeric_limits<double>::infinity();

double linear(double db) { return std::pow(10.0, db / 10); }

} // namespace

rays::rays(const waveform& w,
           const scene& s,
           channel_view view,
           const antenna_array& tx_array,
           const antenna_array& rx_array)
    : d_waveform(w), d_scene(s)
{
    if (view == channel_view::ECHO) {
        add_echoes(tx_array, rx_array);
    } else {
        add_paths(tx_array, rx_array);
    }
}

double rays::amplitude(double snr_db) const
{
    return std::sqrt(linear(snr_db) * d_noise_var);
}

void rays::add_echoes(const antenna_array& tx_array, const antenna_array& rx_array)
{
    const auto& p = d_scene.params();
    for (std::size_t i = 0; i < p.targets.size(); ++i) {
        const auto& t = p.targets[i];
        ray echo;
        echo.start = { t.range_m, t.velocity_mps, t.angle_rad, NOTHING_DB };
        echo.target = static_cast<int>(i);
        echo.tx = tx_array.steering(t.angle_rad);
        echo.rx = rx_array.steering(t.angle_rad);
        echo.is_radar_equation = !t.snr_db;
        echo.amplitude = amplitude(d_scene.echo_snr_db(d_waveform, i, 1));
        d_rays.push_back(echo);
    }
    if (std::isfinite(p.leakage_db)) {
        ray leakage; // couples all elements alike
        leakage.start = { 0, 0, 0, d_scene.leakage_snr_db(d_waveform) };
        leakage.tx.assign(tx_array.n_elements(), 1);
        leakage.rx.assign(rx_array.n_elements(), 1);
        leakage.amplitude = amplitude(leakage.start.snr_db);
        d_rays.push_back(leakage);
        d_has_leakage = true;
    }
}

void rays::add_paths(const antenna_array& tx_array, const antenna_array& rx_array)
{
    const auto& p = d_scene.params();
    d_noise_var = linear(-p.link_snr_db);
    double total = 0;
    d_reference_m = p.paths.empty() ? 0 : p.paths.front().range_m;
    for (const auto& path : p.paths) {
        total += linear(path.gain_db);
        d_reference_m = std::min(d_reference_m, path.range_m);
    }
    for (const auto& path : p.paths) {
        ray way;
        way.start = { path.range_m,
                      path.velocity_mps,
                      path.angle_rad,
                      p.link_snr_db + path.gain_db - 10 * std::log10(total) };
        way.turns = path.phase_rad / (2 * M_PI);
        way.tx = tx_array.steering(path.angle_rad);
        way.rx = rx_array.steering(path.angle_rad);
        way.amplitude = amplitude(way.start.snr_db);
        d_rays.push_back(way);
    }
}

double rays::delay_s(int ray, double range_m) const
{
    const double trips = d_rays[ray].target >= 0 ? 2 : 1;
    return trips * (range_m - d_reference_m) / SPEED_OF_LIGHT_MPS;
}

bool rays::exists(int ray, double range_m) const
{
    return delay_s(ray, range_m) <= max_delay_s() &&
           (d_rays[ray].target < 0 || range_m >= MIN_RANGE_M);
}

ray_truth rays::truth(int ray, double time_s) const
{
    auto now = d_rays[ray].start;
    now.range_m -= now.velocity_mps * time_s;
    if (!exists(ray, now.range_m)) {
        now.snr_db = NOTHING_DB;
    } else if (d_rays[ray].target >= 0) {
        now.snr_db = d_scene.echo_snr_db(d_waveform, d_rays[ray].target, now.range_m);
    }
    return now;
}

ray_state rays::at(int ray, double time_s) const
{
    const auto& r = d_rays[ray];
    const double range_m = r.start.range_m - r.start.velocity_mps * time_s;
    const double trips = r.target >= 0 ? 2 : 1;
    const double spread = r.is_radar_equation ? range_m * range_m : 1;
    return { delay_s(ray, range_m),
             r.turns - trips * range_m / d_waveform.wavelength_m(),
             exists(ray, range_m) ? r.amplitude / spread : 0 };
}

} // namespace dsp
} // namespace isac
} // namespace gr

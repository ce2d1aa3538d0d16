/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "moving_body.h"
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
        add_targets(tx_array, rx_array);
        const auto& p = s.params();
        for (const auto& rotor : p.rotors) {
            const auto motion =
                std::make_shared<const moving_body>(rotor, w.wavelength_m());
            add_body(rotor, motion, tx_array, rx_array);
        }
        for (std::size_t i = 0; i < p.walkers.size(); ++i) {
            const auto motion =
                std::make_shared<const moving_body>(p.walkers[i], s.gait_hz(i));
            add_body(p.walkers[i], motion, tx_array, rx_array);
        }
        add_leakage(tx_array, rx_array);
    } else {
        add_paths(tx_array, rx_array);
    }
}

double rays::amplitude(double snr_db) const
{
    return std::sqrt(linear(snr_db) * d_noise_var);
}

template <class T>
rays::ray rays::echo(const T& reflector,
                     const antenna_array& tx_array,
                     const antenna_array& rx_array) const
{
    ray r;
    r.start = {
        reflector.range_m, reflector.velocity_mps, reflector.angle_rad, NOTHING_DB
    };
    r.is_echo = true;
    r.tx = tx_array.steering(reflector.angle_rad);
    r.rx = rx_array.steering(reflector.angle_rad);
    r.is_radar_equation = !reflector.snr_db;
    r.amplitude = amplitude(
        reflector.snr_db ? *reflector.snr_db
                         : d_scene.reflector_snr_db(d_waveform, reflector.rcs_dbsm, 1));
    return r;
}

void rays::add_targets(const antenna_array& tx_array, const antenna_array& rx_array)
{
    for (const auto& target : d_scene.params().targets) {
        d_rays.push_back(echo(target, tx_array, rx_array));
        d_things.push_back(d_rays.back());
    }
}

template <class T>
void rays::add_body(const T& body,
                    std::shared_ptr<const moving_body> motion,
                    const antenna_array& tx_array,
                    const antenna_array& rx_array)
{
    const auto whole = echo(body, tx_array, rx_array);
    d_things.push_back(whole);
    for (int i = 0; i < motion->size(); ++i) {
        d_rays.push_back(whole);
        d_rays.back().amplitude *= motion->amplitude(i);
        d_rays.back().body = motion;
        d_rays.back().scatterer = i;
    }
    d_acceleration_mps2 = std::max(d_acceleration_mps2, motion->acceleration_mps2());
}

void rays::add_leakage(const antenna_array& tx_array, const antenna_array& rx_array)
{
    d_has_leakage = std::isfinite(d_scene.params().leakage_db);
    if (d_has_leakage) {
        ray leakage; // couples all elements alike
        leakage.start = { 0, 0, 0, d_scene.leakage_snr_db(d_waveform) };
        leakage.tx.assign(tx_array.n_elements(), 1);
        leakage.rx.assign(rx_array.n_elements(), 1);
        leakage.amplitude = amplitude(leakage.start.snr_db);
        d_rays.push_back(leakage);
        d_things.push_back(leakage);
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
        d_things.push_back(way);
    }
}

double rays::delay_s(const ray& r, double range_m) const
{
    return (r.is_echo ? 2 : 1) * (range_m - d_reference_m) / SPEED_OF_LIGHT_MPS;
}

/// 0 where it does not exist.
double rays::amplitude_at(const ray& r, double range_m) const
{
    if (delay_s(r, range_m) > max_delay_s() || (r.is_echo && range_m < MIN_RANGE_M)) {
        return 0;
    }
    return r.is_radar_equation ? r.amplitude / (range_m * range_m) : r.amplitude;
}

ray_truth rays::truth(int thing, double time_s) const
{
    const auto& r = d_things[thing];
    auto now = r.start;
    now.range_m -= now.velocity_mps * time_s;
    const double size = amplitude_at(r, now.range_m);
    if (size == 0) {
        now.snr_db = NOTHING_DB;
    } else if (r.is_echo) {
        now.snr_db = 10 * std::log10(size * size / d_noise_var);
    }
    return now;
}

ray_state rays::at(int ray, double time_s) const
{
    const auto& r = d_rays[ray];
    const double range_m = r.body ? r.body->range_m(r.scatterer, time_s)
                                  : r.start.range_m - r.start.velocity_mps * time_s;
    const double trips = r.is_echo ? 2 : 1;
    return { delay_s(r, range_m),
             r.turns - trips * range_m / d_waveform.wavelength_m(),
             amplitude_at(r, range_m) };
}

double rays::curvature_turns(double duration_s) const
{
    const double sagitta_m = d_acceleration_mps2 * duration_s * duration_s / 8;
    return 2 * sagitta_m / d_waveform.wavelength_m();
}

} // namespace dsp
} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "dsp/require.h"
#include "dsp/walking.h"
#include <gnuradio/isac/scene.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {

namespace {

constexpr double SPEED_OF_LIGHT_MPS = 299792458.0;
constexpr double BOLTZMANN_J_PER_K = 1.380649e-23;
constexpr double TEMPERATURE_K = 290;
constexpr double MAX_RANGE_M = 1e6;
constexpr double MAX_VELOCITY_MPS = 1e4; // faster needs another physics than this one

/// Refuses values of one thing in the scene: the scene itself, or one of its targets.
struct checker {
    std::string prefix;

    void operator()(bool ok, const char* name, double value, const char* rule) const
    {
        dsp::require(ok, "scene", (prefix + name).c_str(), value, rule);
    }
    void in(double low, double high, const char* name, double value) const
    {
        std::ostringstream rule;
        rule << "it must be in [" << low << ", " << high << "]";
        (*this)(value >= low && value <= high, name, value, rule.str().c_str());
    }
};

std::string element(const char* list, std::size_t index)
{
    return std::string(list) + "[" + std::to_string(index) + "].";
}

void check(const scene_target& t, const checker& require)
{
    require.in(1, MAX_RANGE_M, "range_m", t.range_m);
    require.in(-MAX_VELOCITY_MPS, MAX_VELOCITY_MPS, "velocity_mps", t.velocity_mps);
    require.in(-100, 100, "rcs_dbsm", t.rcs_dbsm);
    require.in(-M_PI / 2, M_PI / 2, "angle_rad", t.angle_rad);
    if (t.snr_db) {
        require.in(-200, 200, "snr_db", *t.snr_db);
    }
}

void check(const scene_path& p, const checker& require)
{
    require.in(0, MAX_RANGE_M, "range_m", p.range_m);
    require.in(-200, 200, "gain_db", p.gain_db);
    require.in(-MAX_VELOCITY_MPS, MAX_VELOCITY_MPS, "velocity_mps", p.velocity_mps);
    require.in(-M_PI / 2, M_PI / 2, "angle_rad", p.angle_rad);
    require(std::isfinite(p.phase_rad), "phase_rad", p.phase_rad, "it must be finite");
}

void check(const scene_rotor& r, const checker& require)
{
    require.in(1, MAX_RANGE_M, "range_m", r.range_m);
    require.in(-MAX_VELOCITY_MPS, MAX_VELOCITY_MPS, "velocity_mps", r.velocity_mps);
    require.in(-100, 100, "rcs_dbsm", r.rcs_dbsm);
    require.in(-M_PI / 2, M_PI / 2, "angle_rad", r.angle_rad);
    require.in(1, 16, "n_blades", r.n_blades);
    require.in(0.01, 20, "blade_m", r.blade_m);
    require.in(-1000, 1000, "rotation_hz", r.rotation_hz);
    require(r.rotation_hz != 0, "rotation_hz", 0, "a rotor must turn");
    require.in(-M_PI / 2, M_PI / 2, "tilt_rad", r.tilt_rad);
    require(std::isfinite(r.phase_rad), "phase_rad", r.phase_rad, "it must be finite");
    if (r.snr_db) {
        require.in(-200, 200, "snr_db", *r.snr_db);
    }
}

void check(const scene_walker& w, const checker& require)
{
    require.in(1, MAX_RANGE_M, "range_m", w.range_m);
    require.in(0.5, 2.5, "height_m", w.height_m);
    const double fastest_mps = dsp::fastest_walk_mps(w.height_m);
    require.in(-fastest_mps, fastest_mps, "velocity_mps", w.velocity_mps);
    require(std::abs(w.velocity_mps) >= dsp::SLOWEST_WALK_MPS,
            "velocity_mps",
            w.velocity_mps,
            "a walker must walk, at 0.1 m/s or more");
    require.in(-100, 100, "rcs_dbsm", w.rcs_dbsm);
    require.in(-M_PI / 2, M_PI / 2, "angle_rad", w.angle_rad);
    require.in(0, 10, "gait_hz", w.gait_hz);
    require(std::isfinite(w.phase_rad), "phase_rad", w.phase_rad, "it must be finite");
    if (w.snr_db) {
        require.in(-200, 200, "snr_db", *w.snr_db);
    }
}

template <class T>
void check_all(const char* list, const std::vector<T>& items)
{
    for (std::size_t i = 0; i < items.size(); ++i) {
        check(items[i], { element(list, i) });
    }
}

void check(const scene_params& p)
{
    check_all("targets", p.targets);
    check_all("paths", p.paths);
    check_all("rotors", p.rotors);
    check_all("walkers", p.walkers);
    const checker require;
    require.in(-200, 200, "tx_power_dbm", p.tx_power_dbm);
    require.in(-100, 100, "tx_gain_dbi", p.tx_gain_dbi);
    require.in(-100, 100, "rx_gain_dbi", p.rx_gain_dbi);
    require.in(0, 100, "noise_figure_db", p.noise_figure_db);
    require.in(-100, 200, "link_snr_db", p.link_snr_db);
    require(p.leakage_db <= 0, "leakage_db", p.leakage_db, "it must be <= 0");
    require(std::isfinite(p.cfo_hz), "cfo_hz", p.cfo_hz, "it must be finite");
    require.in(-1000, 1000, "sampling_offset_ppm", p.sampling_offset_ppm);
    require.in(0, 1e6, "phase_noise_hz", p.phase_noise_hz);
    require(p.pa_saturation_db >= -20,
            "pa_saturation_db",
            p.pa_saturation_db,
            "it must be >= -20; inf is a linear amplifier");
    require.in(0.5, 20, "pa_smoothness", p.pa_smoothness);
    require.in(-20, 20, "iq_gain_db", p.iq_gain_db);
    require.in(-1, 1, "iq_phase_rad", p.iq_phase_rad);
    require.in(0, 1e6, "repeat_s", p.repeat_s);
    require.in(0, 1e-3, "delay_spread_s", p.delay_spread_s);
    require.in(0, MAX_VELOCITY_MPS, "speed_mps", p.speed_mps);
}

double db(double ratio) { return 10 * std::log10(ratio); }

/// What a motion adds to the range at most.
double receding_m(double velocity_mps, double duration_s)
{
    return std::max(0.0, -velocity_mps * duration_s);
}

/// Power in dBm to the SNR of a cell: the transmitted power is that of mean samples,
/// which hold n_subcarriers - 1 unit cells out of fft_len.
double cell_snr_db(const waveform& w, const scene_params& p, double received_dbm)
{
    const double noise_dbm =
        db(BOLTZMANN_J_PER_K * TEMPERATURE_K * w.sample_rate_hz() * 1e3) +
        p.noise_figure_db;
    return received_dbm - noise_dbm + db(w.fft_len() / (w.n_subcarriers() - 1.0));
}

/// Nothing that reflects may leave the reach of the prefix.
template <class T>
void check_reach(const char* list,
                 const std::vector<T>& reflectors,
                 const waveform& w,
                 double repeat_s)
{
    for (std::size_t i = 0; i < reflectors.size(); ++i) {
        const auto& t = reflectors[i];
        const double moved_m = receding_m(t.velocity_mps, repeat_s);
        std::ostringstream rule;
        if (moved_m > 0) {
            rule << "it moves to " << t.range_m + moved_m << " m and ";
        }
        rule << "the prefix of " << w.id() << " reaches " << w.max_range_m()
             << " m: use a longer cp_len or move the target";
        dsp::require(t.range_m + moved_m <= w.max_range_m(),
                     "scene",
                     (element(list, i) + "range_m").c_str(),
                     t.range_m,
                     rule.str());
    }
}

/// The link comes from the earliest path on, at any time of the motion.
void check_paths(const waveform& w, const scene_params& p)
{
    const double reach_m = SPEED_OF_LIGHT_MPS * w.max_delay_len() / w.sample_rate_hz();
    double shortest_m = MAX_RANGE_M;
    for (const auto& path : p.paths) {
        const double approach_m = receding_m(-path.velocity_mps, p.repeat_s);
        shortest_m = std::min(shortest_m, path.range_m - approach_m);
    }
    for (std::size_t i = 0; i < p.paths.size(); ++i) {
        const auto& path = p.paths[i];
        std::ostringstream rule;
        rule << "the prefix of " << w.id() << " reaches " << reach_m
             << " m past the shortest path, which has " << shortest_m
             << " m: use a longer cp_len or move the path";
        dsp::require(path.range_m + receding_m(path.velocity_mps, p.repeat_s) -
                             shortest_m <=
                         reach_m,
                     "scene",
                     (element("paths", i) + "range_m").c_str(),
                     path.range_m,
                     rule.str());
    }
}

} // namespace

scene::scene(const scene_params& params)
{
    isac::check(params);
    d_params = std::make_shared<const scene_params>(params);
}

void scene::check(const waveform& w) const
{
    const auto& p = params();
    check_reach("targets", p.targets, w, p.repeat_s);
    check_reach("rotors", p.rotors, w, p.repeat_s);
    check_reach("walkers", p.walkers, w, p.repeat_s);
    check_paths(w, p);
}

double scene::echo_snr_db(const waveform& w, int target, double range_m) const
{
    const auto& t = params().targets.at(target);
    return t.snr_db ? *t.snr_db : reflector_snr_db(w, t.rcs_dbsm, range_m);
}

double scene::reflector_snr_db(const waveform& w, double rcs_dbsm, double range_m) const
{
    const auto& p = params();
    const double received_dbm = p.tx_power_dbm + p.tx_gain_dbi + p.rx_gain_dbi +
                                rcs_dbsm + 2 * db(w.wavelength_m()) - 3 * db(4 * M_PI) -
                                4 * db(range_m);
    return cell_snr_db(w, p, received_dbm);
}

double scene::flash_period_s(int rotor) const
{
    const auto& r = params().rotors.at(rotor);
    return 1 / (r.n_blades * std::abs(r.rotation_hz));
}

double scene::gait_hz(int walker) const
{
    const auto& w = params().walkers.at(walker);
    return w.gait_hz > 0 ? w.gait_hz : dsp::natural_gait_hz(w.height_m, w.velocity_mps);
}

double scene::leakage_snr_db(const waveform& w) const
{
    return cell_snr_db(w, params(), params().tx_power_dbm + params().leakage_db);
}

} // namespace isac
} // namespace gr

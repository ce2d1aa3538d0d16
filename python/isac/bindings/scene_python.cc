/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/scene.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "docstrings.h"
#include "scene_dicts.h"

namespace py = pybind11;

namespace {

using gr::isac::from_dicts;
using gr::isac::scene;
using gr::isac::scene_params;
using gr::isac::to_dicts;

scene make(py::object targets,
           py::object paths,
           py::object rotors,
           py::object walkers,
           double tx_power_dbm,
           double tx_gain_dbi,
           double rx_gain_dbi,
           double noise_figure_db,
           double link_snr_db,
           double leakage_db,
           double cfo_hz,
           double sampling_offset_ppm,
           double phase_noise_hz,
           double pa_saturation_db,
           double pa_smoothness,
           double iq_gain_db,
           double iq_phase_rad,
           double repeat_s,
           gr::isac::fading_profile fading,
           double delay_spread_s,
           double speed_mps)
{
    return scene(scene_params{ from_dicts("targets", gr::isac::TARGET, targets),
                               from_dicts("paths", gr::isac::PATH, paths),
                               from_dicts("rotors", gr::isac::ROTOR, rotors),
                               from_dicts("walkers", gr::isac::WALKER, walkers),
                               tx_power_dbm,
                               tx_gain_dbi,
                               rx_gain_dbi,
                               noise_figure_db,
                               link_snr_db,
                               leakage_db,
                               cfo_hz,
                               sampling_offset_ppm,
                               phase_noise_hz,
                               pa_saturation_db,
                               pa_smoothness,
                               iq_gain_db,
                               iq_phase_rad,
                               repeat_s,
                               fading,
                               delay_spread_s,
                               speed_mps });
}

void bind_init(py::class_<scene>& c)
{
    const scene_params d;
    c.def(py::init(&make),
          py::kw_only(),
          py::arg("targets") = py::list(),
          py::arg("paths") = py::list(py::make_tuple(py::dict())),
          py::arg("rotors") = py::list(),
          py::arg("walkers") = py::list(),
          py::arg("tx_power_dbm") = d.tx_power_dbm,
          py::arg("tx_gain_dbi") = d.tx_gain_dbi,
          py::arg("rx_gain_dbi") = d.rx_gain_dbi,
          py::arg("noise_figure_db") = d.noise_figure_db,
          py::arg("link_snr_db") = d.link_snr_db,
          py::arg("leakage_db") = d.leakage_db,
          py::arg("cfo_hz") = d.cfo_hz,
          py::arg("sampling_offset_ppm") = d.sampling_offset_ppm,
          py::arg("phase_noise_hz") = d.phase_noise_hz,
          py::arg("pa_saturation_db") = d.pa_saturation_db,
          py::arg("pa_smoothness") = d.pa_smoothness,
          py::arg("iq_gain_db") = d.iq_gain_db,
          py::arg("iq_phase_rad") = d.iq_phase_rad,
          py::arg("repeat_s") = d.repeat_s,
          py::arg("fading") = d.fading,
          py::arg("delay_spread_s") = d.delay_spread_s,
          py::arg("speed_mps") = d.speed_mps);
}

void bind_numbers(py::class_<scene>& c)
{
    const auto field = [&c](const char* name, double scene_params::*value) {
        c.def_property_readonly(name,
                                [value](const scene& s) { return s.params().*value; });
    };
    field("tx_power_dbm", &scene_params::tx_power_dbm);
    field("tx_gain_dbi", &scene_params::tx_gain_dbi);
    field("rx_gain_dbi", &scene_params::rx_gain_dbi);
    field("noise_figure_db", &scene_params::noise_figure_db);
    field("link_snr_db", &scene_params::link_snr_db);
    field("leakage_db", &scene_params::leakage_db);
    field("cfo_hz", &scene_params::cfo_hz);
    field("sampling_offset_ppm", &scene_params::sampling_offset_ppm);
    field("phase_noise_hz", &scene_params::phase_noise_hz);
    field("pa_saturation_db", &scene_params::pa_saturation_db);
    field("pa_smoothness", &scene_params::pa_smoothness);
    field("iq_gain_db", &scene_params::iq_gain_db);
    field("iq_phase_rad", &scene_params::iq_phase_rad);
    field("repeat_s", &scene_params::repeat_s);
    field("delay_spread_s", &scene_params::delay_spread_s);
    field("speed_mps", &scene_params::speed_mps);
    c.def_property_readonly("fading", [](const scene& s) { return s.params().fading; });
}

} // namespace

void bind_scene(py::module& m)
{
    py::enum_<gr::isac::channel_view>(
        m, "channel_view", "LINK is heard by the far receiver, ECHO by the radar.")
        .value("LINK", gr::isac::channel_view::LINK)
        .value("ECHO", gr::isac::channel_view::ECHO);

    using gr::isac::fading_profile;
    py::enum_<fading_profile>(m,
                              "fading_profile",
                              "Small-scale fading: none, one Rayleigh tap, or a tapped "
                              "delay line of 3GPP TR 38.901.")
        .value("NONE", fading_profile::NONE)
        .value("FLAT", fading_profile::FLAT)
        .value("TDL_A", fading_profile::TDL_A)
        .value("TDL_B", fading_profile::TDL_B)
        .value("TDL_C", fading_profile::TDL_C);

    py::class_<scene> c(m, "scene", D(scene));
    bind_init(c);
    const auto list = [&c](const char* name, auto items, const auto& members) {
        c.def_property_readonly(name, [items, &members](const scene& s) {
            return to_dicts(s.params().*items, members);
        });
    };
    list("targets", &scene_params::targets, gr::isac::TARGET);
    list("paths", &scene_params::paths, gr::isac::PATH);
    list("rotors", &scene_params::rotors, gr::isac::ROTOR);
    list("walkers", &scene_params::walkers, gr::isac::WALKER);
    bind_numbers(c);
    c.def("check", &scene::check, py::arg("waveform"), D(scene, check))
        .def("echo_snr_db",
             &scene::echo_snr_db,
             py::arg("waveform"),
             py::arg("target"),
             py::arg("range_m"),
             D(scene, echo_snr_db))
        .def("reflector_snr_db",
             &scene::reflector_snr_db,
             py::arg("waveform"),
             py::arg("rcs_dbsm"),
             py::arg("range_m"),
             D(scene, reflector_snr_db))
        .def("flash_period_s",
             &scene::flash_period_s,
             py::arg("rotor") = 0,
             D(scene, flash_period_s))
        .def("gait_hz", &scene::gait_hz, py::arg("walker") = 0, D(scene, gait_hz))
        .def("leakage_snr_db",
             &scene::leakage_snr_db,
             py::arg("waveform"),
             D(scene, leakage_snr_db))
        .def("__repr__", [](const scene& s) {
            const auto& p = s.params();
            const auto some = [](std::size_t n, const char* things) {
                return n ? std::to_string(n) + " " + things + ", " : std::string();
            };
            return "scene(" + std::to_string(p.targets.size()) + " targets, " +
                   some(p.rotors.size(), "rotors") + some(p.walkers.size(), "walkers") +
                   std::to_string(p.paths.size()) + " paths)";
        });
}

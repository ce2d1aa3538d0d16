/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/scene.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <stdexcept>

#include "docstrings.h"

namespace py = pybind11;

namespace {

using gr::isac::scene;
using gr::isac::scene_params;
using gr::isac::scene_path;
using gr::isac::scene_target;

/// A field of a target or path, by the name that Python and YAML use.
template <class T>
struct member {
    const char* name;
    double T::*value;
};

const std::vector<member<scene_target>> TARGET = {
    { "range_m", &scene_target::range_m },
    { "velocity_mps", &scene_target::velocity_mps },
    { "rcs_dbsm", &scene_target::rcs_dbsm },
    { "angle_rad", &scene_target::angle_rad },
};
const std::vector<member<scene_path>> PATH = {
    { "range_m", &scene_path::range_m },
    { "gain_db", &scene_path::gain_db },
    { "velocity_mps", &scene_path::velocity_mps },
    { "angle_rad", &scene_path::angle_rad },
    { "phase_rad", &scene_path::phase_rad },
};

double as_number(const std::string& where, py::handle value)
{
    if (!py::isinstance<py::str>(value) && !py::isinstance<py::bool_>(value) &&
        PyNumber_Check(value.ptr())) {
        return py::float_(py::reinterpret_borrow<py::object>(value));
    }
    throw std::invalid_argument("scene: " + where + " = " + std::string(py::repr(value)) +
                                ", but it must be a number");
}

/// The one key that may be absent: a target's SNR is that of the radar equation.
bool set_optional(scene_target& target, const std::string& where, py::handle value)
{
    if (!value.is_none()) {
        target.snr_db = as_number(where, value);
    }
    return true;
}
bool set_optional(scene_path&, const std::string&, py::handle) { return false; }

template <class T>
void set(T& item,
         const std::vector<member<T>>& members,
         const std::string& where,
         const std::string& key,
         py::handle value)
{
    std::string known;
    for (const auto& m : members) {
        if (key == m.name) {
            item.*m.value = as_number(where + "." + key, value);
            return;
        }
        known += (known.empty() ? "" : ", ") + std::string(m.name);
    }
    constexpr bool is_target = std::is_same_v<T, scene_target>;
    if (key == "snr_db" && set_optional(item, where + "." + key, value)) {
        return;
    }
    throw std::invalid_argument("scene: " + where + " has a key " + key +
                                ", but it must be one of " + known +
                                (is_target ? ", snr_db" : ""));
}

template <class T>
std::vector<T>
from_dicts(const char* name, const std::vector<member<T>>& members, py::object list)
{
    std::vector<T> items;
    if (list.is_none()) {
        return items; // a YAML key with nothing after it
    }
    if (!py::isinstance<py::list>(list) && !py::isinstance<py::tuple>(list)) {
        throw std::invalid_argument("scene: " + std::string(name) + " = " +
                                    std::string(py::repr(list)) +
                                    ", but it must be a list of dictionaries");
    }
    for (const auto& entry : list) {
        const auto where = std::string(name) + "[" + std::to_string(items.size()) + "]";
        if (!py::isinstance<py::dict>(entry)) {
            throw std::invalid_argument("scene: " + where + " = " +
                                        std::string(py::repr(entry)) +
                                        ", but it must be a dictionary");
        }
        T item;
        for (const auto& pair : py::reinterpret_borrow<py::dict>(entry)) {
            set(item, members, where, py::str(pair.first), pair.second);
        }
        items.push_back(item);
    }
    return items;
}

template <class T>
py::list to_dicts(const std::vector<T>& items, const std::vector<member<T>>& members)
{
    py::list list;
    for (const auto& item : items) {
        py::dict dict;
        for (const auto& m : members) {
            dict[m.name] = item.*m.value;
        }
        if constexpr (std::is_same_v<T, scene_target>) {
            if (item.snr_db) {
                dict["snr_db"] = *item.snr_db;
            }
        }
        list.append(dict);
    }
    return list;
}

scene make(py::object targets,
           py::object paths,
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
    return scene(scene_params{ from_dicts("targets", TARGET, targets),
                               from_dicts("paths", PATH, paths),
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
    c.def_property_readonly(
        "targets", [](const scene& s) { return to_dicts(s.params().targets, TARGET); });
    c.def_property_readonly(
        "paths", [](const scene& s) { return to_dicts(s.params().paths, PATH); });
    bind_numbers(c);
    c.def("check", &scene::check, py::arg("waveform"), D(scene, check))
        .def("echo_snr_db",
             &scene::echo_snr_db,
             py::arg("waveform"),
             py::arg("target"),
             py::arg("range_m"),
             D(scene, echo_snr_db))
        .def("leakage_snr_db",
             &scene::leakage_snr_db,
             py::arg("waveform"),
             D(scene, leakage_snr_db))
        .def("__repr__", [](const scene& s) {
            return "scene(" + std::to_string(s.params().targets.size()) + " targets, " +
                   std::to_string(s.params().paths.size()) + " paths)";
        });
}

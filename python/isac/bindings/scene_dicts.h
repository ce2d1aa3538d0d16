/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_BINDINGS_SCENE_DICTS_H
#define INCLUDED_ISAC_BINDINGS_SCENE_DICTS_H

#include <gnuradio/isac/scene.h>
#include <pybind11/pybind11.h>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

namespace gr {
namespace isac {

// What is in a scene as Python and YAML write it: lists of dictionaries.
namespace py = pybind11;

/// A field of a target, path, rotor or walker, by the name that Python and YAML use.
template <class T>
struct member {
    const char* name;
    double T::*value;
};

inline const std::vector<member<scene_target>> TARGET = {
    { "range_m", &scene_target::range_m },
    { "velocity_mps", &scene_target::velocity_mps },
    { "rcs_dbsm", &scene_target::rcs_dbsm },
    { "angle_rad", &scene_target::angle_rad },
};
inline const std::vector<member<scene_path>> PATH = {
    { "range_m", &scene_path::range_m },
    { "gain_db", &scene_path::gain_db },
    { "velocity_mps", &scene_path::velocity_mps },
    { "angle_rad", &scene_path::angle_rad },
    { "phase_rad", &scene_path::phase_rad },
};

inline const std::vector<member<scene_rotor>> ROTOR = {
    { "range_m", &scene_rotor::range_m },
    { "velocity_mps", &scene_rotor::velocity_mps },
    { "rcs_dbsm", &scene_rotor::rcs_dbsm },
    { "angle_rad", &scene_rotor::angle_rad },
    { "blade_m", &scene_rotor::blade_m },
    { "rotation_hz", &scene_rotor::rotation_hz },
    { "tilt_rad", &scene_rotor::tilt_rad },
    { "phase_rad", &scene_rotor::phase_rad },
};
inline const std::vector<member<scene_walker>> WALKER = {
    { "range_m", &scene_walker::range_m },
    { "velocity_mps", &scene_walker::velocity_mps },
    { "rcs_dbsm", &scene_walker::rcs_dbsm },
    { "angle_rad", &scene_walker::angle_rad },
    { "height_m", &scene_walker::height_m },
    { "gait_hz", &scene_walker::gait_hz },
    { "phase_rad", &scene_walker::phase_rad },
};

inline double as_number(const std::string& where, py::handle value)
{
    if (!py::isinstance<py::str>(value) && !py::isinstance<py::bool_>(value) &&
        PyNumber_Check(value.ptr())) {
        return py::float_(py::reinterpret_borrow<py::object>(value));
    }
    throw std::invalid_argument("scene: " + where + " = " + std::string(py::repr(value)) +
                                ", but it must be a number");
}

/// Keys that are no member of type double. An SNR may be absent: then the radar equation
/// holds. A path has none.
template <class T>
constexpr bool HAS_SNR = !std::is_same_v<T, scene_path>;
template <class T>
constexpr bool HAS_BLADES = std::is_same_v<T, scene_rotor>;

template <class T>
bool set_special(T& item,
                 const std::string& where,
                 const std::string& key,
                 py::handle value)
{
    if constexpr (HAS_SNR<T>) {
        if (key == "snr_db") {
            if (!value.is_none()) {
                item.snr_db = as_number(where, value);
            }
            return true;
        }
    }
    if constexpr (HAS_BLADES<T>) {
        if (key == "n_blades") {
            const double n = as_number(where, value);
            if (n != std::floor(n) || std::abs(n) > 1e6) {
                throw std::invalid_argument("scene: " + where + " = " +
                                            std::string(py::repr(value)) +
                                            ", but it must be a whole number");
            }
            item.n_blades = static_cast<int>(n);
            return true;
        }
    }
    return false;
}

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
    if (set_special(item, where + "." + key, key, value)) {
        return;
    }
    throw std::invalid_argument(
        "scene: " + where + " has a key " + key + ", but it must be one of " + known +
        (HAS_BLADES<T> ? ", n_blades" : "") + (HAS_SNR<T> ? ", snr_db" : ""));
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
        if constexpr (HAS_BLADES<T>) {
            dict["n_blades"] = item.n_blades;
        }
        if constexpr (HAS_SNR<T>) {
            if (item.snr_db) {
                dict["snr_db"] = *item.snr_db;
            }
        }
        list.append(dict);
    }
    return list;
}

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_BINDINGS_SCENE_DICTS_H */

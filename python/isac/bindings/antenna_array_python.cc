/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/antenna_array.h>
#include <pybind11/pybind11.h>

#include "docstrings.h"
#include "numpy.h"

namespace py = pybind11;

namespace {

using gr::isac::antenna_array;
using gr::isac::antenna_array_params;

antenna_array make(int n_elements,
                   double spacing_wavelengths,
                   double gain_error_db,
                   double phase_error_rad,
                   int seed)
{
    return antenna_array(
        { n_elements, spacing_wavelengths, gain_error_db, phase_error_rad, seed });
}

template <class T>
auto field(T antenna_array_params::*member)
{
    return [member](const antenna_array& a) { return a.params().*member; };
}

template <class T>
py::array_t<T> as_array(const std::vector<T>& values, std::vector<py::ssize_t> shape)
{
    auto array = gr::isac::new_array<T>(std::move(shape));
    std::copy(values.begin(), values.end(), array.mutable_data());
    return array;
}

} // namespace

void bind_antenna_array(py::module& m)
{
    const antenna_array_params defaults;
    py::class_<antenna_array>(m, "antenna_array", D(antenna_array))
        .def(py::init(&make),
             py::kw_only(),
             py::arg("n_elements") = defaults.n_elements,
             py::arg("spacing_wavelengths") = defaults.spacing_wavelengths,
             py::arg("gain_error_db") = defaults.gain_error_db,
             py::arg("phase_error_rad") = defaults.phase_error_rad,
             py::arg("seed") = defaults.seed)
        .def_property_readonly("n_elements", &antenna_array::n_elements)
        .def_property_readonly("spacing_wavelengths",
                               field(&antenna_array_params::spacing_wavelengths))
        .def_property_readonly("gain_error_db",
                               field(&antenna_array_params::gain_error_db))
        .def_property_readonly("phase_error_rad",
                               field(&antenna_array_params::phase_error_rad))
        .def_property_readonly("seed", field(&antenna_array_params::seed))
        .def(
            "steering",
            [](const antenna_array& a, double angle_rad) {
                return as_array(a.steering(angle_rad), { a.n_elements() });
            },
            py::arg("angle_rad"),
            D(antenna_array, steering))
        .def(
            "weights",
            [](const antenna_array& a, double angle_rad) {
                return as_array(a.weights(angle_rad), { a.n_elements() });
            },
            py::arg("angle_rad"),
            D(antenna_array, weights))
        .def(
            "codebook",
            [](const antenna_array& a, int n_beams) {
                return as_array(a.codebook(n_beams), { n_beams, a.n_elements() });
            },
            py::arg("n_beams"),
            D(antenna_array, codebook))
        .def(
            "beam_angles_rad",
            [](const antenna_array& a, int n_beams) {
                return as_array(a.beam_angles_rad(n_beams), { n_beams });
            },
            py::arg("n_beams"),
            D(antenna_array, beam_angles_rad))
        .def("__repr__", [](const antenna_array& a) {
            return "antenna_array(n_elements=" + std::to_string(a.n_elements()) + ")";
        });
}

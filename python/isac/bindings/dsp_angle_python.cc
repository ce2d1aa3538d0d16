/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "numpy.h"
#include <gnuradio/isac/dsp/angle_estimator.h>
#include <pybind11/pybind11.h>

namespace py = pybind11;
using namespace gr::isac;
using cf = std::complex<float>;

namespace {

/// [n, n_elements], or one snapshot [n_elements]: other shapes are a mistake.
array_in<cf> snapshots_of(const array_in<cf>& a, int n_elements)
{
    if (a.ndim() < 1 || a.ndim() > 2 || a.shape(a.ndim() - 1) != n_elements) {
        throw std::invalid_argument("angle_estimator: snapshots = " +
                                    std::string(py::repr(py::object(a.attr("shape")))) +
                                    ", but the shape must be (n, n_elements = " +
                                    std::to_string(n_elements) + ")");
    }
    return a;
}

py::array_t<dsp::direction> estimate(dsp::angle_estimator& self, const array_in<cf>& x)
{
    const auto& found = self.estimate(as_span(snapshots_of(x, self.n_elements())));
    py::array_t<dsp::direction> table(found.size());
    std::copy(found.begin(), found.end(), table.mutable_data());
    return table;
}

py::array_t<cf> separator(const dsp::angle_estimator& self)
{
    const auto& weights = self.separator();
    const py::ssize_t n = self.n_elements();
    auto result = new_array<cf>({ static_cast<py::ssize_t>(weights.size()) / n, n });
    std::copy(weights.begin(), weights.end(), result.mutable_data());
    return result;
}

py::array_t<float> spectrum(dsp::angle_estimator& self,
                            const array_in<cf>& snapshots,
                            const array_in<double>& sines)
{
    auto power = new_array<float>({ sines.size() });
    self.spectrum(as_span(snapshots_of(snapshots, self.n_elements())),
                  as_span(sines),
                  as_mutable_span(power));
    return power;
}

} // namespace

void bind_dsp_angle(py::module& m)
{
    const angle_params defaults;
    PYBIND11_NUMPY_DTYPE(dsp::direction, angle_rad, angle_std_rad, power_db, snr_db);
    py::class_<dsp::angle_estimator>(
        m, "angle_estimator", "Directions of plane waves from snapshots of an array.")
        .def(py::init([](const antenna_array& array,
                         angle_method method,
                         int n_sources,
                         int max_sources,
                         int subarray_len,
                         const array_in<cf>& calibration) {
                 return std::make_unique<dsp::angle_estimator>(
                     array,
                     angle_params{ method, n_sources, max_sources, subarray_len },
                     as_span(calibration));
             }),
             py::arg("array"),
             py::arg("method") = defaults.method,
             py::arg("n_sources") = defaults.n_sources,
             py::arg("max_sources") = defaults.max_sources,
             py::arg("subarray_len") = defaults.subarray_len,
             py::arg("calibration") = py::array_t<cf>(0))
        .def("estimate",
             &estimate,
             py::arg("snapshots"),
             "complex64 [n, n_elements] -> structured array, strongest first, with "
             "angle_rad, angle_std_rad, power_db, snr_db.")
        .def("separator",
             &separator,
             "complex64 [n_directions, n_elements] of the last estimate: weights that "
             "take "
             "a snapshot apart into its directions.")
        .def("spectrum",
             &spectrum,
             py::arg("snapshots"),
             py::arg("sines"),
             "complex64 [n, n_elements], float64 [m] -> float32 [m], peak 1.")
        .def_static(
            "calibrate",
            [](const antenna_array& array, const array_in<cf>& x, double angle_rad) {
                const auto found = dsp::angle_estimator::calibrate(
                    array, as_span(snapshots_of(x, array.n_elements())), angle_rad);
                return py::array_t<cf>(found.size(), found.data());
            },
            py::arg("array"),
            py::arg("snapshots"),
            py::arg("angle_rad"),
            "complex64 [n, n_elements] of one reflector -> complex64 [n_elements].")
        .def_property_readonly("n_elements", &dsp::angle_estimator::n_elements)
        .def_property_readonly("n_dropped",
                               &dsp::angle_estimator::n_dropped,
                               "Snapshots left out because they were not finite.");
    m.def("virtual_array",
          &dsp::virtual_array,
          py::arg("tx"),
          py::arg("rx"),
          "The array of n_tx n_rx elements that orthogonal transmitters make.");
}

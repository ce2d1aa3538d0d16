/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "numpy.h"
#include <gnuradio/isac/dsp/angle_estimator.h>
#include <gnuradio/isac/dsp/array_sensor.h>
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

py::array_t<dsp::plane_wave> estimate(dsp::angle_estimator& self, const array_in<cf>& x)
{
    const auto& found = self.estimate(as_span(snapshots_of(x, self.n_elements())));
    py::array_t<dsp::plane_wave> table(found.size());
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

/// [n, n_symbols, n_subcarriers] or, of one antenna, without the first axis.
std::vector<const cf*> grids_of(const char* name, const array_in<cf>& a, int n, int len)
{
    if (a.size() != static_cast<py::ssize_t>(n) * len) {
        throw std::invalid_argument("array_sensor: " + std::string(name) + " has " +
                                    std::to_string(a.size()) + " items, but " +
                                    std::to_string(n) + " grids of " +
                                    std::to_string(len) + " are needed");
    }
    std::vector<const cf*> grids;
    for (int i = 0; i < n; ++i) {
        grids.push_back(a.data() + static_cast<std::size_t>(i) * len);
    }
    return grids;
}

struct array_sensor {
    int grid_len;
    dsp::array_sensor dsp;

    py::array_t<dsp::array_target> detect(const array_in<cf>& tx, const array_in<cf>& rx)
    {
        const auto sent = grids_of("sent", tx, dsp.n_tx(), grid_len);
        const auto received = grids_of("received", rx, dsp.n_rx(), grid_len);
        const auto& found = dsp.detect(sent, received);
        py::array_t<dsp::array_target> table(found.size());
        std::copy(found.begin(), found.end(), table.mutable_data());
        return table;
    }

    py::array_t<cf> calibrate(const array_in<cf>& tx,
                              const array_in<cf>& rx,
                              double range_m,
                              double angle_rad)
    {
        const auto sent = grids_of("sent", tx, dsp.n_tx(), grid_len);
        const auto received = grids_of("received", rx, dsp.n_rx(), grid_len);
        const auto found = dsp.calibrate(sent, received, range_m, angle_rad);
        return py::array_t<cf>(found.size(), found.data());
    }

    py::array_t<float> range_angle()
    {
        auto power = new_array<float>({ dsp.n_angles(), dsp.n_ranges() });
        dsp.range_angle(as_mutable_span(power));
        return power;
    }
};

void bind_array_sensor(py::module& m)
{
    const angle_params a;
    const sensing_params s;
    PYBIND11_NUMPY_DTYPE(dsp::array_target,
                         range_m,
                         velocity_mps,
                         snr_db,
                         range_std_m,
                         velocity_std_mps,
                         angle_rad,
                         angle_std_rad);
    py::class_<array_sensor>(
        m, "array_sensor", "Targets in range, velocity and angle, on arrays.")
        .def(py::init([](const gr::isac::waveform& w,
                         const antenna_array& tx_array,
                         const antenna_array& rx_array,
                         angle_method method,
                         int n_sources,
                         int max_sources,
                         int subarray_len,
                         const array_in<cf>& calibration,
                         window range_window,
                         window velocity_window,
                         radar_filter filter,
                         double false_alarm_rate,
                         int guard,
                         int training,
                         int max_targets,
                         cfar_kind cfar,
                         double os_rank) {
                 sensing_params s{ range_window, velocity_window, filter };
                 s.false_alarm_rate = false_alarm_rate;
                 s.guard = guard;
                 s.training = training;
                 s.max_targets = max_targets;
                 s.cfar = cfar;
                 s.os_rank = os_rank;
                 const angle_params a{ method, n_sources, max_sources, subarray_len };
                 return new array_sensor{
                     w.grid_len(),
                     dsp::array_sensor(w, tx_array, rx_array, s, a, as_span(calibration))
                 };
             }),
             py::arg("waveform"),
             py::arg("tx_array"),
             py::arg("rx_array"),
             py::arg("method") = a.method,
             py::arg("n_sources") = a.n_sources,
             py::arg("max_sources") = a.max_sources,
             py::arg("subarray_len") = a.subarray_len,
             py::arg("calibration") = py::array_t<cf>(0),
             py::arg("range_window") = s.range_window,
             py::arg("velocity_window") = s.velocity_window,
             py::arg("filter") = s.filter,
             py::arg("false_alarm_rate") = s.false_alarm_rate,
             py::arg("guard") = s.guard,
             py::arg("training") = s.training,
             py::arg("max_targets") = s.max_targets,
             py::arg("cfar") = s.cfar,
             py::arg("os_rank") = s.os_rank)
        .def(
            "detect",
            &array_sensor::detect,
            py::arg("sent"),
            py::arg("received"),
            "complex64 [n_tx, n_symbols, n_subcarriers], [n_rx, ..] -> structured array, "
            "strongest first: range_m, velocity_mps, snr_db, range_std_m, "
            "velocity_std_mps, angle_rad, angle_std_rad.")
        .def("calibrate",
             &array_sensor::calibrate,
             py::arg("sent"),
             py::arg("received"),
             py::arg("range_m"),
             py::arg("angle_rad"),
             "Grids as in detect() -> complex64 [n_tx n_rx], used from now on; empty if "
             "nothing is at that range.")
        .def("range_angle",
             &array_sensor::range_angle,
             "float32 [n_angles, n_ranges] of the last detect(), power.")
        .def_property_readonly(
            "n_unusable",
            [](const array_sensor& self) { return self.dsp.n_unusable(); },
            "Frames without targets because a sent grid was all 0 or a grid was not "
            "finite.");
}

} // namespace

void bind_dsp_angle(py::module& m)
{
    const angle_params defaults;
    PYBIND11_NUMPY_DTYPE(dsp::plane_wave, angle_rad, angle_std_rad, power_db, snr_db);
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
    bind_array_sensor(m);
}

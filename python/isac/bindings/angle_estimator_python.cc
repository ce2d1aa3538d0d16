/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(angle_estimator.h) */
/* BINDTOOL_HEADER_FILE_HASH(0) */

#include <gnuradio/isac/angle_estimator.h>
#include <pybind11/complex.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "docstrings.h"
#include "sensing_keywords.h"

namespace py = pybind11;

namespace {

using namespace gr::isac;
using s = sensing_params;
using keywords = sensing_keywords<&s::range_window,
                                  &s::velocity_window,
                                  &s::filter,
                                  &s::false_alarm_rate,
                                  &s::guard,
                                  &s::training,
                                  &s::max_targets,
                                  &s::cfar,
                                  &s::os_rank>;

angle_estimator::sptr make(const gr::isac::waveform& w,
                           const antenna_array& tx_array,
                           const antenna_array& rx_array,
                           angle_method method,
                           int n_sources,
                           int max_sources,
                           int subarray_len,
                           const std::vector<std::complex<float>>& calibration,
                           window range_window,
                           window velocity_window,
                           radar_filter filter,
                           double false_alarm_rate,
                           int guard,
                           int training,
                           int max_targets,
                           cfar_kind cfar,
                           double os_rank)
{
    return angle_estimator::make(w,
                                 tx_array,
                                 rx_array,
                                 { method, n_sources, max_sources, subarray_len },
                                 calibration,
                                 keywords::params(range_window,
                                                  velocity_window,
                                                  filter,
                                                  false_alarm_rate,
                                                  guard,
                                                  training,
                                                  max_targets,
                                                  cfar,
                                                  os_rank));
}

} // namespace

void bind_angle_estimator(py::module& m)
{
    const angle_params a;
    const sensing_params d;
    py::class_<angle_estimator,
               gr::sync_decimator,
               gr::sync_block,
               gr::block,
               gr::basic_block,
               std::shared_ptr<angle_estimator>>(m, "angle_estimator", D(angle_estimator))
        .def(py::init(&make),
             py::arg("waveform"),
             py::arg("tx_array") = antenna_array(),
             py::arg("rx_array") = antenna_array({ 4 }),
             py::arg("method") = a.method,
             py::arg("n_sources") = a.n_sources,
             py::arg("max_sources") = a.max_sources,
             py::arg("subarray_len") = a.subarray_len,
             py::arg("calibration") = std::vector<std::complex<float>>(),
             py::arg("range_window") = d.range_window,
             py::arg("velocity_window") = d.velocity_window,
             py::arg("filter") = d.filter,
             py::arg("false_alarm_rate") = d.false_alarm_rate,
             py::arg("guard") = d.guard,
             py::arg("training") = d.training,
             py::arg("max_targets") = d.max_targets,
             py::arg("cfar") = d.cfar,
             py::arg("os_rank") = d.os_rank,
             D(angle_estimator, make))
        .def("calibrate",
             &angle_estimator::calibrate,
             py::arg("range_m"),
             py::arg("angle_rad"),
             D(angle_estimator, calibrate))
        .def_property_readonly(
            "calibration", &angle_estimator::calibration, D(angle_estimator, calibration))
        .def_property_readonly("unusable_frames",
                               &angle_estimator::unusable_frames,
                               D(angle_estimator, unusable_frames));
}

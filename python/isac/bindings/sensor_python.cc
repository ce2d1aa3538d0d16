/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(sensor.h) */
/* BINDTOOL_HEADER_FILE_HASH(0) */

#include <gnuradio/isac/sensor.h>
#include <pybind11/pybind11.h>

#include "docstrings.h"
#include "sensing_keywords.h"

namespace py = pybind11;

void bind_sensor(py::module& m)
{
    using gr::isac::sensor;
    using p = gr::isac::sensing_params;
    using keywords = gr::isac::sensing_keywords<&p::range_window,
                                                &p::velocity_window,
                                                &p::filter,
                                                &p::range_padding,
                                                &p::velocity_padding,
                                                &p::false_alarm_rate,
                                                &p::guard,
                                                &p::training,
                                                &p::max_targets,
                                                &p::cfar,
                                                &p::os_rank>;
    const p defaults;

    py::class_<sensor,
               gr::sync_decimator,
               gr::sync_block,
               gr::block,
               gr::basic_block,
               std::shared_ptr<sensor>>(m, "sensor", D(sensor))
        .def(py::init(&keywords::make<sensor>),
             py::arg("waveform"),
             py::arg("range_window") = defaults.range_window,
             py::arg("velocity_window") = defaults.velocity_window,
             py::arg("filter") = defaults.filter,
             py::arg("range_padding") = defaults.range_padding,
             py::arg("velocity_padding") = defaults.velocity_padding,
             py::arg("false_alarm_rate") = defaults.false_alarm_rate,
             py::arg("guard") = defaults.guard,
             py::arg("training") = defaults.training,
             py::arg("max_targets") = defaults.max_targets,
             py::arg("cfar") = defaults.cfar,
             py::arg("os_rank") = defaults.os_rank,
             D(sensor, make))
        .def("set_false_alarm_rate",
             &sensor::set_false_alarm_rate,
             py::arg("false_alarm_rate"),
             D(sensor, set_false_alarm_rate))
        .def_property_readonly("not_finite", &sensor::not_finite, D(sensor, not_finite));
}

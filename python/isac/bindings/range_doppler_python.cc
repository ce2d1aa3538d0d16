/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(range_doppler.h) */
/* BINDTOOL_HEADER_FILE_HASH(0) */

#include <gnuradio/isac/range_doppler.h>
#include <pybind11/pybind11.h>

#include "docstrings.h"
#include "sensing_keywords.h"

namespace py = pybind11;

void bind_range_doppler(py::module& m)
{
    using gr::isac::range_doppler;
    using p = gr::isac::sensing_params;
    using keywords = gr::isac::sensing_keywords<&p::range_window,
                                                &p::velocity_window,
                                                &p::filter,
                                                &p::range_padding,
                                                &p::velocity_padding,
                                                &p::in_db,
                                                &p::coherent_frames,
                                                &p::averaged_maps,
                                                &p::max_velocity_mps>;
    const p defaults;

    py::class_<range_doppler,
               gr::sync_decimator,
               gr::sync_block,
               gr::block,
               gr::basic_block,
               std::shared_ptr<range_doppler>>(m, "range_doppler", D(range_doppler))
        .def(py::init(&keywords::make<range_doppler>),
             py::arg("waveform"),
             py::arg("range_window") = defaults.range_window,
             py::arg("velocity_window") = defaults.velocity_window,
             py::arg("filter") = defaults.filter,
             py::arg("range_padding") = defaults.range_padding,
             py::arg("velocity_padding") = defaults.velocity_padding,
             py::arg("in_db") = defaults.in_db,
             py::arg("coherent_frames") = defaults.coherent_frames,
             py::arg("averaged_maps") = defaults.averaged_maps,
             py::arg("max_velocity_mps") = defaults.max_velocity_mps,
             D(range_doppler, make))
        .def_property_readonly(
            "bad_rows", &range_doppler::bad_rows, D(range_doppler, bad_rows))
        .def_property_readonly("frames_left_out",
                               &range_doppler::frames_left_out,
                               D(range_doppler, frames_left_out));
}

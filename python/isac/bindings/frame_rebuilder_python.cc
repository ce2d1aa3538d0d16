/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(frame_rebuilder.h) */
/* BINDTOOL_HEADER_FILE_HASH(0) */

#include <gnuradio/isac/frame_rebuilder.h>
#include <pybind11/pybind11.h>

#include "docstrings.h"

namespace py = pybind11;

void bind_frame_rebuilder(py::module& m)
{
    using gr::isac::frame_rebuilder;

    py::class_<frame_rebuilder,
               gr::sync_block,
               gr::block,
               gr::basic_block,
               std::shared_ptr<frame_rebuilder>>(m, "frame_rebuilder", D(frame_rebuilder))
        .def(py::init(&frame_rebuilder::make),
             py::arg("waveform"),
             D(frame_rebuilder, make))
        .def_property_readonly(
            "rebuilt", &frame_rebuilder::rebuilt, D(frame_rebuilder, rebuilt))
        .def_property_readonly(
            "broken", &frame_rebuilder::broken, D(frame_rebuilder, broken))
        .def_property_readonly(
            "malformed", &frame_rebuilder::malformed, D(frame_rebuilder, malformed))
        .def_property_readonly(
            "dropped", &frame_rebuilder::dropped, D(frame_rebuilder, dropped));
}

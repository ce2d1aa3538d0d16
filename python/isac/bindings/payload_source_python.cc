/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(payload_source.h) */
/* BINDTOOL_HEADER_FILE_HASH(0) */

#include <gnuradio/isac/payload_source.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "docstrings.h"

namespace py = pybind11;

void bind_payload_source(py::module& m)
{
    using gr::isac::payload_source;

    py::class_<payload_source,
               gr::sync_block,
               gr::block,
               gr::basic_block,
               std::shared_ptr<payload_source>>(m, "payload_source", D(payload_source))
        .def(py::init(&payload_source::make),
             py::arg("waveform"),
             py::arg("payload") = "",
             py::arg("repeat") = false,
             py::arg("n_frames") = 0,
             py::arg("idle") = false,
             py::arg("queue_len") = 1 << 20,
             D(payload_source, make))
        .def_property_readonly(
            "malformed", &payload_source::malformed, D(payload_source, malformed))
        .def_property_readonly(
            "dropped", &payload_source::dropped, D(payload_source, dropped));
}

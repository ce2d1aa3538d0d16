/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(transmitter.h) */
/* BINDTOOL_HEADER_FILE_HASH(0) */

#include <gnuradio/isac/transmitter.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "docstrings.h"

namespace py = pybind11;

void bind_transmitter(py::module& m)
{
    using gr::isac::transmitter;

    py::class_<transmitter, gr::block, gr::basic_block, std::shared_ptr<transmitter>>(
        m, "transmitter", D(transmitter))
        .def(py::init(&transmitter::make),
             py::arg("waveform"),
             py::arg("payload") = "",
             py::arg("repeat") = false,
             py::arg("n_frames") = 0,
             py::arg("idle") = false,
             py::arg("queue_len") = 1 << 20,
             D(transmitter, make))
        .def_property_readonly(
            "malformed", &transmitter::malformed, D(transmitter, malformed))
        .def_property_readonly("dropped", &transmitter::dropped, D(transmitter, dropped));
}

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(frame_join.h) */
/* BINDTOOL_HEADER_FILE_HASH(0) */

#include <gnuradio/isac/frame_join.h>
#include <pybind11/pybind11.h>

#include "docstrings.h"

namespace py = pybind11;

void bind_frame_join(py::module& m)
{
    using gr::isac::frame_join;

    py::class_<frame_join, gr::block, gr::basic_block, std::shared_ptr<frame_join>>(
        m, "frame_join", D(frame_join))
        .def(py::init(&frame_join::make), py::arg("waveform"), D(frame_join, make))
        .def_property_readonly("paired", &frame_join::paired, D(frame_join, paired))
        .def_property_readonly(
            "unpaired_sent", &frame_join::unpaired_sent, D(frame_join, unpaired_sent))
        .def_property_readonly("unpaired_received",
                               &frame_join::unpaired_received,
                               D(frame_join, unpaired_received))
        .def_property_readonly(
            "incomplete", &frame_join::incomplete, D(frame_join, incomplete));
}

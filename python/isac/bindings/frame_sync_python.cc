/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(frame_sync.h) */
/* BINDTOOL_HEADER_FILE_HASH(0) */

#include <gnuradio/isac/frame_sync.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "docstrings.h"

namespace py = pybind11;

void bind_frame_sync(py::module& m)
{
    using gr::isac::frame_sync;

    py::class_<frame_sync, gr::block, gr::basic_block, std::shared_ptr<frame_sync>>(
        m, "frame_sync", D(frame_sync))
        .def(py::init(&frame_sync::make), py::arg("waveform"), D(frame_sync, make));
}

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(frame_encoder.h) */
/* BINDTOOL_HEADER_FILE_HASH(0) */

#include <gnuradio/isac/frame_encoder.h>
#include <pybind11/pybind11.h>

#include "docstrings.h"

namespace py = pybind11;

void bind_frame_encoder(py::module& m)
{
    using gr::isac::frame_encoder;

    py::class_<frame_encoder,
               gr::sync_interpolator,
               gr::sync_block,
               gr::block,
               gr::basic_block,
               std::shared_ptr<frame_encoder>>(m, "frame_encoder", D(frame_encoder))
        .def(py::init(&frame_encoder::make), py::arg("waveform"), D(frame_encoder, make));
}

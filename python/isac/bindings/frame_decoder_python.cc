/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(frame_decoder.h) */
/* BINDTOOL_HEADER_FILE_HASH(0) */

#include <gnuradio/isac/frame_decoder.h>
#include <pybind11/pybind11.h>

#include "docstrings.h"

namespace py = pybind11;

void bind_frame_decoder(py::module& m)
{
    using gr::isac::frame_decoder;

    py::class_<frame_decoder,
               gr::sync_block,
               gr::block,
               gr::basic_block,
               std::shared_ptr<frame_decoder>>(m, "frame_decoder", D(frame_decoder))
        .def(py::init(&frame_decoder::make), py::arg("waveform"), D(frame_decoder, make))
        .def_property_readonly("frames", &frame_decoder::frames, D(frame_decoder, frames))
        .def_property_readonly(
            "crc_errors", &frame_decoder::crc_errors, D(frame_decoder, crc_errors))
        .def_property_readonly(
            "lost_pdus", &frame_decoder::lost_pdus, D(frame_decoder, lost_pdus));
}

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(receiver.h) */
/* BINDTOOL_HEADER_FILE_HASH(0) */

#include <gnuradio/isac/receiver.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "docstrings.h"

namespace py = pybind11;

void bind_receiver(py::module& m)
{
    using gr::isac::receiver;

    py::class_<receiver, gr::block, gr::basic_block, std::shared_ptr<receiver>>(
        m, "receiver", D(receiver))
        .def(py::init(&receiver::make),
             py::arg("waveform"),
             py::arg("method") = gr::isac::interpolation::WIENER,
             py::arg("max_speed_mps") = 40,
             D(receiver, make))
        .def_property_readonly("frames", &receiver::frames, D(receiver, frames))
        .def_property_readonly(
            "crc_errors", &receiver::crc_errors, D(receiver, crc_errors))
        .def_property_readonly("lost_pdus", &receiver::lost_pdus, D(receiver, lost_pdus));
}

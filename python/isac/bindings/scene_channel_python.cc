/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(scene_channel.h) */
/* BINDTOOL_HEADER_FILE_HASH(0) */

#include <gnuradio/isac/scene_channel.h>
#include <pybind11/pybind11.h>

#include "docstrings.h"

namespace py = pybind11;

void bind_scene_channel(py::module& m)
{
    using gr::isac::antenna_array;
    using gr::isac::scene_channel;

    py::class_<scene_channel, gr::block, gr::basic_block, std::shared_ptr<scene_channel>>(
        m, "scene_channel", D(scene_channel))
        .def(py::init(&scene_channel::make),
             py::arg("waveform"),
             py::arg("scene"),
             py::arg("view"),
             py::arg("tx_array") = antenna_array(),
             py::arg("rx_array") = antenna_array(),
             py::arg("seed") = 0,
             D(scene_channel, make))
        .def("set_scene",
             &scene_channel::set_scene,
             py::arg("scene"),
             D(scene_channel, set_scene));
}

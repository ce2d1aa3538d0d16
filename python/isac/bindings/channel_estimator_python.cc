/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(channel_estimator.h) */
/* BINDTOOL_HEADER_FILE_HASH(0) */

#include <gnuradio/isac/channel_estimator.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "docstrings.h"

namespace py = pybind11;

void bind_channel_estimator(py::module& m)
{
    using gr::isac::channel_estimator;
    using gr::isac::interpolation;

    py::enum_<interpolation>(
        m, "interpolation", "How the channel between the pilots of a row is found.")
        .value("NEAREST", interpolation::NEAREST)
        .value("LINEAR", interpolation::LINEAR)
        .value("DFT", interpolation::DFT)
        .value("WIENER", interpolation::WIENER);

    py::class_<channel_estimator,
               gr::sync_block,
               gr::block,
               gr::basic_block,
               std::shared_ptr<channel_estimator>>(
        m, "channel_estimator", D(channel_estimator))
        .def(py::init(&channel_estimator::make),
             py::arg("waveform"),
             py::arg("method") = interpolation::WIENER,
             py::arg("max_speed_mps") = 40,
             D(channel_estimator, make));
}

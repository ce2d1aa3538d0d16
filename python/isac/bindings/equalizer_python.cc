/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(equalizer.h) */
/* BINDTOOL_HEADER_FILE_HASH(0) */

#include <gnuradio/isac/equalizer.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "docstrings.h"

namespace py = pybind11;

void bind_equalizer(py::module& m)
{
    using gr::isac::equalizer;

    py::class_<equalizer, gr::block, gr::basic_block, std::shared_ptr<equalizer>>(
        m, "equalizer", D(equalizer))
        .def(py::init(&equalizer::make),
             py::arg("waveform"),
             py::arg("noise_var") = 1e-3,
             D(equalizer, make));
}

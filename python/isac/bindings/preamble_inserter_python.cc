/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(preamble_inserter.h) */
/* BINDTOOL_HEADER_FILE_HASH(0) */

#include <gnuradio/isac/preamble_inserter.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "docstrings.h"

namespace py = pybind11;

void bind_preamble_inserter(py::module& m)
{
    using gr::isac::preamble_inserter;

    py::class_<preamble_inserter,
               gr::block,
               gr::basic_block,
               std::shared_ptr<preamble_inserter>>(
        m, "preamble_inserter", D(preamble_inserter))
        .def(py::init(&preamble_inserter::make),
             py::arg("waveform"),
             D(preamble_inserter, make));
}

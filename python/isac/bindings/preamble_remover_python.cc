/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(preamble_remover.h) */
/* BINDTOOL_HEADER_FILE_HASH(0) */

#include <gnuradio/isac/preamble_remover.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "docstrings.h"

namespace py = pybind11;

void bind_preamble_remover(py::module& m)
{
    using gr::isac::preamble_remover;

    py::class_<preamble_remover,
               gr::block,
               gr::basic_block,
               std::shared_ptr<preamble_remover>>(
        m, "preamble_remover", D(preamble_remover))
        .def(py::init(&preamble_remover::make),
             py::arg("waveform"),
             D(preamble_remover, make));
}

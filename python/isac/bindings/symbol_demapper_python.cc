/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(symbol_demapper.h) */
/* BINDTOOL_HEADER_FILE_HASH(0) */

#include <gnuradio/isac/symbol_demapper.h>
#include <pybind11/pybind11.h>

#include "docstrings.h"

namespace py = pybind11;

void bind_symbol_demapper(py::module& m)
{
    using gr::isac::demapping;
    using gr::isac::symbol_demapper;

    py::enum_<demapping>(m, "demapping", "Symbols that count for the LLR of a bit.")
        .value("MAX_LOG", demapping::MAX_LOG)
        .value("EXACT", demapping::EXACT);

    py::class_<symbol_demapper,
               gr::sync_block,
               gr::block,
               gr::basic_block,
               std::shared_ptr<symbol_demapper>>(m, "symbol_demapper", D(symbol_demapper))
        .def(py::init(&symbol_demapper::make),
             py::arg("waveform"),
             py::arg("method") = demapping::MAX_LOG,
             D(symbol_demapper, make));
}

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(symbol_mapper.h) */
/* BINDTOOL_HEADER_FILE_HASH(0) */

#include <gnuradio/isac/symbol_mapper.h>
#include <pybind11/pybind11.h>

#include "docstrings.h"

namespace py = pybind11;

void bind_symbol_mapper(py::module& m)
{
    using gr::isac::symbol_mapper;

    py::class_<symbol_mapper,
               gr::sync_block,
               gr::block,
               gr::basic_block,
               std::shared_ptr<symbol_mapper>>(m, "symbol_mapper", D(symbol_mapper))
        .def(py::init(&symbol_mapper::make), py::arg("waveform"), D(symbol_mapper, make));
}

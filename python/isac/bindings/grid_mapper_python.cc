/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(grid_mapper.h) */
/* BINDTOOL_HEADER_FILE_HASH(0) */

#include <gnuradio/isac/grid_mapper.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "docstrings.h"

namespace py = pybind11;

void bind_grid_mapper(py::module& m)
{
    using gr::isac::grid_mapper;

    py::class_<grid_mapper, gr::block, gr::basic_block, std::shared_ptr<grid_mapper>>(
        m, "grid_mapper", D(grid_mapper))
        .def(py::init(&grid_mapper::make), py::arg("waveform"), D(grid_mapper, make));
}

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(dft_spreader.h) */
/* BINDTOOL_HEADER_FILE_HASH(0) */

#include <gnuradio/isac/dft_spreader.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "docstrings.h"

namespace py = pybind11;

void bind_dft_spreader(py::module& m)
{
    using gr::isac::dft_spreader;

    py::class_<dft_spreader,
               gr::sync_block,
               gr::block,
               gr::basic_block,
               std::shared_ptr<dft_spreader>>(m, "dft_spreader", D(dft_spreader))
        .def(py::init(&dft_spreader::make), py::arg("waveform"), D(dft_spreader, make));
}

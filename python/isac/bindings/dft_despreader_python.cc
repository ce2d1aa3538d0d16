/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(dft_despreader.h) */
/* BINDTOOL_HEADER_FILE_HASH(0) */

#include <gnuradio/isac/dft_despreader.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "docstrings.h"

namespace py = pybind11;

void bind_dft_despreader(py::module& m)
{
    using gr::isac::dft_despreader;

    py::class_<dft_despreader,
               gr::sync_block,
               gr::block,
               gr::basic_block,
               std::shared_ptr<dft_despreader>>(m, "dft_despreader", D(dft_despreader))
        .def(py::init(&dft_despreader::make),
             py::arg("waveform"),
             D(dft_despreader, make));
}

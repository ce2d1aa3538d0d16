/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(comb_splitter.h) */
/* BINDTOOL_HEADER_FILE_HASH(0) */

#include <gnuradio/isac/comb_splitter.h>
#include <pybind11/pybind11.h>

#include "docstrings.h"

namespace py = pybind11;

void bind_comb_splitter(py::module& m)
{
    using gr::isac::comb_splitter;

    py::class_<comb_splitter,
               gr::sync_block,
               gr::block,
               gr::basic_block,
               std::shared_ptr<comb_splitter>>(m, "comb_splitter", D(comb_splitter))
        .def(py::init(&comb_splitter::make),
             py::arg("waveform"),
             py::arg("n_antennas") = 2,
             D(comb_splitter, make));
}

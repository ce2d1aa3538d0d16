/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(bistatic_aligner.h) */
/* BINDTOOL_HEADER_FILE_HASH(0) */

#include <gnuradio/isac/bistatic_aligner.h>
#include <pybind11/pybind11.h>

#include "docstrings.h"

namespace py = pybind11;

void bind_bistatic_aligner(py::module& m)
{
    using gr::isac::bistatic_aligner;

    py::class_<bistatic_aligner,
               gr::sync_block,
               gr::block,
               gr::basic_block,
               std::shared_ptr<bistatic_aligner>>(
        m, "bistatic_aligner", D(bistatic_aligner))
        .def(py::init(&bistatic_aligner::make),
             py::arg("waveform"),
             py::arg("sight_margin_db") = 6,
             D(bistatic_aligner, make))
        .def_property_readonly(
            "aligned", &bistatic_aligner::aligned, D(bistatic_aligner, aligned))
        .def_property_readonly(
            "blind", &bistatic_aligner::blind, D(bistatic_aligner, blind));
}

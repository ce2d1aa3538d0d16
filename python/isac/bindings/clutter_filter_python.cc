/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(clutter_filter.h) */
/* BINDTOOL_HEADER_FILE_HASH(0) */

#include <gnuradio/isac/clutter_filter.h>
#include <pybind11/pybind11.h>

#include "docstrings.h"

namespace py = pybind11;

void bind_clutter_filter(py::module& m)
{
    using gr::isac::clutter_filter;

    py::class_<clutter_filter,
               gr::sync_block,
               gr::block,
               gr::basic_block,
               std::shared_ptr<clutter_filter>>(m, "clutter_filter", D(clutter_filter))
        .def(py::init(&clutter_filter::make),
             py::arg("waveform"),
             D(clutter_filter, make));
}

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
    using namespace gr::isac;
    const clutter_params defaults;

    py::class_<clutter_filter,
               gr::sync_block,
               gr::block,
               gr::basic_block,
               std::shared_ptr<clutter_filter>>(m, "clutter_filter", D(clutter_filter))
        .def(py::init([](const gr::isac::waveform& w,
                         clutter_method method,
                         int memory,
                         int dopplers,
                         int batches,
                         double leakage_range_m) {
                 return clutter_filter::make(
                     w, { method, memory, dopplers, batches, leakage_range_m });
             }),
             py::arg("waveform"),
             py::arg("method") = defaults.method,
             py::arg("memory") = defaults.memory,
             py::arg("dopplers") = defaults.dopplers,
             py::arg("batches") = defaults.batches,
             py::arg("leakage_range_m") = defaults.leakage_range_m,
             D(clutter_filter, make))
        .def("kept",
             &clutter_filter::kept,
             py::arg("range_m"),
             py::arg("velocity_mps"),
             D(clutter_filter, kept))
        .def_property_readonly(
            "bad_cells", &clutter_filter::bad_cells, D(clutter_filter, bad_cells));
}

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(range_doppler.h) */
/* BINDTOOL_HEADER_FILE_HASH(0) */

#include <gnuradio/isac/range_doppler.h>
#include <pybind11/pybind11.h>

#include "docstrings.h"

namespace py = pybind11;

void bind_range_doppler(py::module& m)
{
    using gr::isac::range_doppler;
    const gr::isac::sensing_params defaults;

    py::class_<range_doppler,
               gr::sync_decimator,
               gr::sync_block,
               gr::block,
               gr::basic_block,
               std::shared_ptr<range_doppler>>(m, "range_doppler", D(range_doppler))
        .def(py::init(&range_doppler::make),
             py::arg("waveform"),
             py::arg("range_window") = defaults.range_window,
             py::arg("velocity_window") = defaults.velocity_window,
             py::arg("filter") = defaults.filter,
             D(range_doppler, make));
}

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(micro_doppler.h) */
/* BINDTOOL_HEADER_FILE_HASH(0) */

#include <gnuradio/isac/micro_doppler.h>
#include <pybind11/pybind11.h>

#include "docstrings.h"
#include "micro_doppler_keywords.h"

namespace py = pybind11;

void bind_micro_doppler(py::module& m)
{
    using gr::isac::micro_doppler;

    py::class_<micro_doppler, gr::block, gr::basic_block, std::shared_ptr<micro_doppler>>
        c(m, "micro_doppler", D(micro_doppler));
    gr::isac::def_micro_doppler(c, &micro_doppler::make, D(micro_doppler, make));
    c.def("set_range_m",
          &micro_doppler::set_range_m,
          py::arg("range_m"),
          D(micro_doppler, set_range_m))
        .def_property_readonly("n_velocities", &micro_doppler::n_velocities)
        .def_property_readonly("velocity_step_mps", &micro_doppler::velocity_step_mps)
        .def_property_readonly("column_s", &micro_doppler::column_s)
        .def_property_readonly("first_column_s", &micro_doppler::first_column_s)
        .def_property_readonly("missing_rows", &micro_doppler::missing_rows)
        .def_property_readonly("missed_frames", &micro_doppler::missed_frames);
}

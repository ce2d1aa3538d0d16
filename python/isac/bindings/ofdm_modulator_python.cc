/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(ofdm_modulator.h) */
/* BINDTOOL_HEADER_FILE_HASH(0) */

#include <gnuradio/isac/ofdm_modulator.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "docstrings.h"

namespace py = pybind11;

void bind_ofdm_modulator(py::module& m)
{
    using gr::isac::ofdm_modulator;

    py::class_<ofdm_modulator,
               gr::sync_interpolator,
               gr::sync_block,
               gr::block,
               gr::basic_block,
               std::shared_ptr<ofdm_modulator>>(m, "ofdm_modulator", D(ofdm_modulator))
        .def(py::init(&ofdm_modulator::make),
             py::arg("waveform"),
             D(ofdm_modulator, make));
}

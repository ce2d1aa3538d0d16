/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* BINDTOOL_GEN_AUTOMATIC(0) */
/* BINDTOOL_USE_PYGCCXML(0) */
/* BINDTOOL_HEADER_FILE(ofdm_demodulator.h) */
/* BINDTOOL_HEADER_FILE_HASH(0) */

#include <gnuradio/isac/ofdm_demodulator.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "docstrings.h"

namespace py = pybind11;

void bind_ofdm_demodulator(py::module& m)
{
    using gr::isac::ofdm_demodulator;

    py::class_<ofdm_demodulator,
               gr::sync_decimator,
               gr::sync_block,
               gr::block,
               gr::basic_block,
               std::shared_ptr<ofdm_demodulator>>(
        m, "ofdm_demodulator", D(ofdm_demodulator))
        .def(py::init(&ofdm_demodulator::make),
             py::arg("waveform"),
             D(ofdm_demodulator, make));
}

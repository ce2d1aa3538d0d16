/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/mcs.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;
using namespace gr::isac;

void bind_mcs(py::module& parent)
{
    auto m = parent.def_submodule(
        "mcs", "Modulation and coding schemes and the SNR of a data cell they need.");
    py::class_<dsp::mcs>(m, "entry", "One scheme.")
        .def_readonly("modulation", &dsp::mcs::modulation)
        .def_readonly("coding", &dsp::mcs::coding)
        .def_readonly("bits_per_cell", &dsp::mcs::bits_per_cell)
        .def_readonly("required_snr_db", &dsp::mcs::required_snr_db);
    m.def("table", &dsp::mcs_table, "All schemes, the least bits_per_cell first.");
    m.def("required_snr_db",
          &dsp::required_snr_db,
          py::arg("modulation"),
          py::arg("coding"),
          "Es/N0 of a data cell at which one code word in a hundred fails.");
    m.def("select",
          &dsp::select_mcs,
          py::arg("snr_db"),
          py::arg("margin_db") = 2.0,
          "The LDPC scheme that carries most at an SNR, or the most robust one.");
}

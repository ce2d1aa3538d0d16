/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "numpy.h"
#include <gnuradio/isac/dsp/bistatic_aligner.h>
#include <pybind11/pybind11.h>

namespace py = pybind11;
using namespace gr::isac;
using cf = std::complex<float>;
using isac_waveform = gr::isac::waveform;

namespace {

struct bistatic_aligner {
    isac_waveform w;
    dsp::bistatic_aligner dsp;

    py::tuple align(const array_in<cf>& tx, const array_in<cf>& rx)
    {
        auto out = new_array<cf>({ w.n_symbols(), w.n_subcarriers() });
        const auto sight = dsp.align(as_span(tx), as_span(rx), as_mutable_span(out));
        return py::make_tuple(out, sight);
    }
};

} // namespace

void bind_dsp_bistatic(py::module& m)
{
    using sight = dsp::line_of_sight;
    py::class_<sight>(m, "line_of_sight", "The line of sight in one frame.")
        .def_readonly("delay",
                      &sight::delay,
                      "Samples, of the first row, after the start of its FFT window.")
        .def_readonly("drift_ppm",
                      &sight::drift_ppm,
                      "By which the delay grows: clocks apart, or a way that does.")
        .def_readonly("power", &sight::power, "Of one cell, E|h|^2.")
        .def_readonly("found", &sight::found, "Otherwise no row had any power.");

    py::class_<bistatic_aligner>(
        m, "bistatic_aligner", "Makes the line of sight the zero of range and velocity.")
        .def(py::init([](const isac_waveform& w, double sight_margin_db) {
                 return new bistatic_aligner{ w,
                                              dsp::bistatic_aligner(w, sight_margin_db) };
             }),
             py::arg("waveform"),
             py::arg("sight_margin_db") = 6)
        .def(
            "align",
            &bistatic_aligner::align,
            py::arg("tx"),
            py::arg("rx"),
            "complex64 [n_symbols, n_subcarriers] twice, as sent and as received -> the "
            "second with the line of sight at delay and Doppler 0, and a line_of_sight.");
}

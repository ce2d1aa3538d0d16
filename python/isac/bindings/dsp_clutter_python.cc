/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "numpy.h"
#include <gnuradio/isac/dsp/clutter_filter.h>
#include <pybind11/pybind11.h>

namespace py = pybind11;
using namespace gr::isac;
using cf = std::complex<float>;
using isac_waveform = gr::isac::waveform;

namespace {

struct clutter_filter {
    isac_waveform w;
    dsp::clutter_filter dsp;

    clutter_filter(const isac_waveform& w, const clutter_params& p) : w(w), dsp(w, p) {}

    py::array_t<cf> filter(const array_in<cf>& tx, const array_in<cf>& rx)
    {
        auto moving = new_array<cf>({ w.n_symbols(), w.n_subcarriers() });
        if (tx.size() != moving.size() || rx.size() != moving.size()) {
            throw std::invalid_argument("tx and rx must have " +
                                        std::to_string(moving.size()) + " items");
        }
        dsp.filter(as_span(tx), as_span(rx), as_mutable_span(moving));
        return moving;
    }
};

} // namespace

void bind_dsp_clutter(py::module& m)
{
    const clutter_params defaults;
    py::class_<clutter_filter>(
        m, "clutter_filter", "Removes what stands still from received rows, on arrays.")
        .def(
            py::init([](const isac_waveform& w,
                        clutter_method method,
                        int memory,
                        int dopplers,
                        int batches,
                        double leakage_range_m) {
                return std::make_unique<clutter_filter>(
                    w,
                    clutter_params{ method, memory, dopplers, batches, leakage_range_m });
            }),
            py::arg("waveform"),
            py::arg("method") = defaults.method,
            py::arg("memory") = defaults.memory,
            py::arg("dopplers") = defaults.dopplers,
            py::arg("batches") = defaults.batches,
            py::arg("leakage_range_m") = defaults.leakage_range_m)
        .def("filter",
             &clutter_filter::filter,
             py::arg("tx"),
             py::arg("rx"),
             "complex64 [n_symbols, n_subcarriers] twice -> the second without its "
             "clutter.")
        .def(
            "kept",
            [](const clutter_filter& self, double range_m, double velocity_mps) {
                return self.dsp.kept(range_m, velocity_mps);
            },
            py::arg("range_m"),
            py::arg("velocity_mps"),
            "Share of the amplitude that an echo keeps.")
        .def(
            "reset",
            [](clutter_filter& self) { self.dsp.reset(); },
            "Forgets the frames before.")
        .def_property_readonly(
            "n_not_finite",
            [](const clutter_filter& self) { return self.dsp.n_not_finite(); },
            "Cells of the last frame that were not finite.");
}

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "numpy.h"
#include <gnuradio/isac/dsp/dft_spread.h>
#include <gnuradio/isac/dsp/grid.h>
#include <gnuradio/isac/dsp/ofdm.h>
#include <pybind11/pybind11.h>
#include <volk/volk_alloc.hh>
#include <algorithm>
#include <ctime>

namespace py = pybind11;
using namespace gr::isac;
using cf = std::complex<float>;

namespace {

/// Calls f(in row, out row) on every row.
template <class F>
py::array_t<cf> each_row(
    const array_in<cf>& in, const char* name, int in_len, int out_len, bool flat, F f)
{
    const auto n = n_rows(name, in.size(), in_len);
    auto out = flat ? new_array<cf>({ n * out_len }) : new_array<cf>({ n, out_len });
    for (py::ssize_t i = 0; i < n; ++i) {
        f(dsp::span<const cf>(in.data() + i * in_len, in_len),
          dsp::span<cf>(out.mutable_data() + i * out_len, out_len));
    }
    return out;
}

} // namespace

void bind_dsp_ofdm(py::module& m)
{
    using isac_waveform = gr::isac::waveform;

    struct modulator {
        isac_waveform w;
        dsp::ofdm_modulator dsp;
    };
    py::class_<modulator>(m, "ofdm_modulator", "Grid rows to samples, on arrays.")
        .def(py::init([](const isac_waveform& w) {
                 return modulator{ w, dsp::ofdm_modulator(w) };
             }),
             py::arg("waveform"))
        .def(
            "modulate",
            [](modulator& self, const array_in<cf>& rows) {
                return each_row(rows,
                                "rows",
                                self.w.n_subcarriers(),
                                self.w.symbol_len(),
                                true,
                                [&](auto in, auto out) { self.dsp.modulate(in, out); });
            },
            py::arg("rows"),
            "complex64 [n, n_subcarriers] -> complex64 [n * symbol_len].");

    struct demodulator {
        isac_waveform w;
        dsp::ofdm_demodulator dsp;
    };
    py::class_<demodulator>(m, "ofdm_demodulator", "Samples to grid rows, on arrays.")
        .def(py::init([](const isac_waveform& w) {
                 return demodulator{ w, dsp::ofdm_demodulator(w) };
             }),
             py::arg("waveform"))
        .def(
            "demodulate",
            [](demodulator& self, const array_in<cf>& samples) {
                return each_row(samples,
                                "samples",
                                self.w.symbol_len(),
                                self.w.n_subcarriers(),
                                false,
                                [&](auto in, auto out) { self.dsp.demodulate(in, out); });
            },
            py::arg("samples"),
            "complex64 [n * symbol_len], from a prefix on -> complex64 "
            "[n, n_subcarriers].");

    struct mapper {
        isac_waveform w;
        dsp::grid_mapper dsp;
    };
    py::class_<mapper>(m, "grid_mapper", "Data symbols to grid rows, on arrays.")
        .def(py::init([](const isac_waveform& w) {
                 return mapper{ w, dsp::grid_mapper(w) };
             }),
             py::arg("waveform"))
        .def(
            "map",
            [](mapper& self, const array_in<cf>& data) {
                return each_row(data,
                                "data",
                                self.w.n_dft(),
                                self.w.n_subcarriers(),
                                false,
                                [&](auto in, auto out) { self.dsp.map(in, out); });
            },
            py::arg("data"),
            "complex64 [n, n_dft] -> complex64 [n, n_subcarriers].")
        .def(
            "reference",
            [](const mapper& self, int row) {
                const auto cells = self.dsp.reference(row);
                return py::array_t<cf>(static_cast<py::ssize_t>(cells.size()),
                                       cells.data());
            },
            py::arg("row"),
            "complex64 [n_subcarriers], the reference row of this index; [0] without DFT "
            "precoding.");

    struct spreader {
        isac_waveform w;
        dsp::dft_spreader dsp;
    };
    py::class_<spreader>(m, "dft_spreader", "DFT-s-OFDM spreading, on arrays.")
        .def(py::init([](const isac_waveform& w) {
                 return spreader{ w, dsp::dft_spreader(w) };
             }),
             py::arg("waveform"))
        .def(
            "spread",
            [](spreader& self, const array_in<cf>& symbols) {
                return each_row(symbols,
                                "symbols",
                                self.w.n_data(),
                                self.w.n_dft(),
                                false,
                                [&](auto in, auto out) { self.dsp.spread(in, out); });
            },
            py::arg("symbols"),
            "complex64 [n, n_data] -> complex64 [n, n_dft].");

    struct transform {
        dsp::fft dsp;
        int len;
        bool is_inverse;
    };
    py::class_<transform>(m, "fft", "Unitary DFT of a fixed length, on arrays.")
        .def(py::init([](int len, bool inverse) {
                 const auto way =
                     inverse ? dsp::direction::INVERSE : dsp::direction::FORWARD;
                 return transform{ dsp::fft(len, way), len, inverse };
             }),
             py::arg("len"),
             py::arg("inverse") = false)
        .def(
            "transform",
            [](transform& self, const array_in<cf>& rows) {
                return each_row(
                    rows, "rows", self.len, self.len, false, [&](auto in, auto out) {
                        std::copy(in.begin(), in.end(), self.dsp.input().begin());
                        const auto bins = self.dsp.run();
                        std::copy(bins.begin(), bins.end(), out.begin());
                    });
            },
            py::arg("rows"),
            "complex64 [n, len] -> complex64 [n, len].")
        .def(
            "time_s",
            [](transform& self, int n, int n_rows) {
                const std::size_t stride = n_rows > 1 ? self.len : 0;
                volk::vector<cf> rows(std::max(n_rows, 1) * self.len), row(self.len);
                // CPU time of this thread: other work on the machine does not count.
                const auto now = [] {
                    timespec t;
                    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
                    return t.tv_sec + 1e-9 * t.tv_nsec;
                };
                const double start = now();
                for (int i = 0; i < n; ++i) {
                    auto* at = rows.data() + i % std::max(n_rows, 1) * stride;
                    self.dsp.execute_unscaled(self.is_inverse ? row.data() : at,
                                              self.is_inverse ? at : row.data());
                }
                return now() - start;
            },
            py::arg("n"),
            py::arg("n_rows") = 1,
            "CPU seconds that n bare transforms take: the bound of whatever needs them. "
            "The "
            "samples, input or with inverse output, are so many rows one after the "
            "other, "
            "the bins one row.");
}

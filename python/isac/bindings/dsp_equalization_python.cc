/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "numpy.h"
#include <gnuradio/isac/dsp/channel_estimator.h>
#include <gnuradio/isac/dsp/dft_spread.h>
#include <gnuradio/isac/dsp/equalizer.h>
#include <pybind11/pybind11.h>

namespace py = pybind11;
using namespace gr::isac;
using cf = std::complex<float>;
using isac_waveform = gr::isac::waveform;

namespace {

struct channel_estimator {
    isac_waveform w;
    dsp::channel_estimator dsp;

    py::array_t<cf> estimate(const array_in<cf>& rows)
    {
        const std::size_t k = w.n_subcarriers();
        const auto n = n_rows("rows", rows.size(), w.n_subcarriers());
        auto channel = new_array<cf>({ n, w.n_subcarriers() });
        for (py::ssize_t i = 0; i < n; ++i) {
            dsp.estimate({ rows.data() + i * k, k },
                         { channel.mutable_data() + i * k, k });
        }
        return channel;
    }

    py::tuple
    estimate_frame(const array_in<cf>& rows, double noise_var, double delay_per_row)
    {
        auto channel = new_array<cf>({ w.n_symbols(), w.n_subcarriers() });
        const double measured = dsp.estimate_frame(
            as_span(rows), as_mutable_span(channel), noise_var, delay_per_row);
        return py::make_tuple(channel, measured);
    }
};

struct equalizer {
    isac_waveform w;
    dsp::equalizer dsp;

    py::tuple
    equalize(const array_in<cf>& rows, const array_in<cf>& channel, float noise_var)
    {
        const std::size_t k = w.n_subcarriers(), d = w.n_dft();
        const auto n = n_rows("rows", rows.size(), w.n_subcarriers());
        if (channel.size() != rows.size()) {
            throw std::invalid_argument("channel must have the shape of rows");
        }
        auto symbols = new_array<cf>({ n, w.n_dft() });
        auto noise = new_array<float>({ n, w.n_dft() });
        for (py::ssize_t i = 0; i < n; ++i) {
            dsp.equalize({ rows.data() + i * k, k },
                         { channel.data() + i * k, k },
                         noise_var,
                         { symbols.mutable_data() + i * d, d },
                         { noise.mutable_data() + i * d, d });
        }
        return py::make_tuple(symbols, noise);
    }
};

struct dft_despreader {
    isac_waveform w;
    dsp::dft_despreader dsp;

    py::tuple despread(const array_in<cf>& cells, const array_in<float>& cell_noise)
    {
        const std::size_t d = w.n_dft(), d_data = w.n_data();
        const auto n = n_rows("cells", cells.size(), w.n_dft());
        if (cell_noise.size() != cells.size()) {
            throw std::invalid_argument("cell_noise must have the shape of cells");
        }
        auto symbols = new_array<cf>({ n, w.n_data() });
        auto noise = new_array<float>({ n, w.n_data() });
        for (py::ssize_t i = 0; i < n; ++i) {
            dsp.despread({ cells.data() + i * d, d },
                         { cell_noise.data() + i * d, d },
                         { symbols.mutable_data() + i * d_data, d_data },
                         { noise.mutable_data() + i * d_data, d_data });
        }
        return py::make_tuple(symbols, noise);
    }
};

} // namespace

void bind_dsp_equalization(py::module& m)
{
    py::class_<channel_estimator>(
        m, "channel_estimator", "Pilots of grid rows to their channel, on arrays.")
        .def(py::init([](const isac_waveform& w, interpolation method, double speed) {
                 return channel_estimator{ w, dsp::channel_estimator(w, method, speed) };
             }),
             py::arg("waveform"),
             py::arg("method") = interpolation::WIENER,
             py::arg("max_speed_mps") = 40)
        .def_property_readonly(
            "noise_gain",
            [](const channel_estimator& self) { return self.dsp.noise_gain(); },
            "Variance of the error of estimate() over the noise variance, mean over "
            "cells.")
        .def("estimate",
             &channel_estimator::estimate,
             py::arg("rows"),
             "Each row for itself: complex64 [n, n_subcarriers] -> complex64 "
             "[n, n_subcarriers].")
        .def("estimate_frame",
             &channel_estimator::estimate_frame,
             py::arg("rows"),
             py::arg("noise_var") = 1,
             py::arg("delay_per_row") = 0,
             "A whole frame: complex64 [n_symbols, n_subcarriers] and a first guess -> "
             "channel complex64 [n_symbols, n_subcarriers] and the noise variance "
             "measured.");

    py::class_<equalizer>(m, "equalizer", "One-tap MMSE without its bias, on arrays.")
        .def(py::init([](const isac_waveform& w) {
                 return equalizer{ w, dsp::equalizer(w) };
             }),
             py::arg("waveform"))
        .def("equalize",
             &equalizer::equalize,
             py::arg("rows"),
             py::arg("channel"),
             py::arg("noise_var"),
             "complex64 [n, n_subcarriers] twice -> cells complex64 [n, n_dft] and "
             "their noise variances float32 [n, n_dft].");

    py::class_<dft_despreader>(m, "dft_despreader", "Undoes dft_spreader, on arrays.")
        .def(py::init([](const isac_waveform& w) {
                 return dft_despreader{ w, dsp::dft_despreader(w) };
             }),
             py::arg("waveform"))
        .def("despread",
             &dft_despreader::despread,
             py::arg("cells"),
             py::arg("cell_noise"),
             "complex64 and float32 [n, n_dft] -> symbols complex64 [n, n_data] and "
             "their noise variances.");
}

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "micro_doppler_keywords.h"
#include "numpy.h"
#include <gnuradio/isac/dsp/micro_doppler.h>
#include <gnuradio/isac/dsp/spectrogram.h>
#include <pybind11/pybind11.h>

namespace py = pybind11;
using namespace gr::isac;
using cf = std::complex<float>;
using isac_waveform = gr::isac::waveform;

namespace {

/// All columns that are complete, [n, n_cells].
template <class Source>
void take_columns(Source& source, int n_cells, std::vector<float>& columns)
{
    std::vector<float> column(n_cells);
    while (source.next(column)) {
        columns.insert(columns.end(), column.begin(), column.end());
    }
}

py::array_t<float> as_columns(const std::vector<float>& columns, int n_cells)
{
    auto result =
        new_array<float>({ static_cast<py::ssize_t>(columns.size()) / n_cells, n_cells });
    std::copy(columns.begin(), columns.end(), result.mutable_data());
    return result;
}

struct spectrogram {
    static constexpr int CHUNK = 4096;
    dsp::spectrogram_params p;
    dsp::spectrogram dsp;

    py::array_t<float> process(const array_in<cf>& samples, bool more)
    {
        const auto n_series = p.n_series;
        if (samples.size() % n_series || (n_series > 1 && samples.ndim() != 2) ||
            (samples.ndim() == 2 && samples.shape(0) != n_series)) {
            throw std::invalid_argument("spectrogram: samples must be [" +
                                        std::to_string(n_series) +
                                        ", n], or [n] if there is one series");
        }
        const py::ssize_t n = samples.size() / n_series;
        std::vector<float> columns;
        std::vector<cf> chunk;
        for (py::ssize_t from = 0; from < n; from += CHUNK) {
            const auto len = std::min<py::ssize_t>(CHUNK, n - from);
            chunk.clear();
            for (int s = 0; s < n_series; ++s) {
                const cf* first = samples.data() + s * n + from;
                chunk.insert(chunk.end(), first, first + len);
            }
            dsp.push(chunk);
            take_columns(dsp, p.n_cells, columns);
        }
        if (!more) {
            dsp.finish();
            take_columns(dsp, p.n_cells, columns);
            dsp.restart();
        }
        return as_columns(columns, p.n_cells);
    }
};

struct micro_doppler {
    isac_waveform w;
    dsp::micro_doppler dsp;

    py::array_t<float> process(const array_in<cf>& tx,
                               const array_in<cf>& rx,
                               bool more,
                               std::uint64_t n_missed)
    {
        const std::size_t grid_len = w.grid_len();
        const auto n = n_rows("tx", tx.size(), grid_len);
        if (rx.size() != tx.size()) {
            throw std::invalid_argument("rx must have " + std::to_string(tx.size()) +
                                        " items, as many as tx");
        }
        std::vector<float> columns;
        for (py::ssize_t i = 0; i < n; ++i) {
            dsp.push({ tx.data() + i * grid_len, grid_len },
                     { rx.data() + i * grid_len, grid_len },
                     i == 0 ? n_missed : 0);
            take_columns(dsp, dsp.n_velocities(), columns);
        }
        if (!more) {
            dsp.finish();
            take_columns(dsp, dsp.n_velocities(), columns);
            dsp.restart();
        }
        return as_columns(columns, dsp.n_velocities());
    }
};

void bind_spectrogram(py::module& m)
{
    const dsp::spectrogram_params d;
    py::class_<spectrogram>(
        m, "spectrogram", "Power over time and frequency of evenly sampled echoes.")
        .def(py::init([](int window_len,
                         int hop,
                         int fft_len,
                         int n_cells,
                         int clutter_len,
                         int n_series,
                         window taper) {
                 const int len = fft_len ? fft_len : 2 * window_len;
                 const dsp::spectrogram_params p{ window_len,  hop,
                                                  len,         n_cells ? n_cells : len,
                                                  clutter_len, n_series,
                                                  taper };
                 return new spectrogram{ p, dsp::spectrogram(p, spectrogram::CHUNK) };
             }),
             py::arg("window_len") = d.window_len,
             py::arg("hop") = d.hop,
             py::arg("fft_len") = 0,
             py::arg("n_cells") = 0,
             py::arg("clutter_len") = d.clutter_len,
             py::arg("n_series") = d.n_series,
             py::arg("taper") = d.taper,
             "All lengths in samples. fft_len 0 is twice the window, n_cells 0 is all "
             "of them, clutter_len 0 keeps what stands still.")
        .def("process",
             &spectrogram::process,
             py::arg("samples"),
             py::arg("more") = false,
             "complex64 [n], or [n_series, n] whose powers are added -> float32 "
             "[columns, n_cells]: column c begins at sample c hop, frequency ascends, 0 "
             "is in the middle. A sample that is not finite is missing.\n\nmore: the "
             "series goes on in the next call; the last columns then wait for it.");
}

} // namespace

void bind_dsp_micro_doppler(py::module& m)
{
    bind_spectrogram(m);
    py::class_<micro_doppler> c(
        m, "micro_doppler", "Spectrogram of one range gate from grid rows, on arrays.");
    const auto make = [](const isac_waveform& w, const micro_doppler_params& p) {
        return new micro_doppler{ w, dsp::micro_doppler(w, p) };
    };
    def_micro_doppler(c, make, "See isac.micro_doppler.");
    c.def("process",
          &micro_doppler::process,
          py::arg("tx"),
          py::arg("rx"),
          py::arg("more") = false,
          py::arg("n_missed") = 0,
          "complex64 [n frames, n_symbols, n_subcarriers] twice -> float32 [columns, "
          "n_velocities], power; see isac.micro_doppler.\n\nmore: the frames go on in "
          "the next call; the last columns then wait for them.\nn_missed: frames that "
          "should have come between the last call and this.");
    c.def(
        "set_range_m",
        [](micro_doppler& self, double range_m) { self.dsp.set_range_m(range_m); },
        py::arg("range_m"),
        "The gate is there from the next frame on; time goes on.");
    const auto axes = [](const isac_waveform& w,
                         double window_s,
                         double hop_s,
                         double max_velocity_mps,
                         int padding) {
        micro_doppler_params p;
        p.window_s = window_s;
        p.hop_s = hop_s;
        p.max_velocity_mps = max_velocity_mps;
        p.padding = padding;
        const auto shape = dsp::micro_doppler_shape(w, p);
        const double row_s = w.symbol_duration_s();
        return py::make_tuple(shape.n_cells,
                              w.wavelength_m() / (2 * shape.fft_len * row_s),
                              shape.hop * row_s);
    };
    const micro_doppler_params d;
    c.def_static("axes",
                 axes,
                 py::arg("waveform"),
                 py::arg("window_s") = d.window_s,
                 py::arg("hop_s") = d.hop_s,
                 py::arg("max_velocity_mps") = d.max_velocity_mps,
                 py::arg("padding") = d.padding,
                 "n_velocities, velocity_step_mps and column_s of one with these "
                 "parameters.");
    const auto answer = [&c](const char* name, auto function) {
        c.def_property_readonly(name, [function](const micro_doppler& self) {
            return (self.dsp.*function)();
        });
    };
    answer("window_len", &dsp::micro_doppler::window_len);
    answer("hop", &dsp::micro_doppler::hop);
    answer("n_velocities", &dsp::micro_doppler::n_velocities);
    answer("n_gates", &dsp::micro_doppler::n_gates);
    answer("velocity_step_mps", &dsp::micro_doppler::velocity_step_mps);
    answer("column_s", &dsp::micro_doppler::column_s);
    answer("first_column_s", &dsp::micro_doppler::first_column_s);
    answer("missing_rows", &dsp::micro_doppler::missing_rows);
    answer("missed_frames", &dsp::micro_doppler::missed_frames);
}

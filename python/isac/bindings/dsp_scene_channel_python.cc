/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/fading_channel.h>
#include <gnuradio/isac/dsp/scene_channel.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <stdexcept>

#include "docstrings.h"
#include "numpy.h"

namespace py = pybind11;

namespace {

using gr::isac::array_in;
using gr::isac::dsp::scene_channel;
using complex = std::complex<float>;

/// Whatever process() hands out for these samples, antenna by antenna.
std::vector<std::vector<complex>> collect(scene_channel& channel,
                                          const array_in<complex>& samples,
                                          std::size_t n_in,
                                          bool more)
{
    constexpr std::size_t CHUNK = 1 << 16;
    std::vector<std::vector<complex>> received(channel.n_outputs());
    std::vector<const complex*> in(channel.n_inputs());
    std::vector<complex*> out(channel.n_outputs());
    std::size_t taken = 0, made = 0;
    for (bool goes_on = true; goes_on;) {
        for (std::size_t a = 0; a < in.size(); ++a) {
            in[a] = samples.data() + a * n_in + taken;
        }
        for (std::size_t r = 0; r < out.size(); ++r) {
            received[r].resize(made + CHUNK);
            out[r] = received[r].data() + made;
        }
        if (taken == n_in && !more) {
            channel.end_input();
        }
        const auto done = channel.process(in, n_in - taken, out, CHUNK);
        taken += done.consumed;
        made += done.produced;
        goes_on = done.consumed + done.produced > 0 || (!more && !channel.is_drained());
    }
    for (auto& antenna : received) {
        antenna.resize(made);
    }
    return received;
}

py::array_t<complex>
process(scene_channel& channel, const array_in<complex>& samples, bool more)
{
    const bool is_flat = samples.ndim() == 1 && channel.n_inputs() == 1;
    if (!is_flat && (samples.ndim() != 2 || samples.shape(0) != channel.n_inputs())) {
        throw std::invalid_argument("samples must be [" +
                                    std::to_string(channel.n_inputs()) +
                                    " antennas, n], or [n] if there is one antenna");
    }
    const std::size_t n_in = samples.shape(samples.ndim() - 1);
    std::vector<std::vector<complex>> received;
    {
        py::gil_scoped_release release;
        received = collect(channel, samples, n_in, more);
        if (!more) {
            channel.restart();
        }
    }
    const py::ssize_t n_out = received[0].size();
    auto result = received.size() == 1
                      ? gr::isac::new_array<complex>({ n_out })
                      : gr::isac::new_array<complex>({ channel.n_outputs(), n_out });
    for (std::size_t r = 0; r < received.size(); ++r) {
        std::copy(
            received[r].begin(), received[r].end(), result.mutable_data() + r * n_out);
    }
    return result;
}

py::array_t<double> truth(const scene_channel& channel, double time_s)
{
    const auto rays = channel.truth(time_s);
    auto table =
        gr::isac::new_array<double>({ static_cast<py::ssize_t>(rays.size()), 4 });
    double* value = table.mutable_data();
    for (const auto& ray : rays) {
        *value++ = ray.range_m;
        *value++ = ray.velocity_mps;
        *value++ = ray.angle_rad;
        *value++ = ray.snr_db;
    }
    return table;
}

/// [rays, times], seconds: of an echo, there and back.
py::array_t<double> delays(const scene_channel& channel, const array_in<double>& times_s)
{
    const auto& rays = channel.rays();
    auto table = gr::isac::new_array<double>({ rays.size(), times_s.size() });
    for (int ray = 0; ray < rays.size(); ++ray) {
        for (py::ssize_t i = 0; i < times_s.size(); ++i) {
            table.mutable_at(ray, i) = rays.at(ray, times_s.data()[i]).delay_s;
        }
    }
    return table;
}

py::array_t<complex> fade(gr::isac::dsp::fading_channel& channel,
                          const array_in<complex>& samples)
{
    const auto in = gr::isac::as_span(samples);
    auto faded = gr::isac::new_array<complex>({ samples.size() });
    std::vector<float> re(in.size()), im(in.size());
    for (std::size_t i = 0; i < in.size(); ++i) {
        re[i] = in[i].real();
        im[i] = in[i].imag();
    }
    channel.apply(re.data(), im.data(), static_cast<int>(in.size()));
    for (std::size_t i = 0; i < in.size(); ++i) {
        faded.mutable_data()[i] = { re[i], im[i] };
    }
    return faded;
}

/// [times, n_subcarriers]
py::array_t<complex> responses(const gr::isac::dsp::fading_channel& channel,
                               const array_in<double>& times_s)
{
    const std::size_t n = channel.waveform().n_subcarriers();
    auto rows =
        gr::isac::new_array<complex>({ times_s.size(), static_cast<py::ssize_t>(n) });
    for (py::ssize_t i = 0; i < times_s.size(); ++i) {
        channel.response(times_s.data()[i], { rows.mutable_data() + i * n, n });
    }
    return rows;
}

void bind_fading_channel(py::module& m)
{
    using namespace gr::isac;
    using channel = dsp::fading_channel;
    const scene_params d;
    py::class_<channel>(m,
                        "fading_channel",
                        "Rayleigh fading over the tapped delay lines TDL-A, B and C of "
                        "3GPP TR 38.901, of unit mean power, on arrays.")
        .def(py::init<const waveform&, fading_profile, double, double, std::uint64_t>(),
             py::arg("waveform"),
             py::arg("fading"),
             py::arg("delay_spread_s") = d.delay_spread_s,
             py::arg("speed_mps") = d.speed_mps,
             py::arg("seed") = 0)
        .def_property_readonly_static("LEAD",
                                      [](const py::object&) { return channel::LEAD + 0; })
        .def_property_readonly("n_taps", &channel::n_taps)
        .def("delay_s", &channel::delay_s, py::arg("tap"))
        .def("power", &channel::power, py::arg("tap"), "Mean power; their sum is 1.")
        .def("process",
             &fade,
             py::arg("samples"),
             "complex64 [n] -> complex64 [n], LEAD samples late; the stream goes on in "
             "the next call.")
        .def("gain",
             &channel::gain,
             py::arg("tap"),
             py::arg("time_s"),
             "Gain of a tap on what comes out at time_s.")
        .def("response",
             &responses,
             py::arg("times_s"),
             "float64 [n] -> complex64 [n, n_subcarriers]: the true channel of a row "
             "received then, with its phases counted from LEAD.")
        .def("reseed",
             &channel::reseed,
             py::arg("seed"),
             "Another draw, from time 0 on, with nothing under way.")
        .def("restart", &channel::restart, "The same draw again, from time 0 on.");
}

} // namespace

void bind_dsp_scene_channel(py::module& m)
{
    using namespace gr::isac;
    bind_fading_channel(m);

    py::class_<scene_channel>(m,
                              "scene_channel",
                              "The simulated world between antennas, on arrays: see "
                              "isac.scene_channel for views and units.")
        .def(py::init<const waveform&,
                      const scene&,
                      channel_view,
                      const antenna_array&,
                      const antenna_array&,
                      std::uint64_t>(),
             py::arg("waveform"),
             py::arg("scene"),
             py::arg("view") = channel_view::LINK,
             py::arg("tx_array") = antenna_array(),
             py::arg("rx_array") = antenna_array(),
             py::arg("seed") = 0)
        .def(
            "process",
            &process,
            py::arg("samples"),
            py::arg("more") = false,
            "What the receiving antennas hear.\n\nsamples: complex64 [n], or [antennas, "
            "n] of a transmitting array.\nmore: the stream goes on in the next call; the "
            "last samples then wait for it. Otherwise the next call begins again at time "
            "0, with noise of its own.\nReturns: complex64 [n], or [antennas, n] of a "
            "receiving array. The view ECHO gives as many samples as came in; LINK gives "
            "what its clock counts until the last path has ended.")
        .def("set_scene",
             &scene_channel::set_scene,
             py::arg("scene"),
             "Changes the world. Time goes on: what moves has moved.")
        .def(
            "truth",
            &truth,
            py::arg("time_s"),
            "What was there time_s after the first sample: float64 [rays, 4] of range_m, "
            "velocity_mps, angle_rad and snr_db (of one cell). The leakage is last.")
        .def("delays_s",
             &delays,
             py::arg("times_s"),
             "float64 [n] -> float64 [rays, n]: the delay of every ray at these times of "
             "the motion, those of the scatterers of rotors and walkers one by one.")
        .def_property_readonly("has_leakage", &scene_channel::has_leakage);
}

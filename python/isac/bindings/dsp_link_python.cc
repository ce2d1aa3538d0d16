/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "numpy.h"
#include <gnuradio/isac/dsp/frame_sync.h>
#include <gnuradio/isac/dsp/receiver.h>
#include <gnuradio/isac/dsp/transmitter.h>
#include <pybind11/pybind11.h>

namespace py = pybind11;
using namespace gr::isac;
using cf = std::complex<float>;
using isac_waveform = gr::isac::waveform;

namespace {

struct transmitter {
    isac_waveform w;
    dsp::transmitter dsp;

    py::tuple modulate(const py::bytes& payload, std::uint32_t number)
    {
        const std::string bytes = payload;
        auto samples = new_array<cf>({ w.frame_len() });
        auto rows = new_array<cf>({ w.n_symbols(), w.n_subcarriers() });
        const std::size_t preamble_len = w.preamble_len(), symbol_len = w.symbol_len();
        const std::size_t row_len = w.n_subcarriers();
        dsp.start(number,
                  { reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size() },
                  { samples.mutable_data(), preamble_len });
        for (int m = 0; m < w.n_symbols(); ++m) {
            dsp.make_row(
                m,
                { rows.mutable_data() + m * row_len, row_len },
                { samples.mutable_data() + preamble_len + m * symbol_len, symbol_len });
        }
        return py::make_tuple(samples, rows);
    }
};

struct receiver {
    isac_waveform w;
    dsp::frame_sync sync;
    dsp::receiver dsp;

    py::dict decode(const dsp::frame_start& start, dsp::span<const cf> body)
    {
        auto rows = new_array<cf>({ w.n_symbols(), w.n_subcarriers() });
        auto symbols = new_array<cf>({ w.n_symbols(), w.n_data() });
        const std::size_t row_len = w.n_subcarriers(), n_data = w.n_data();
        std::vector<cf> samples(w.symbol_len());
        for (int m = 0; m < w.n_symbols(); ++m) {
            sync.correct(body.subspan(m * samples.size(), samples.size()), samples);
            dsp.take_row(m,
                         samples,
                         static_cast<float>(start.noise_var),
                         { rows.mutable_data() + m * row_len, row_len },
                         { symbols.mutable_data() + m * n_data, n_data });
        }
        std::vector<std::uint8_t> payload(w.payload_len());
        const bool crc_ok = dsp.finish(payload);
        py::dict frame;
        frame["number"] = start.header.number;
        frame["payload"] = py::bytes(reinterpret_cast<const char*>(payload.data()),
                                     crc_ok ? start.header.payload_len : 0);
        frame["crc_ok"] = crc_ok;
        frame["bit_errors"] = dsp.bit_errors();
        frame["cfo_hz"] = start.cfo_hz;
        frame["snr_db"] = start.snr_db;
        frame["noise_var"] = start.noise_var;
        frame["rows"] = rows;
        frame["symbols"] = symbols;
        frame["llrs"] = py::array_t<float>(static_cast<py::ssize_t>(dsp.llrs().size()),
                                           dsp.llrs().data());
        return frame;
    }

    py::list receive(const array_in<cf>& samples)
    {
        const auto stream = as_span(samples);
        const std::size_t body_len = w.body_len();
        py::list frames;
        std::size_t at = 0;
        while (at < stream.size()) {
            const auto found = sync.search(stream.subspan(at, stream.size() - at));
            at += found.consumed;
            if (found.frame && at + body_len <= stream.size()) {
                auto frame = decode(*found.frame, stream.subspan(at, body_len));
                frame["first_sample"] = at;
                frames.append(frame);
                at += body_len;
            } else if (found.frame || found.consumed == 0) {
                break;
            }
        }
        return frames;
    }
};

} // namespace

void bind_dsp_link(py::module& m)
{
    py::class_<transmitter>(m, "transmitter", "Payload to the samples of a frame.")
        .def(py::init([](const isac_waveform& w) {
                 return transmitter{ w, dsp::transmitter(w) };
             }),
             py::arg("waveform"))
        .def("modulate",
             &transmitter::modulate,
             py::arg("payload"),
             py::arg("number") = 0,
             "bytes, up to payload_len -> samples complex64 [frame_len] and rows "
             "complex64 [n_symbols, n_subcarriers].");

    py::class_<receiver>(
        m, "receiver", "Samples with frames anywhere in them to payload.")
        .def(py::init([](const isac_waveform& w, interpolation method) {
                 return receiver{ w, dsp::frame_sync(w), dsp::receiver(w, method) };
             }),
             py::arg("waveform"),
             py::arg("method") = interpolation::WIENER)
        .def("receive",
             &receiver::receive,
             py::arg("samples"),
             "complex64 [n] -> a list of the whole frames in it, each a dictionary of "
             "number, payload (bytes, empty unless crc_ok), crc_ok, bit_errors, cfo_hz, "
             "snr_db, noise_var, first_sample, rows, symbols and llrs.");
}

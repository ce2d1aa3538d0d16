/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "numpy.h"
#include <gnuradio/isac/dsp/frame_sync.h>
#include <gnuradio/isac/dsp/receiver.h>
#include <gnuradio/isac/dsp/transmitter.h>
#include <pybind11/pybind11.h>
#include <volk/volk_alloc.hh>
#include <algorithm>
#include <ctime>
#include <random>

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

    /// CPU time of this thread, of the rows of n frames, from coded bits to samples in a
    /// buffer like that of the block, 512 KiB, round and round.
    double time_s(int n)
    {
        std::vector<std::uint8_t> payload(w.payload_len());
        for (std::size_t i = 0; i < payload.size(); ++i) {
            payload[i] = static_cast<std::uint8_t>(37 * i);
        }
        const std::size_t symbol_len = w.symbol_len();
        std::vector<cf> preamble(w.preamble_len());
        const int n_rows = std::max(1, (1 << 16) / w.symbol_len());
        volk::vector<cf> samples(n_rows * symbol_len);
        dsp.start(0, payload, preamble);
        timespec begin, end;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
        for (int i = 0; i < n; ++i) {
            for (int m = 0; m < w.n_symbols(); ++m) {
                auto* at = samples.data() + m % n_rows * symbol_len;
                dsp.make_row(m, { nullptr, 0 }, { at, symbol_len });
            }
        }
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
        return static_cast<double>(end.tv_sec - begin.tv_sec) +
               1e-9 * static_cast<double>(end.tv_nsec - begin.tv_nsec);
    }
};

struct receiver {
    isac_waveform w;
    dsp::frame_sync sync;
    dsp::receiver dsp;

    struct grids {
        py::array_t<cf> rows, symbols;
        int n_rows = 0, n_data_rows = 0;
    };

    grids new_grids() const
    {
        return { new_array<cf>({ w.n_symbols(), w.n_subcarriers() }),
                 new_array<cf>({ w.n_data_rows(), w.n_data() }) };
    }

    void take_row(grids& g)
    {
        std::vector<cf> samples(w.symbol_len());
        sync.correct(samples);
        dsp.push(samples);
        const std::size_t row_len = w.n_subcarriers(), n_data = w.n_data();
        const auto at = [](py::array_t<cf>& a, int i, std::size_t len) {
            return i < a.shape(0) ? dsp::span<cf>(a.mutable_data() + i * len, len)
                                  : dsp::span<cf>(nullptr, 0);
        };
        while (dsp.next(at(g.rows, g.n_rows, row_len),
                        at(g.symbols, g.n_data_rows, n_data))) {
            g.n_data_rows += !w.is_reference_row(g.n_rows++);
        }
    }

    py::dict decode(const grids& g)
    {
        const auto& start = sync.frame();
        std::vector<std::uint8_t> payload(w.payload_len());
        const bool crc_ok = dsp.finish(payload);
        py::dict frame;
        frame["number"] = start.header.number;
        frame["payload"] = py::bytes(reinterpret_cast<const char*>(payload.data()),
                                     crc_ok ? start.header.payload_len : 0);
        frame["crc_ok"] = crc_ok;
        frame["bit_errors"] = dsp.bit_errors();
        frame["cfo_hz"] = start.cfo_hz;
        frame["sfo_ppm"] = start.sfo_ppm;
        frame["snr_db"] = start.snr_db;
        frame["noise_var"] = dsp.noise_var();
        frame["first_sample"] = start.body;
        frame["arrival"] = start.arrival;
        frame["rows"] = g.rows;
        frame["symbols"] = g.symbols;
        const auto soft = dsp.soft_bits();
        frame["soft_bits"] =
            py::array_t<std::int8_t>(static_cast<py::ssize_t>(soft.size()), soft.data());
        return frame;
    }

    /// CPU time of this thread, of the rows of n frames, from samples to soft bits.
    double time_s(int n)
    {
        const std::size_t len = w.symbol_len();
        const std::string payload(w.payload_len(), 'x');
        transmitter sender{ w, dsp::transmitter(w) };
        const auto frame = sender.modulate(payload, 0)[0].cast<py::array_t<cf>>();
        // As many rows as the buffers of a flowgraph hold: they come from a cache there,
        // too. Noise at 25 dB: without any, the estimator would know more than it ever
        // can.
        const int n_rows = std::min(w.n_symbols(), 32);
        volk::vector<cf> samples(frame.data() + w.preamble_len(),
                                 frame.data() + w.preamble_len() + n_rows * len);
        std::mt19937 random(1);
        std::normal_distribution<float> gauss(0, 0.04f);
        for (auto& x : samples) {
            x += cf(gauss(random), gauss(random));
        }
        timespec begin, end;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
        for (int i = 0; i < n; ++i) {
            dsp.start(3.2e-3);
            for (int row = 0; row < w.n_symbols(); ++row) {
                dsp.push({ samples.data() + row % n_rows * len, len });
                while (dsp.next()) {
                }
            }
        }
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
        return (end.tv_sec - begin.tv_sec) + 1e-9 * (end.tv_nsec - begin.tv_nsec);
    }

    py::list receive(const array_in<cf>& samples)
    {
        const auto stream = as_span(samples);
        py::list frames;
        grids g;
        sync = dsp::frame_sync(w);
        for (auto event = sync.step(stream, 0, true); event != dsp::sync_event::NEED_MORE;
             event = sync.step(stream, 0, true)) {
            if (event == dsp::sync_event::FRAME) {
                g = new_grids();
                dsp.start(sync.frame().noise_var, sync.frame().sfo_ppm);
            } else if (event == dsp::sync_event::ROW) {
                take_row(g);
                if (!sync.in_frame()) {
                    frames.append(decode(g));
                }
            }
        }
        return frames;
    }
};

/// dsp::frame_sync alone, for studies of it.
struct frame_sync {
    isac_waveform w;

    py::tuple find(const array_in<cf>& samples)
    {
        const auto stream = as_span(samples);
        py::list frames;
        dsp::frame_sync sync(w);
        for (auto event = sync.step(stream, 0, true); event != dsp::sync_event::NEED_MORE;
             event = sync.step(stream, 0, true)) {
            if (event == dsp::sync_event::FRAME) {
                const auto& f = sync.frame();
                py::dict frame;
                frame["number"] = f.header.number;
                frame["cfo_hz"] = f.cfo_hz;
                frame["sfo_ppm"] = f.sfo_ppm;
                frame["snr_db"] = f.snr_db;
                frame["noise_var"] = f.noise_var;
                frame["first_sample"] = f.body;
                frame["arrival"] = f.arrival;
                frames.append(frame);
            }
        }
        return py::make_tuple(frames, counts(sync.counts()));
    }

    static py::dict counts(const dsp::sync_counts& c)
    {
        py::dict d;
        d["frames"] = c.frames;
        d["header_errors"] = c.header_errors;
        d["other_waveforms"] = c.other_waveforms;
        d["foreign"] = c.foreign;
        d["cfo_too_big"] = c.cfo_too_big;
        d["broken_frames"] = c.broken_frames;
        d["cut_frames"] = c.cut_frames;
        d["lost_samples"] = c.lost_samples;
        return d;
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
             "complex64 [n_symbols, n_subcarriers].")
        .def("time_s",
             &transmitter::time_s,
             py::arg("n"),
             "CPU seconds that the rows of n frames take, from coded bits to samples.");

    py::class_<frame_sync>(m, "frame_sync", "Samples to the frames in them, unread.")
        .def(py::init([](const isac_waveform& w) { return frame_sync{ w }; }),
             py::arg("waveform"))
        .def(
            "find",
            &frame_sync::find,
            py::arg("samples"),
            "complex64 [n], a stream from its first sample to its last -> the frames "
            "that "
            "begin in it, each a dictionary of number, cfo_hz, sfo_ppm, snr_db, "
            "noise_var, "
            "first_sample and arrival (samples, to a fraction), and a dictionary of what "
            "was counted.");

    py::class_<receiver>(
        m, "receiver", "Samples with frames anywhere in them to payload.")
        .def(
            py::init([](const isac_waveform& w, interpolation method, double speed) {
                return receiver{ w, dsp::frame_sync(w), dsp::receiver(w, method, speed) };
            }),
            py::arg("waveform"),
            py::arg("method") = interpolation::WIENER,
            py::arg("max_speed_mps") = 40)
        .def("time_s",
             &receiver::time_s,
             py::arg("n_frames"),
             "Seconds of this thread's CPU time that the rows of so many frames take, "
             "from "
             "samples without carrier offset to soft bits.")
        .def("receive",
             &receiver::receive,
             py::arg("samples"),
             "complex64 [n] -> a list of the whole frames in it, each a dictionary of "
             "number, payload (bytes, empty unless crc_ok), crc_ok, bit_errors, cfo_hz, "
             "sfo_ppm, snr_db, noise_var, first_sample, arrival, rows, symbols and "
             "soft_bits (int8).");
}

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "numpy.h"
#include <gnuradio/isac/dsp/convolutional_code.h>
#include <gnuradio/isac/dsp/crc.h>
#include <gnuradio/isac/dsp/frame_decoder.h>
#include <gnuradio/isac/dsp/frame_encoder.h>
#include <gnuradio/isac/dsp/header.h>
#include <gnuradio/isac/dsp/interleaver.h>
#include <gnuradio/isac/dsp/llr_quantizer.h>
#include <pybind11/pybind11.h>

namespace py = pybind11;
using namespace gr::isac;
using isac_waveform = gr::isac::waveform;

namespace {

using bytes = array_in<std::uint8_t>;

template <class Out, class In, class F>
py::array_t<Out> filled(const array_in<In>& in, int out_len, F&& f)
{
    auto out = new_array<Out>({ out_len });
    f(as_span(in), as_mutable_span(out));
    return out;
}

struct frame_encoder {
    isac_waveform w;
    dsp::frame_encoder dsp;

    py::array_t<std::uint8_t> encode(const bytes& payload)
    {
        auto bits = new_array<std::uint8_t>({ w.n_data_rows(), w.bits_per_row() });
        dsp.encode(as_span(payload), as_mutable_span(bits));
        return bits;
    }
};

struct frame_decoder {
    isac_waveform w;
    dsp::frame_decoder dsp;

    template <class T>
    py::tuple decode(const array_in<T>& soft)
    {
        auto payload = new_array<std::uint8_t>({ w.payload_len() });
        const bool crc_ok = dsp.decode(as_span(soft), as_mutable_span(payload));
        return py::make_tuple(payload, crc_ok, dsp.bit_errors());
    }
};

struct header_codec {
    isac_waveform w;
    dsp::header_codec dsp;

    py::array_t<std::uint8_t> encode(std::uint32_t number, std::uint32_t payload_len)
    {
        dsp::frame_header header;
        header.number = number;
        header.payload_len = payload_len;
        header.modulation = static_cast<int>(w.params().modulation);
        header.coding = static_cast<int>(w.params().coding);
        auto bits = new_array<std::uint8_t>({ dsp.n_bits() });
        dsp.encode(header, as_mutable_span(bits));
        return bits;
    }

    py::object decode(const array_in<float>& llrs)
    {
        const auto header = dsp.decode(as_span(llrs));
        if (!header) {
            return py::none();
        }
        py::dict fields;
        fields["number"] = header->number;
        fields["payload_len"] = header->payload_len;
        fields["modulation"] = header->modulation;
        fields["coding"] = header->coding;
        return fields;
    }
};

void bind_functions(py::module& m)
{
    m.def(
        "crc32",
        [](const bytes& data) { return dsp::crc32(as_span(data)); },
        py::arg("data"),
        "CRC-32 of IEEE 802.3 and zlib of uint8 [n].");
    m.def(
        "crc16",
        [](const bytes& data) { return dsp::crc16(as_span(data)); },
        py::arg("data"),
        "CRC-16 CCITT, start 0xffff, of uint8 [n].");
    m.def(
        "quantize_llrs",
        [](const array_in<float>& llrs) {
            return filled<std::uint8_t>(
                llrs, static_cast<int>(llrs.size()), [](auto in, auto out) {
                    dsp::quantize_llrs(in, out);
                });
        },
        py::arg("llrs"),
        "LLRs float32 [n] -> soft bits uint8 [n], 0 a certain 0, 255 a certain 1.");
    m.def(
        "soft_bits",
        [](const array_in<float>& llrs) {
            return filled<std::int8_t>(
                llrs, static_cast<int>(llrs.size()), [](auto in, auto out) {
                    dsp::quantize_llrs(in, out);
                });
        },
        py::arg("llrs"),
        "LLRs float32 [n] -> soft bits int8 [n] of LLR_STEPS steps an LLR.");
    m.attr("LLR_STEPS") = dsp::LLR_STEPS;
}

void bind_convolutional_code(py::module& m)
{
    using code = dsp::convolutional_code;
    py::class_<code>(m, "convolutional_code", "The K = 7 code of IEEE 802.11, on arrays.")
        .def(py::init<int, coding>(), py::arg("n_bytes"), py::arg("rate"))
        .def_property_readonly("n_bytes", &code::n_bytes)
        .def_property_readonly("coded_len", &code::coded_len)
        .def(
            "encode",
            [](code& self, const bytes& data) {
                return filled<std::uint8_t>(
                    data, self.coded_len(), [&](auto in, auto out) {
                        self.encode(in, out);
                    });
            },
            py::arg("data"),
            "uint8 [n_bytes] -> bits uint8 [coded_len].")
        .def(
            "decode",
            [](code& self, const bytes& soft) {
                return filled<std::uint8_t>(soft, self.n_bytes(), [&](auto in, auto out) {
                    self.decode(in, out);
                });
            },
            py::arg("soft"),
            "Soft bits uint8 [coded_len], see quantize_llrs -> uint8 [n_bytes].");
}

void bind_interleaver(py::module& m)
{
    using dsp::interleaver;
    py::class_<interleaver>(
        m, "interleaver", "Spreads neighbours over a frame, on arrays.")
        .def(py::init<int, int>(), py::arg("n_rows"), py::arg("row_len"))
        .def(
            "interleave",
            [](const interleaver& self, const bytes& x) {
                return filled<std::uint8_t>(
                    x, self.len(), [&](auto in, auto out) { self.interleave(in, out); });
            },
            py::arg("x"),
            "uint8 [n_rows * row_len], neighbours together -> apart.")
        .def(
            "deinterleave",
            [](const interleaver& self, const bytes& x) {
                return filled<std::uint8_t>(x, self.len(), [&](auto in, auto out) {
                    self.deinterleave(in, out);
                });
            },
            py::arg("x"),
            "The inverse of interleave.");
}

} // namespace

void bind_dsp_coding(py::module& m)
{
    bind_functions(m);
    bind_convolutional_code(m);
    bind_interleaver(m);

    py::class_<frame_encoder>(
        m, "frame_encoder", "Payload to the coded bits of a frame, on arrays.")
        .def(py::init([](const isac_waveform& w) {
                 return frame_encoder{ w, dsp::frame_encoder(w) };
             }),
             py::arg("waveform"))
        .def("encode",
             &frame_encoder::encode,
             py::arg("payload"),
             "uint8, up to payload_len -> bits uint8 [n_data_rows, bits_per_row].");

    py::class_<frame_decoder>(
        m, "frame_decoder", "The soft bits of a frame to its payload, on arrays.")
        .def(py::init([](const isac_waveform& w) {
                 return frame_decoder{ w, dsp::frame_decoder(w) };
             }),
             py::arg("waveform"))
        .def(
            "decode",
            &frame_decoder::decode<float>,
            py::arg("llrs"),
            "float32 [n_data_rows, bits_per_row] -> payload uint8 [payload_len], whether "
            "its CRC fits, and if so the bit errors before decoding.")
        .def("decode_soft",
             &frame_decoder::decode<std::int8_t>,
             py::arg("soft"),
             "The same from soft bits, int8, see soft_bits.");

    py::class_<header_codec>(m, "header_codec", "Frame headers, on arrays.")
        .def(py::init([](const isac_waveform& w) {
                 return header_codec{ w, dsp::header_codec(w) };
             }),
             py::arg("waveform"))
        .def_property_readonly("n_bits",
                               [](const header_codec& self) { return self.dsp.n_bits(); })
        .def("encode",
             &header_codec::encode,
             py::arg("number"),
             py::arg("payload_len"),
             "-> bits uint8 [n_bits].")
        .def("decode",
             &header_codec::decode,
             py::arg("llrs"),
             "float32 [n_bits] -> a dictionary of its fields, or None.");
}

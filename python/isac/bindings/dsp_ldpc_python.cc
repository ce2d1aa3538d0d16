/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "numpy.h"
#include <gnuradio/isac/dsp/ldpc_code.h>
#include <gnuradio/isac/dsp/ldpc_decoder.h>
#include <gnuradio/isac/dsp/ldpc_frame.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <algorithm>

namespace py = pybind11;
using namespace gr::isac;

void bind_dsp_ldpc(py::module& m)
{
    using code = dsp::ldpc_code;
    py::class_<code>(m, "ldpc_code", "A low-density parity-check code, on arrays.")
        .def(py::init<int, coding>(), py::arg("n"), py::arg("rate"))
        .def(
            py::init<int, std::vector<std::vector<int>>>(), py::arg("n"), py::arg("rows"))
        .def_property_readonly("n", &code::n)
        .def_property_readonly("k", &code::k)
        .def_property_readonly("rows", &code::rows)
        .def(
            "encode",
            [](const code& self, const array_in<std::uint8_t>& info) {
                const auto n_words = n_rows("info", info.size(), self.k());
                auto words = new_array<std::uint8_t>({ self.n(), n_words });
                std::copy_n(info.data(), self.k() * n_words, words.mutable_data());
                self.encode(as_mutable_span(words), static_cast<int>(n_words));
                return words;
            },
            py::arg("info"),
            "Bits uint8 [k, n_words] -> uint8 [n, n_words].");

    using layout = dsp::ldpc_layout;
    py::class_<layout>(m, "ldpc_layout", "How a frame divides into LDPC words.")
        .def(py::init<int, coding>(), py::arg("n_bits"), py::arg("rate"))
        .def_readonly("n", &layout::n)
        .def_readonly("n_words", &layout::n_words)
        .def_readonly("n_info", &layout::n_info)
        .def_readonly("n_sent", &layout::n_sent)
        .def_readonly("payload_len", &layout::payload_len);

    using decoder = dsp::ldpc_decoder;
    py::class_<decoder>(m, "ldpc_decoder", "Layered min-sum in 8 bits, on arrays.")
        .def(
            py::init<const code&, int>(), py::arg("code"), py::arg("max_iterations") = 25)
        .def(
            "decode",
            [](decoder& self, const array_in<std::int8_t>& soft) {
                const auto n_words = n_rows("soft", soft.size(), self.n());
                auto bits = new_array<std::uint8_t>({ self.n(), n_words });
                self.decode(
                    as_span(soft), static_cast<int>(n_words), as_mutable_span(bits));
                return bits;
            },
            py::arg("soft"),
            "Soft bits int8 [n, n_words], see soft_bits -> bits uint8 [n, n_words].")
        .def_property_readonly("n_iterations", &decoder::n_iterations)
        .def_property_readonly_static("has_avx2",
                                      [](py::object) { return decoder::has_avx2(); })
        .def("use_avx2", &decoder::use_avx2, py::arg("yes"));
}

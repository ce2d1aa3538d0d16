/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "numpy.h"
#include <gnuradio/isac/dsp/symbol_demapper.h>
#include <gnuradio/isac/dsp/symbol_mapper.h>
#include <pybind11/pybind11.h>

namespace py = pybind11;
using namespace gr::isac;
using cf = std::complex<float>;

namespace {

/// The shape of \p array, its last axis times \p numerator / \p denominator.
template <class T>
std::vector<py::ssize_t>
scaled_shape(const array_in<T>& array, int numerator, int denominator)
{
    std::vector<py::ssize_t> shape(array.shape(), array.shape() + array.ndim());
    if (shape.empty() || shape.back() % denominator) {
        throw std::invalid_argument("bits: the last axis must be a multiple of " +
                                    std::to_string(denominator) + " bits");
    }
    shape.back() = shape.back() / denominator * numerator;
    return shape;
}

} // namespace

void bind_dsp_mapping(py::module& m)
{
    using dsp::symbol_demapper;
    using dsp::symbol_mapper;

    m.attr("LLR_MAX") = dsp::LLR_MAX;

    py::class_<symbol_mapper>(
        m, "symbol_mapper", "Bits to constellation symbols, on arrays.")
        .def(py::init<modulation>(), py::arg("modulation"))
        .def_property_readonly("bits_per_symbol", &symbol_mapper::bits_per_symbol)
        .def_property_readonly(
            "constellation",
            [](const symbol_mapper& self) {
                const auto points = self.constellation();
                return py::array_t<cf>(static_cast<py::ssize_t>(points.size()),
                                       points.data());
            },
            "complex64 [2 ** bits_per_symbol]; the first bit is the top bit of the "
            "index.")
        .def(
            "map",
            [](const symbol_mapper& self, const array_in<std::uint8_t>& bits) {
                auto symbols =
                    new_array<cf>(scaled_shape(bits, 1, self.bits_per_symbol()));
                self.map(as_span(bits), as_mutable_span(symbols));
                return symbols;
            },
            py::arg("bits"),
            "uint8 [..., n * bits_per_symbol] -> complex64 [..., n].");

    py::class_<symbol_demapper>(
        m, "symbol_demapper", "Noisy symbols to LLRs of their bits, on arrays.")
        .def(py::init<modulation, demapping>(),
             py::arg("modulation"),
             py::arg("method") = demapping::MAX_LOG)
        .def_property_readonly("bits_per_symbol", &symbol_demapper::bits_per_symbol)
        .def(
            "demap",
            [](const symbol_demapper& self,
               const array_in<cf>& symbols,
               const array_in<float>& noise_var) {
                auto llrs =
                    new_array<float>(scaled_shape(symbols, self.bits_per_symbol(), 1));
                self.demap(as_span(symbols), as_span(noise_var), as_mutable_span(llrs));
                return llrs;
            },
            py::arg("symbols"),
            py::arg("noise_var"),
            "complex64 [..., n] and float32, same shape -> float32 "
            "[..., n * bits_per_symbol].");
}

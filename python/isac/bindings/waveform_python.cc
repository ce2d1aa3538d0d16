/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/waveform.h>
#include <pybind11/operators.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "docstrings.h"

namespace py = pybind11;

namespace {

using gr::isac::waveform;
using gr::isac::waveform_params;

void bind_enums(py::module& m)
{
    using namespace gr::isac;

    py::enum_<modulation>(
        m, "modulation", "Data modulation; the value is bits per symbol.")
        .value("BPSK", modulation::BPSK)
        .value("QPSK", modulation::QPSK)
        .value("QAM16", modulation::QAM16)
        .value("QAM64", modulation::QAM64)
        .value("QAM256", modulation::QAM256);

    py::enum_<precoding>(m, "precoding", "NONE is OFDM, DFT is DFT-s-OFDM.")
        .value("NONE", precoding::NONE)
        .value("DFT", precoding::DFT);

    py::enum_<coding>(m, "coding", "Channel code and rate.")
        .value("CC_1_2", coding::CC_1_2)
        .value("CC_2_3", coding::CC_2_3)
        .value("CC_3_4", coding::CC_3_4)
        .value("LDPC_1_2", coding::LDPC_1_2)
        .value("LDPC_2_3", coding::LDPC_2_3)
        .value("LDPC_3_4", coding::LDPC_3_4)
        .value("LDPC_5_6", coding::LDPC_5_6);
}

waveform make(double carrier_freq_hz,
              double subcarrier_spacing_hz,
              int fft_len,
              int cp_len,
              int n_subcarriers,
              int n_symbols,
              int pilot_spacing,
              int reference_spacing,
              int guard_len,
              gr::isac::modulation modulation,
              gr::isac::precoding precoding,
              gr::isac::coding coding)
{
    return waveform({ carrier_freq_hz,
                      subcarrier_spacing_hz,
                      fft_len,
                      cp_len,
                      n_subcarriers,
                      n_symbols,
                      pilot_spacing,
                      reference_spacing,
                      guard_len,
                      modulation,
                      precoding,
                      coding });
}

/// A read-only property that is a field of the parameters.
template <class T>
auto field(T waveform_params::*member)
{
    return [member](const waveform& w) { return w.params().*member; };
}

void bind_fields(py::class_<waveform>& c)
{
    const waveform_params defaults;
    c.def(py::init(&make),
          py::kw_only(),
          py::arg("carrier_freq_hz") = defaults.carrier_freq_hz,
          py::arg("subcarrier_spacing_hz") = defaults.subcarrier_spacing_hz,
          py::arg("fft_len") = defaults.fft_len,
          py::arg("cp_len") = defaults.cp_len,
          py::arg("n_subcarriers") = defaults.n_subcarriers,
          py::arg("n_symbols") = defaults.n_symbols,
          py::arg("pilot_spacing") = defaults.pilot_spacing,
          py::arg("reference_spacing") = defaults.reference_spacing,
          py::arg("guard_len") = defaults.guard_len,
          py::arg("modulation") = defaults.modulation,
          py::arg("precoding") = defaults.precoding,
          py::arg("coding") = defaults.coding)
        .def_property_readonly("carrier_freq_hz",
                               field(&waveform_params::carrier_freq_hz))
        .def_property_readonly("subcarrier_spacing_hz",
                               field(&waveform_params::subcarrier_spacing_hz))
        .def_property_readonly("fft_len", &waveform::fft_len)
        .def_property_readonly("cp_len", &waveform::cp_len)
        .def_property_readonly("n_subcarriers", &waveform::n_subcarriers)
        .def_property_readonly("n_symbols", &waveform::n_symbols)
        .def_property_readonly("pilot_spacing", field(&waveform_params::pilot_spacing))
        .def_property_readonly("reference_spacing",
                               field(&waveform_params::reference_spacing))
        .def_property_readonly("guard_len", field(&waveform_params::guard_len))
        .def_property_readonly("modulation", field(&waveform_params::modulation))
        .def_property_readonly("precoding", field(&waveform_params::precoding))
        .def_property_readonly("coding", field(&waveform_params::coding));
}

void bind_lengths(py::class_<waveform>& c)
{
    c.def_property_readonly("symbol_len", &waveform::symbol_len)
        .def_property_readonly("n_header_symbols", &waveform::n_header_symbols)
        .def_property_readonly("n_preamble_symbols", &waveform::n_preamble_symbols)
        .def_property_readonly("preamble_len", &waveform::preamble_len)
        .def_property_readonly("body_len", &waveform::body_len)
        .def_property_readonly("frame_len", &waveform::frame_len)
        .def_property_readonly("grid_len", &waveform::grid_len)
        .def_property_readonly("pilot_cells", &waveform::pilot_cells)
        .def_property_readonly("data_cells", &waveform::data_cells)
        .def_property_readonly("pilot_chips", &waveform::pilot_chips)
        .def_property_readonly("data_chips", &waveform::data_chips)
        .def_property_readonly("n_dft", &waveform::n_dft)
        .def("is_reference_row", &waveform::is_reference_row, py::arg("row"))
        .def_property_readonly("n_data_rows", &waveform::n_data_rows)
        .def_property_readonly("n_pilots", &waveform::n_pilots)
        .def_property_readonly("n_data", &waveform::n_data)
        .def_property_readonly("bits_per_symbol", &waveform::bits_per_symbol)
        .def_property_readonly("bits_per_row", &waveform::bits_per_row)
        .def_property_readonly("bits_per_frame", &waveform::bits_per_frame)
        .def_property_readonly("payload_len", &waveform::payload_len)
        .def_property_readonly("max_delay_len", &waveform::max_delay_len)
        .def_property_readonly("n_range_bins", &waveform::n_range_bins)
        .def_property_readonly("map_len", &waveform::map_len);
}

void bind_units(py::class_<waveform>& c)
{
    c.def_property_readonly("sample_rate_hz", &waveform::sample_rate_hz)
        .def_property_readonly("symbol_duration_s", &waveform::symbol_duration_s)
        .def_property_readonly("frame_duration_s", &waveform::frame_duration_s)
        .def_property_readonly("wavelength_m", &waveform::wavelength_m)
        .def_property_readonly("range_bin_m", &waveform::range_bin_m)
        .def_property_readonly("max_range_m", &waveform::max_range_m)
        .def_property_readonly("velocity_bin_mps", &waveform::velocity_bin_mps)
        .def_property_readonly("max_velocity_mps", &waveform::max_velocity_mps)
        .def_property_readonly("id", &waveform::id);
}

} // namespace

void bind_waveform(py::module& m)
{
    bind_enums(m);
    py::class_<waveform> c(m, "waveform", D(waveform));
    bind_fields(c);
    bind_lengths(c);
    bind_units(c);
    c.def(py::self == py::self)
        .def("__hash__", [](const waveform& w) { return py::hash(py::str(w.id())); })
        .def("__repr__", [](const waveform& w) { return "waveform('" + w.id() + "')"; });
}

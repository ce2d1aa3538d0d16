/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <pybind11/pybind11.h>

namespace py = pybind11;

// BINDING_FUNCTION_PROTOTYPES(
void bind_angle_estimator(py::module& m);
void bind_antenna_array(py::module& m);
void bind_bistatic_aligner(py::module& m);
void bind_cfar_detector(py::module& m);
void bind_channel_estimator(py::module& m);
void bind_clutter_filter(py::module& m);
void bind_comb_splitter(py::module& m);
void bind_dft_despreader(py::module& m);
void bind_dft_spreader(py::module& m);
void bind_equalizer(py::module& m);
void bind_frame_decoder(py::module& m);
void bind_frame_encoder(py::module& m);
void bind_frame_join(py::module& m);
void bind_frame_rebuilder(py::module& m);
void bind_frame_sync(py::module& m);
void bind_grid_mapper(py::module& m);
void bind_micro_doppler(py::module& m);
void bind_ofdm_demodulator(py::module& m);
void bind_ofdm_modulator(py::module& m);
void bind_payload_source(py::module& m);
void bind_preamble_inserter(py::module& m);
void bind_preamble_remover(py::module& m);
void bind_range_doppler(py::module& m);
void bind_receiver(py::module& m);
void bind_scene(py::module& m);
void bind_scene_channel(py::module& m);
void bind_sensing_params(py::module& m);
void bind_sensor(py::module& m);
void bind_symbol_demapper(py::module& m);
void bind_symbol_mapper(py::module& m);
void bind_transmitter(py::module& m);
void bind_waveform(py::module& m);
// ) END BINDING_FUNCTION_PROTOTYPES

// The table of modulation and coding schemes: gnuradio.isac.mcs
void bind_mcs(py::module& m);

// The signal processing on NumPy arrays: gnuradio.isac.dsp
void bind_dsp_angle(py::module& m);
void bind_dsp_cfar(py::module& m);
void bind_dsp_clutter(py::module& m);
void bind_dsp_bistatic(py::module& m);
void bind_dsp_coding(py::module& m);
void bind_dsp_equalization(py::module& m);
void bind_dsp_ldpc(py::module& m);
void bind_dsp_link(py::module& m);
void bind_dsp_mapping(py::module& m);
void bind_dsp_micro_doppler(py::module& m);
void bind_dsp_ofdm(py::module& m);
void bind_dsp_scene_channel(py::module& m);
void bind_dsp_sensing(py::module& m);

PYBIND11_MODULE(isac_python, m)
{
    // The base classes of the blocks are bound there.
    py::module::import("gnuradio.gr");

    // BINDING_FUNCTION_CALLS(
    bind_waveform(m); // first: it binds the types of default arguments
    bind_antenna_array(m);
    bind_scene(m);
    bind_sensing_params(m);
    bind_angle_estimator(m);
    bind_bistatic_aligner(m);
    bind_cfar_detector(m);
    bind_channel_estimator(m);
    bind_clutter_filter(m);
    bind_comb_splitter(m);
    bind_dft_despreader(m);
    bind_dft_spreader(m);
    bind_equalizer(m);
    bind_frame_decoder(m);
    bind_frame_encoder(m);
    bind_frame_join(m);
    bind_frame_rebuilder(m);
    bind_frame_sync(m);
    bind_grid_mapper(m);
    bind_micro_doppler(m);
    bind_ofdm_demodulator(m);
    bind_ofdm_modulator(m);
    bind_payload_source(m);
    bind_preamble_inserter(m);
    bind_preamble_remover(m);
    bind_range_doppler(m);
    bind_receiver(m);
    bind_scene_channel(m);
    bind_sensor(m);
    bind_symbol_demapper(m);
    bind_symbol_mapper(m);
    bind_transmitter(m);
    // ) END BINDING_FUNCTION_CALLS

    bind_mcs(m);
    auto dsp = m.def_submodule("dsp", "The signal processing, on NumPy arrays.");
    bind_dsp_angle(dsp);
    bind_dsp_cfar(dsp);
    bind_dsp_clutter(dsp);
    bind_dsp_bistatic(dsp);
    bind_dsp_coding(dsp);
    bind_dsp_equalization(dsp);
    bind_dsp_ldpc(dsp);
    bind_dsp_link(dsp);
    bind_dsp_mapping(dsp);
    bind_dsp_micro_doppler(dsp);
    bind_dsp_ofdm(dsp);
    bind_dsp_scene_channel(dsp);
    bind_dsp_sensing(dsp);
}

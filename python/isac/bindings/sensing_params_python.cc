/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/map_geometry.h>
#include <pybind11/pybind11.h>

#include "docstrings.h"
#include "sensing_keywords.h"

namespace py = pybind11;

void bind_sensing_params(py::module& m)
{
    using namespace gr::isac;

    py::enum_<window>(m,
                      "window",
                      "Taper of a grid before its transform: sidelobes against width of "
                      "the main lobe.")
        .value("RECTANGULAR", window::RECTANGULAR)
        .value("HANN", window::HANN)
        .value("HAMMING", window::HAMMING)
        .value("BLACKMAN_HARRIS", window::BLACKMAN_HARRIS);

    py::enum_<radar_filter>(m,
                            "radar_filter",
                            "How the symbols that were sent are taken out of the cells "
                            "that came back.")
        .value("DIVISION", radar_filter::DIVISION)
        .value("MATCHED", radar_filter::MATCHED)
        .value("WIENER", radar_filter::WIENER);

    py::enum_<angle_method>(m,
                            "angle_method",
                            "How directions are found before the last step, which is "
                            "maximum likelihood for all.")
        .value("BEAMFORMING", angle_method::BEAMFORMING)
        .value("MONOPULSE", angle_method::MONOPULSE)
        .value("MUSIC", angle_method::MUSIC)
        .value("ROOT_MUSIC", angle_method::ROOT_MUSIC)
        .value("ESPRIT", angle_method::ESPRIT);

    py::enum_<clutter_method>(
        m, "clutter_method", "Which part of what came back is taken for clutter.")
        .value("MEAN", clutter_method::MEAN)
        .value("RECURSIVE", clutter_method::RECURSIVE)
        .value("ECA", clutter_method::ECA)
        .value("ECA_BATCH", clutter_method::ECA_BATCH)
        .value("LEAKAGE", clutter_method::LEAKAGE);

    py::enum_<cfar_kind>(
        m, "cfar_kind", "What a CFAR detector makes of the cells around the tested one.")
        .value("CA", cfar_kind::CA)
        .value("GO", cfar_kind::GO)
        .value("SO", cfar_kind::SO)
        .value("OS", cfar_kind::OS);

    using keywords = sensing_keywords<&sensing_params::range_padding,
                                      &sensing_params::velocity_padding,
                                      &sensing_params::coherent_frames,
                                      &sensing_params::max_velocity_mps>;
    const sensing_params defaults;
    py::class_<map_geometry>(m, "map_geometry", D(map_geometry))
        .def(py::init(&keywords::construct<map_geometry>),
             py::arg("waveform"),
             py::arg("range_padding") = defaults.range_padding,
             py::arg("velocity_padding") = defaults.velocity_padding,
             py::arg("coherent_frames") = defaults.coherent_frames,
             py::arg("max_velocity_mps") = defaults.max_velocity_mps)
        .def_property_readonly("range_padding", &map_geometry::range_padding)
        .def_property_readonly("velocity_padding", &map_geometry::velocity_padding)
        .def_property_readonly("coherent_frames", &map_geometry::coherent_frames)
        .def_property_readonly("n_slots", &map_geometry::n_slots)
        .def_property_readonly("max_velocity_mps",
                               &map_geometry::max_velocity_mps,
                               D(map_geometry, max_velocity_mps))
        .def("ici_db",
             &map_geometry::ici_db,
             py::arg("velocity_mps"),
             D(map_geometry, ici_db))
        .def("migration_bins",
             &map_geometry::migration_bins,
             py::arg("velocity_mps"),
             D(map_geometry, migration_bins))
        .def_property_readonly("n_velocities", &map_geometry::n_velocities)
        .def_property_readonly("n_ranges", &map_geometry::n_ranges)
        .def_property_readonly("map_len", &map_geometry::map_len)
        .def_property_readonly("standstill_row", &map_geometry::standstill_row)
        .def_property_readonly("range_step_m", &map_geometry::range_step_m)
        .def_property_readonly("velocity_step_mps", &map_geometry::velocity_step_mps);
}

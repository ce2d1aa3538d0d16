/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/sensing_params.h>
#include <pybind11/pybind11.h>

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
}

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_BINDINGS_MICRO_DOPPLER_KEYWORDS_H
#define INCLUDED_ISAC_BINDINGS_MICRO_DOPPLER_KEYWORDS_H

#include <gnuradio/isac/sensing_params.h>
#include <gnuradio/isac/waveform.h>
#include <pybind11/pybind11.h>

namespace gr {
namespace isac {

/// Constructs with a waveform and the fields of micro_doppler_params as keywords, through
/// \p make(waveform, params).
template <class Class, class Make>
void def_micro_doppler(Class& c, Make make, const char* doc)
{
    namespace py = pybind11;
    const micro_doppler_params d;
    c.def(py::init([make](const waveform& w,
                          double range_m,
                          double depth_m,
                          double window_s,
                          double hop_s,
                          double max_velocity_mps,
                          double clutter_s,
                          int padding,
                          window range_window,
                          window velocity_window,
                          radar_filter filter) {
              return make(w,
                          micro_doppler_params{ range_m,
                                                depth_m,
                                                window_s,
                                                hop_s,
                                                max_velocity_mps,
                                                clutter_s,
                                                padding,
                                                range_window,
                                                velocity_window,
                                                filter });
          }),
          py::arg("waveform"),
          py::arg("range_m") = d.range_m,
          py::arg("depth_m") = d.depth_m,
          py::arg("window_s") = d.window_s,
          py::arg("hop_s") = d.hop_s,
          py::arg("max_velocity_mps") = d.max_velocity_mps,
          py::arg("clutter_s") = d.clutter_s,
          py::arg("padding") = d.padding,
          py::arg("range_window") = d.range_window,
          py::arg("velocity_window") = d.velocity_window,
          py::arg("filter") = d.filter,
          doc);
}

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_BINDINGS_MICRO_DOPPLER_KEYWORDS_H */

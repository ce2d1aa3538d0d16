/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "numpy.h"
#include "sensing_keywords.h"
#include <gnuradio/isac/dsp/range_doppler.h>
#include <gnuradio/isac/dsp/target_detector.h>
#include <gnuradio/isac/dsp/window.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <volk/volk_alloc.hh>
#include <ctime>
#include <optional>

namespace py = pybind11;
using namespace gr::isac;
using cf = std::complex<float>;
using isac_waveform = gr::isac::waveform;

namespace {

using p = sensing_params;

py::array_t<cf>
compute(dsp::range_doppler& self, const array_in<cf>& tx, const array_in<cf>& rx)
{
    const auto& g = self.geometry();
    auto map = new_array<cf>({ g.n_velocities(), g.n_ranges() });
    self.compute(as_span(tx), as_span(rx), as_mutable_span(map));
    return map;
}

py::array_t<dsp::target> detect(dsp::target_detector& self,
                                const array_in<cf>& map,
                                const std::optional<array_in<cf>>& tx,
                                const std::optional<array_in<cf>>& rx)
{
    if (tx.has_value() != rx.has_value()) {
        throw std::invalid_argument("tx and rx must both be given, or neither");
    }
    const auto& targets = tx ? self.detect(as_span(map), as_span(*tx), as_span(*rx))
                             : self.detect(as_span(map));
    py::array_t<dsp::target> table(targets.size());
    std::copy(targets.begin(), targets.end(), table.mutable_data());
    return table;
}

py::array_t<float>
compute_power(dsp::range_doppler& self, const array_in<cf>& tx, const array_in<cf>& rx)
{
    const auto& g = self.geometry();
    auto power = new_array<float>({ g.n_velocities(), g.n_ranges() });
    self.compute_power(as_span(tx), as_span(rx), as_mutable_span(power));
    return power;
}

/// CPU time of this thread, of n maps of the power of the same frame after one that gets
/// the new array into the caches, as far as they go.
double map_time_s(dsp::range_doppler& self,
                  const array_in<cf>& tx,
                  const array_in<cf>& rx,
                  int n)
{
    volk::vector<float> power(self.geometry().map_len());
    self.compute_power(as_span(tx), as_span(rx), power);
    timespec begin, end;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
    for (int i = 0; i < n; ++i) {
        self.compute_power(as_span(tx), as_span(rx), power);
    }
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
    return static_cast<double>(end.tv_sec - begin.tv_sec) +
           1e-9 * static_cast<double>(end.tv_nsec - begin.tv_nsec);
}

void bind_maps(py::module& m)
{
    const sensing_params defaults;
    using keywords = sensing_keywords<&p::range_window,
                                      &p::velocity_window,
                                      &p::filter,
                                      &p::range_padding,
                                      &p::velocity_padding,
                                      &p::in_db,
                                      &p::coherent_frames,
                                      &p::averaged_maps,
                                      &p::max_velocity_mps>;
    py::class_<dsp::range_doppler>(
        m, "range_doppler", "Sent and received rows to a range-velocity map, on arrays.")
        .def(py::init(&keywords::construct<dsp::range_doppler>),
             py::arg("waveform"),
             py::arg("range_window") = defaults.range_window,
             py::arg("velocity_window") = defaults.velocity_window,
             py::arg("filter") = defaults.filter,
             py::arg("range_padding") = defaults.range_padding,
             py::arg("velocity_padding") = defaults.velocity_padding,
             py::arg("in_db") = defaults.in_db,
             py::arg("coherent_frames") = defaults.coherent_frames,
             py::arg("averaged_maps") = defaults.averaged_maps,
             py::arg("max_velocity_mps") = defaults.max_velocity_mps)
        .def_property_readonly("geometry",
                               &dsp::range_doppler::geometry,
                               "map_geometry: what the cells of the map stand for.")
        .def_property_readonly("bad_rows",
                               &dsp::range_doppler::bad_rows,
                               "Rows that were not finite and contributed nothing.")
        .def("compute",
             &compute,
             py::arg("tx"),
             py::arg("rx"),
             "complex64 [n_symbols, n_subcarriers] twice -> complex64 [n_velocities, "
             "n_ranges] of the geometry.")
        .def("compute_power",
             &compute_power,
             py::arg("tx"),
             py::arg("rx"),
             "The power of that map, float32.")
        .def("time_s",
             &map_time_s,
             py::arg("tx"),
             py::arg("rx"),
             py::arg("n"),
             "CPU seconds that n times compute_power() takes.");
}

void bind_detection(py::module& m)
{
    const sensing_params defaults;
    using keywords = sensing_keywords<&p::range_window,
                                      &p::velocity_window,
                                      &p::range_padding,
                                      &p::velocity_padding,
                                      &p::false_alarm_rate,
                                      &p::guard,
                                      &p::training,
                                      &p::max_targets,
                                      &p::cfar,
                                      &p::os_rank>;
    PYBIND11_NUMPY_DTYPE(dsp::target,
                         range_m,
                         velocity_mps,
                         snr_db,
                         range_std_m,
                         velocity_std_mps,
                         range_velocity_cov);
    py::class_<dsp::target_detector>(
        m, "target_detector", "Point targets in a complex range-velocity map.")
        .def(py::init(&keywords::construct<dsp::target_detector>),
             py::arg("waveform"),
             py::arg("range_window") = defaults.range_window,
             py::arg("velocity_window") = defaults.velocity_window,
             py::arg("range_padding") = defaults.range_padding,
             py::arg("velocity_padding") = defaults.velocity_padding,
             py::arg("false_alarm_rate") = defaults.false_alarm_rate,
             py::arg("guard") = defaults.guard,
             py::arg("training") = defaults.training,
             py::arg("max_targets") = defaults.max_targets,
             py::arg("cfar") = defaults.cfar,
             py::arg("os_rank") = defaults.os_rank)
        .def("detect",
             &detect,
             py::arg("map"),
             py::arg("tx") = py::none(),
             py::arg("rx") = py::none(),
             "complex64 [n_velocities, n_ranges], and to measure on them too the rows "
             "sent and received, complex64 [n_symbols, n_subcarriers] -> structured "
             "array, strongest first, "
             "with range_m, velocity_mps, snr_db, range_std_m, velocity_std_mps, "
             "range_velocity_cov.");
}

} // namespace

void bind_dsp_sensing(py::module& m)
{
    bind_maps(m);
    bind_detection(m);
    m.def(
        "window_values",
        [](window kind, int n) {
            const auto values = dsp::window_values(kind, n);
            return py::array_t<float>(values.size(), values.data());
        },
        py::arg("kind"),
        py::arg("n"),
        "float32 [n], sum of squares n, peak at n/2.");
    m.def("window_loss_db",
          &dsp::window_loss_db,
          py::arg("kind"),
          "What a tone loses in SNR against the rectangular window.");
}

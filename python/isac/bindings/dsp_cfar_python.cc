/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "numpy.h"
#include "sensing_keywords.h"
#include <gnuradio/isac/dsp/cfar.h>
#include <pybind11/pybind11.h>

namespace py = pybind11;
using namespace gr::isac;

namespace {

struct cfar {
    int n_rows, n_columns;
    dsp::cfar dsp;

    cfar(int n_rows, int n_columns, const sensing_params& p)
        : n_rows(n_rows), n_columns(n_columns), dsp(n_rows, n_columns, p)
    {
    }

    py::array_t<float> thresholds(const array_in<float>& power)
    {
        auto result = new_array<float>({ n_rows, n_columns });
        dsp.compute(as_span(power), as_mutable_span(result));
        return result;
    }

    /// [n, 2], row and column.
    py::array_t<int> detect(const array_in<float>& power)
    {
        const auto cells = dsp.detect(as_span(power));
        auto places = new_array<int>({ static_cast<py::ssize_t>(cells.size()), 2 });
        auto at = places.mutable_unchecked<2>();
        for (std::size_t i = 0; i < cells.size(); ++i) {
            at(i, 0) = cells[i] / n_columns;
            at(i, 1) = cells[i] % n_columns;
        }
        return places;
    }

    int cell(int row, int column) const
    {
        if (row < 0 || row >= n_rows || column < 0 || column >= n_columns) {
            throw std::invalid_argument("cfar: there is no cell in row " +
                                        std::to_string(row) + ", column " +
                                        std::to_string(column));
        }
        return row * n_columns + column;
    }

    double noise(const array_in<float>& power, int row, int column)
    {
        return dsp.noise(as_span(power), cell(row, column));
    }

    double alpha(int column) const { return dsp.alpha(cell(0, column)); }
};

} // namespace

void bind_dsp_cfar(py::module& m)
{
    using p = sensing_params;
    const p defaults;
    using keywords = sensing_keywords<&p::range_window,
                                      &p::velocity_window,
                                      &p::range_padding,
                                      &p::velocity_padding,
                                      &p::false_alarm_rate,
                                      &p::guard,
                                      &p::training,
                                      &p::cfar,
                                      &p::os_rank>;
    py::class_<cfar>(
        m, "cfar", "Which cells of a power map the noise around them does not explain.")
        .def(py::init(&keywords::construct_sized<cfar>),
             py::arg("n_rows"),
             py::arg("n_columns"),
             py::arg("range_window") = defaults.range_window,
             py::arg("velocity_window") = defaults.velocity_window,
             py::arg("range_padding") = defaults.range_padding,
             py::arg("velocity_padding") = defaults.velocity_padding,
             py::arg("false_alarm_rate") = defaults.false_alarm_rate,
             py::arg("guard") = defaults.guard,
             py::arg("training") = defaults.training,
             py::arg("cfar") = defaults.cfar,
             py::arg("os_rank") = defaults.os_rank)
        .def("detect",
             &cfar::detect,
             py::arg("power"),
             "float32 [n_rows, n_columns] -> int32 [n, 2], row and column of the cells "
             "above their thresholds, in this order.")
        .def("thresholds",
             &cfar::thresholds,
             py::arg("power"),
             "float32 [n_rows, n_columns] -> float32 of that shape. With OS much slower "
             "than detect().")
        .def("noise",
             &cfar::noise,
             py::arg("power"),
             py::arg("row"),
             py::arg("column"),
             "Mean power of the noise in one cell, without bias in even noise.")
        .def(
            "alpha", &cfar::alpha, py::arg("column"), "Threshold over noise in a column.")
        .def_property_readonly(
            "n_not_finite",
            [](const cfar& self) { return self.dsp.n_not_finite(); },
            "Cells of the last map that were not finite.");
}

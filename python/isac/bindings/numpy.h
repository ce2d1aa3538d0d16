/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_BINDINGS_NUMPY_H
#define INCLUDED_ISAC_BINDINGS_NUMPY_H

#include <gnuradio/isac/dsp/span.h>
#include <pybind11/complex.h>
#include <pybind11/numpy.h>
#include <stdexcept>
#include <string>

namespace gr {
namespace isac {

/// An argument: any array that converts to T, made contiguous if it is not.
template <class T>
using array_in =
    pybind11::array_t<T, pybind11::array::c_style | pybind11::array::forcecast>;

template <class T>
dsp::span<const T> as_span(const array_in<T>& a)
{
    return { a.data(), static_cast<std::size_t>(a.size()) };
}

/// A result to fill: a new array of the given shape.
template <class T>
pybind11::array_t<T> new_array(std::vector<pybind11::ssize_t> shape)
{
    return pybind11::array_t<T>(std::move(shape));
}

template <class T>
dsp::span<T> as_mutable_span(pybind11::array_t<T>& a)
{
    return { a.mutable_data(), static_cast<std::size_t>(a.size()) };
}

/// Rows in an array of [n * row_len] or [n, row_len] with \p size items.
inline pybind11::ssize_t
n_rows(const char* name, pybind11::ssize_t size, pybind11::ssize_t row_len)
{
    if (size % row_len) {
        throw std::invalid_argument(std::string(name) + " has " + std::to_string(size) +
                                    " items, but the waveform needs a multiple of " +
                                    std::to_string(row_len));
    }
    return size / row_len;
}

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_BINDINGS_NUMPY_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "point_patch.h"
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

using complex = std::complex<double>;

// Half width of the patch, cells. Of what a rectangular window lets know about a
// position, 91 % lies within six bins (the slope falls like 1/d): 5 % on the error.
constexpr int REACH = 6;

/// conj(a) b without the NaN check of std::complex.
complex conj_times(complex a, complex b)
{
    return { a.real() * b.real() + a.imag() * b.imag(),
             a.real() * b.imag() - a.imag() * b.real() };
}

complex inner(const std::vector<complex>& a, const complex* b)
{
    complex sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += conj_times(a[i], b[i]);
    }
    return sum;
}

} // namespace

point_patch::point_patch(const waveform& w,
                         const point_response& range,
                         const point_response& velocity)
    : d_n_rows(w.n_symbols()),
      d_n_columns(w.n_range_bins()),
      d_range(range),
      d_velocity(velocity),
      d_cells((2 * REACH + 1) * (2 * REACH + 1))
{
    for (auto* vector : { &d_a, &d_da, &d_b, &d_db }) {
        vector->reserve(2 * REACH + 1);
    }
}

void point_patch::load(const std::vector<std::complex<float>>& rest, const point& p)
{
    const int n_rows = 2 * std::min(REACH, (d_n_rows - 1) / 2) + 1;
    const int row = static_cast<int>(std::lround(p.velocity_bin)) + d_n_rows / 2;
    const int column =
        std::clamp(static_cast<int>(std::lround(p.range_bin)), 0, d_n_columns - 1);
    d_first_row = row - n_rows / 2;
    d_first_column = std::max(column - REACH, 0);
    d_width = std::min(column + REACH, d_n_columns - 1) - d_first_column + 1;
    for (auto* vector : { &d_a, &d_da }) {
        vector->resize(d_width);
    }
    for (auto* vector : { &d_b, &d_db }) {
        vector->resize(n_rows);
    }

    for (int i = 0; i < n_rows; ++i) {
        const int from = ((d_first_row + i) % d_n_rows + d_n_rows) % d_n_rows;
        const auto* cells =
            rest.data() + static_cast<std::size_t>(from) * d_n_columns + d_first_column;
        for (int k = 0; k < d_width; ++k) {
            d_cells[i * d_width + k] =
                complex(cells[k]) +
                complex(p.velocities[from]) * complex(p.ranges[d_first_column + k]);
        }
    }
}

void point_patch::step(point& p)
{
    d_range.evaluate(p.range_bin, d_first_column, d_a, d_da);
    d_velocity.evaluate(p.velocity_bin, d_first_row - d_n_rows / 2, d_b, d_db);
    for (std::size_t i = 0; i < d_b.size(); ++i) {
        d_b[i] = std::conj(d_b[i]); // a velocity turns the other way than a delay
        d_db[i] = std::conj(d_db[i]);
    }

    complex y = 0, y_range = 0, y_velocity = 0;
    for (std::size_t i = 0; i < d_b.size(); ++i) {
        const auto* cells = d_cells.data() + i * d_width;
        const complex along = inner(d_a, cells);
        y += conj_times(d_b[i], along);
        y_range += conj_times(d_b[i], inner(d_da, cells));
        y_velocity += conj_times(d_db[i], along);
    }
    const double aa = inner(d_a, d_a.data()).real(), bb = inner(d_b, d_b.data()).real();
    const complex a_da = inner(d_a, d_da.data()), b_db = inner(d_b, d_db.data());
    const double a_free = inner(d_da, d_da.data()).real() - std::norm(a_da) / aa;
    const double b_free = inner(d_db, d_db.data()).real() - std::norm(b_db) / bb;

    p.amplitude = y / (aa * bb);
    const double power = std::norm(p.amplitude);
    const auto move = [&](complex slope, complex taken, double information) {
        const double by = conj_times(p.amplitude, slope - conj_times(taken, y)).real() /
                          (power * information);
        return std::isfinite(by) ? std::clamp(by, -0.5, 0.5) : 0.0;
    };
    p.range_bin += move(y_range, a_da / aa, bb * a_free);
    p.velocity_bin += move(y_velocity, b_db / bb, aa * b_free);
}

} // namespace dsp
} // namespace isac
} // namespace gr

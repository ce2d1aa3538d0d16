/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "point_patch.h"
#include <algorithm>
#include <cmath>
#include <numeric>

namespace gr {
namespace isac {
namespace dsp {

namespace {

using complex = std::complex<double>;

// Half width of a PLAIN patch, cells. Of what a rectangular window lets know about a
// position, 91 % lies within six cells of it (the slope falls like 1/d); 96 to 99 %
// within those of a WHITE one.
constexpr int PLAIN_REACH = 6;

constexpr int CELLS = 2 * point_patch::WHITE_REACH + 1; // of the widest patch, an axis

/// conj(a) b without the NaN check of std::complex.
complex conj_times(complex a, complex b)
{
    return { a.real() * b.real() + a.imag() * b.imag(),
             a.real() * b.imag() - a.imag() * b.real() };
}

} // namespace

complex inner(const std::vector<complex>& a, const complex* b)
{
    complex sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += conj_times(a[i], b[i]);
    }
    return sum;
}

point_view::point_view(int most_cells)
{
    for (auto* vector : { &a, &da, &b, &db }) {
        vector->reserve(most_cells);
    }
}

point_patch::point_patch(const map_grid& grid,
                         const point_response& range,
                         const point_response& velocity)
    : d_grid(grid),
      d_range(range),
      d_velocity(velocity),
      d_range_noise(range.noise_correlations(CELLS), CELLS),
      d_velocity_noise(velocity.noise_correlations(CELLS), CELLS),
      d_cells(CELLS * CELLS),
      d_view(CELLS)
{
}

void point_patch::place(const point& p, int reach)
{
    const int above = std::min(reach, (d_grid.n_velocity_bins() - 1) / 2);
    d_height = 2 * above + 1;
    d_first_row = d_grid.row(p.velocity_bin) - above * d_grid.row_padding();

    const int column = d_grid.column(p.range_bin), padding = d_grid.column_padding();
    const int before = std::min(reach, column / padding);
    const int after = std::min(reach, (d_grid.n_columns() - 1 - column) / padding);
    d_width = before + after + 1;
    d_first_column = column - before * padding;
}

void point_patch::copy(const std::vector<std::complex<float>>& rest)
{
    for (int i = 0; i < d_height; ++i) {
        const auto* from =
            rest.data() + static_cast<std::size_t>(row(i)) * d_grid.n_columns();
        for (int k = 0; k < d_width; ++k) {
            d_cells[i * d_width + k] = from[column(k)];
        }
    }
}

void point_patch::put_back(const point& p)
{
    for (int i = 0; i < d_height; ++i) {
        const complex velocity(p.velocities[row(i)]);
        for (int k = 0; k < d_width; ++k) {
            d_cells[i * d_width + k] += velocity * complex(p.ranges[column(k)]);
        }
    }
}

void point_patch::load(const std::vector<std::complex<float>>& rest,
                       const point& p,
                       weighting w)
{
    d_is_white = w == weighting::WHITE;
    place(p, d_is_white ? WHITE_REACH : PLAIN_REACH);
    copy(rest);
    put_back(p);
    prepare();
}

void point_patch::load(const std::vector<std::complex<float>>& rest,
                       const point* const* points,
                       int n,
                       int reach)
{
    d_is_white = true;
    place(*points[0], reach);
    copy(rest);
    for (int i = 0; i < n; ++i) {
        put_back(*points[i]);
    }
    prepare();
}

void point_patch::prepare()
{
    if (d_is_white) {
        for (int i = 0; i < d_height; ++i) {
            d_range_noise.apply(d_cells.data() + i * d_width, d_width);
        }
        for (int k = 0; k < d_width; ++k) {
            d_velocity_noise.apply(d_cells.data() + k, d_height, d_width);
        }
    }
    const auto end = d_cells.begin() + n_cells();
    d_power = std::accumulate(
        d_cells.begin(), end, 0.0, [](double sum, complex c) { return sum + norm(c); });
}

void point_patch::look(double range_bin, double velocity_bin, point_view& view) const
{
    for (auto* vector : { &view.a, &view.da }) {
        vector->resize(d_width);
    }
    for (auto* vector : { &view.b, &view.db }) {
        vector->resize(d_height);
    }
    // A row before the first one is one after the last, a whole turn of velocities away:
    // that is the same to the response.
    d_range.evaluate(range_bin, d_grid.range_bin(d_first_column), view.a, view.da);
    d_velocity.evaluate(velocity_bin, d_grid.velocity_bin(d_first_row), view.b, view.db);
    for (int i = 0; i < d_height; ++i) {
        view.b[i] = std::conj(view.b[i]); // a velocity turns the other way than a delay
        view.db[i] = std::conj(view.db[i]);
    }
    if (d_is_white) {
        for (auto* vector : { &view.a, &view.da }) {
            d_range_noise.apply(vector->data(), d_width);
        }
        for (auto* vector : { &view.b, &view.db }) {
            d_velocity_noise.apply(vector->data(), d_height);
        }
    }
}

point_products point_patch::project(const point_view& view) const
{
    point_products sum{};
    for (int i = 0; i < d_height; ++i) {
        const auto* cells = d_cells.data() + i * d_width;
        const complex along = inner(view.a, cells);
        sum.value += conj_times(view.b[i], along);
        sum.range += conj_times(view.b[i], inner(view.da, cells));
        sum.velocity += conj_times(view.db[i], along);
    }
    return sum;
}

void point_patch::step(point& p)
{
    look(p.range_bin, p.velocity_bin, d_view);
    const auto& [a, da, b, db] = d_view;
    const auto [y, y_range, y_velocity] = project(d_view);
    const double aa = inner(a, a.data()).real(), bb = inner(b, b.data()).real();
    const complex a_da = inner(a, da.data()), b_db = inner(b, db.data());
    const double a_free = inner(da, da.data()).real() - std::norm(a_da) / aa;
    const double b_free = inner(db, db.data()).real() - std::norm(b_db) / bb;

    p.amplitude = y / (aa * bb);
    d_explained = std::norm(y) / (aa * bb);
    const double power = std::norm(p.amplitude);
    const auto move = [&](complex slope, complex taken, double information) {
        const double by = conj_times(p.amplitude, slope - conj_times(taken, y)).real() /
                          (power * information);
        return std::isfinite(by) ? std::clamp(by, -0.5, 0.5) : 0.0;
    };
    p.spread = { 1 / (2 * power * bb * a_free), 1 / (2 * power * aa * b_free), 0 };
    p.range_bin += move(y_range, a_da / aa, bb * a_free);
    p.velocity_bin += move(y_velocity, b_db / bb, aa * b_free);
}

} // namespace dsp
} // namespace isac
} // namespace gr

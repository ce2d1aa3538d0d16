/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "point_group.h"
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

using complex = std::complex<double>;

constexpr int PER_POINT = 4; // unknowns

/// One tangent of the model: factor times (a or da) times (b or db).
struct tangent {
    const std::vector<complex>&x, &y;
    complex factor;
};

tangent tangent_of(const point_view& view, complex amplitude, int which)
{
    switch (which) {
    case 0:
        return { view.da, view.b, amplitude };
    case 1:
        return { view.a, view.db, amplitude };
    case 2:
        return { view.a, view.b, 1 };
    default:
        return { view.a, view.b, complex(0, 1) };
    }
}

complex product(const tangent& u, const tangent& v)
{
    return std::conj(u.factor) * v.factor * inner(u.x, v.x.data()) *
           inner(u.y, v.y.data());
}

} // namespace

point_group::point_group(const point_patch& patch) : d_patch(patch)
{
    d_views.fill(point_view(2 * point_patch::WHITE_REACH + 1));
    for (auto& view : d_views) {
        for (auto* vector : { &view.a, &view.da, &view.b, &view.db }) {
            vector->reserve(2 * point_patch::WHITE_REACH + 1); // a copy has not
        }
    }
}

void point_group::add(double range_bin, double velocity_bin, complex amplitude)
{
    d_points[d_n] = { range_bin, velocity_bin, amplitude };
    d_patch.look(range_bin, velocity_bin, d_views[d_n]);
    ++d_n;
}

void point_group::copy(const point_group& from)
{
    clear();
    for (int i = 0; i < from.d_n; ++i) {
        const auto& p = from.d_points[i];
        add(p.range_bin, p.velocity_bin, p.amplitude);
    }
}

/// The normal equations of all tangents, and in the last column their right side.
void point_group::linearize()
{
    const int n = PER_POINT * d_n;
    for (int i = 0; i < n; ++i) {
        const auto& of = d_points[i / PER_POINT];
        const auto u = tangent_of(d_views[i / PER_POINT], of.amplitude, i % PER_POINT);
        const auto& with = d_products[i / PER_POINT];
        complex left = std::conj(u.factor) * (i % PER_POINT == 0   ? with.range
                                              : i % PER_POINT == 1 ? with.velocity
                                                                   : with.value);
        for (int j = 0; j < n; ++j) {
            const int p = j / PER_POINT;
            const auto v = tangent_of(d_views[p], d_points[p].amplitude, j % PER_POINT);
            const complex common = product(u, v);
            d_information[i][j] = common.real();
            if (j % PER_POINT == 2) { // along 1 times a b: what the point itself explains
                left -= common * d_points[p].amplitude;
            }
        }
        d_information[i][n] = left.real();
    }
}

/// Gauss-Jordan on the unknowns [first, last); false if they cannot be told apart.
bool point_group::eliminate(int first, int last)
{
    const int n = PER_POINT * d_n;
    for (int k = first; k < last; ++k) {
        const double pivot = d_information[k][k];
        if (!(pivot > 0)) {
            return false;
        }
        for (int j = 0; j <= n; ++j) {
            d_information[k][j] /= pivot;
        }
        for (int i = 0; i < n; ++i) {
            const double factor = d_information[i][k];
            if (i == k || factor == 0) {
                continue;
            }
            for (int j = 0; j <= n; ++j) {
                d_information[i][j] -= factor * d_information[k][j];
            }
        }
    }
    return true;
}

/// Amplitudes by least squares at these positions; returns the power they explain.
double point_group::solve_amplitudes()
{
    complex gram[MOST][MOST + 1];
    for (int i = 0; i < d_n; ++i) {
        d_products[i] = d_patch.project(d_views[i]);
        for (int j = 0; j < d_n; ++j) {
            gram[i][j] = inner(d_views[i].a, d_views[j].a.data()) *
                         inner(d_views[i].b, d_views[j].b.data());
        }
        gram[i][d_n] = d_products[i].value;
    }
    for (int k = 0; k < d_n; ++k) {
        const complex pivot = gram[k][k];
        for (int i = 0; i < d_n; ++i) {
            const complex factor = i == k ? 0 : gram[i][k] / pivot;
            for (int j = k; j <= d_n; ++j) {
                gram[i][j] -= factor * gram[k][j];
            }
        }
    }
    double explained = 0;
    for (int i = 0; i < d_n; ++i) {
        d_points[i].amplitude = gram[i][d_n] / gram[i][i];
        explained += (std::conj(d_products[i].value) * d_points[i].amplitude).real();
    }
    return explained;
}

/// Tries a Gauss-Newton step, then shorter ones; returns the power explained after it.
double point_group::step()
{
    const double before = solve_amplitudes();
    linearize();
    const int n = PER_POINT * d_n;
    if (!std::isfinite(before) || !eliminate(0, n)) {
        return before;
    }
    const auto start = d_points;
    constexpr int HALVINGS = 3;
    double length = 1;
    for (int trial = 0; trial < HALVINGS; ++trial, length /= 2) {
        for (int i = 0; i < d_n; ++i) {
            const auto by = [&](int which) {
                return length *
                       std::clamp(d_information[PER_POINT * i + which][n], -0.5, 0.5);
            };
            d_points[i].range_bin = start[i].range_bin + by(0);
            d_points[i].velocity_bin = start[i].velocity_bin + by(1);
            d_patch.look(d_points[i].range_bin, d_points[i].velocity_bin, d_views[i]);
        }
        const double after = solve_amplitudes();
        if (after > before) {
            return after;
        }
    }
    d_points = start;
    for (int i = 0; i < d_n; ++i) {
        d_patch.look(start[i].range_bin, start[i].velocity_bin, d_views[i]);
    }
    return before;
}

double point_group::fit()
{
    constexpr int ROUNDS = 12;
    double explained = 0;
    for (int round = 0; round < ROUNDS; ++round) {
        const double better = step();
        if (!(better > explained * (1 + 1e-6))) {
            return better;
        }
        explained = better;
    }
    return explained;
}

position_covariance point_group::covariance(int i)
{
    linearize();
    const int range = PER_POINT * i, velocity = range + 1;
    if (!eliminate(0, range) || !eliminate(velocity + 1, PER_POINT * d_n)) {
        return { INFINITY, INFINITY, 0 };
    }
    const double rr = d_information[range][range];
    const double vv = d_information[velocity][velocity];
    const double rv = d_information[range][velocity];
    const double determinant = 2 * (rr * vv - rv * rv); // 2: of a complex noise power
    return { vv / determinant, rr / determinant, -rv / determinant };
}

} // namespace dsp
} // namespace isac
} // namespace gr

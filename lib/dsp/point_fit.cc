/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "point_fit.h"
#include "require.h"
#include "simd.h"
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

const sensing_params& checked(const sensing_params& p)
{
    require(p.max_targets >= 1 && p.max_targets <= 1024,
            "target_detector",
            "max_targets",
            p.max_targets,
            "it must be in [1, 1024]");
    require(p.coherent_frames == 1 && p.averaged_maps == 1,
            "target_detector",
            "coherent_frames * averaged_maps",
            p.coherent_frames * p.averaged_maps,
            "it must be 1: targets are found in the map of one frame");
    return p;
}

item_range all(int n) { return { -(n / 2), n - n / 2 - 1 }; }

/// The cells of a row from the first to the last that is ever sent.
item_range occupied(const waveform& w)
{
    const auto &data = w.data_cells(), &pilots = w.pilot_cells();
    const int middle = w.n_subcarriers() / 2;
    item_range items{ data.front() - middle, data.back() - middle };
    if (!pilots.empty()) {
        items.first = std::min(items.first, pilots.front() - middle);
        items.last = std::max(items.last, pilots.back() - middle);
    }
    return items;
}

/// rest[k] += u a[k] - v b[k] for complex numbers u and v.
ISAC_SIMD void exchange_row(float* __restrict__ rest,
                            const float* a,
                            const float* b,
                            std::complex<float> u,
                            std::complex<float> v,
                            int n)
{
    const float ur = u.real(), ui = u.imag(), vr = v.real(), vi = v.imag();
    for (int k = 0; k < n; ++k) {
        const float ar = a[2 * k], ai = a[2 * k + 1], br = b[2 * k], bi = b[2 * k + 1];
        rest[2 * k] += (ur * ar - ui * ai) - (vr * br - vi * bi);
        rest[2 * k + 1] += (ur * ai + ui * ar) - (vr * bi + vi * br);
    }
}

} // namespace

point_fit::point_fit(const waveform& w, const sensing_params& p)
    : d_grid(w, p),
      d_range(p.range_window, w.n_subcarriers(), occupied(w), true),
      d_velocity(p.velocity_window, w.n_symbols(), all(w.n_symbols()), false),
      d_patch(d_grid, d_range, d_velocity),
      d_group(d_patch),
      d_pair(d_patch),
      d_rest(d_grid.len()),
      d_points(checked(p).max_targets),
      d_bins(std::max(d_grid.n_rows(), d_grid.n_columns())),
      d_slopes(d_bins.size())
{
    const auto prepare = [&](point& point) {
        point.ranges.resize(d_grid.n_columns());
        point.velocities.resize(d_grid.n_rows());
    };
    std::for_each(d_points.begin(), d_points.end(), prepare);
    prepare(d_before);
}

void point_fit::reset(span<const std::complex<float>> map)
{
    std::copy(map.begin(), map.end(), d_rest.begin());
    d_n_points = 0;
}

int point_fit::clear_not_finite()
{
    int n = 0;
    for (auto& cell : d_rest) {
        if (!std::isfinite(std::norm(cell))) {
            cell = 0;
            ++n;
        }
    }
    return n;
}

int point_fit::cell(std::size_t i) const
{
    return d_grid.cell(d_points[i].range_bin, d_points[i].velocity_bin);
}

double point_fit::snr(std::size_t i) const
{
    return std::norm(d_points[i].amplitude) * d_range.peak_power() *
           d_velocity.peak_power() / d_points[i].noise;
}

double point_fit::plain_std(std::size_t i,
                            const point_response& own,
                            const point_response& other) const
{
    return std::sqrt(own.position_noise() * other.amplitude_noise() / (2 * snr(i)));
}

double point_fit::range_std_bins(std::size_t i) const
{
    const auto& p = d_points[i];
    return p.fit == weighting::WHITE ? std::sqrt(p.noise * p.spread.range)
                                     : plain_std(i, d_range, d_velocity);
}

double point_fit::velocity_std_bins(std::size_t i) const
{
    const auto& p = d_points[i];
    return p.fit == weighting::WHITE ? std::sqrt(p.noise * p.spread.velocity)
                                     : plain_std(i, d_velocity, d_range);
}

position_covariance point_fit::covariance(std::size_t i) const
{
    const auto& p = d_points[i];
    const double range = range_std_bins(i), velocity = velocity_std_bins(i);
    const double both = p.fit == weighting::WHITE ? p.noise * p.spread.both : 0;
    return { range * range, velocity * velocity, both };
}

void point_fit::add(int cell, double noise)
{
    auto& p = d_points[d_n_points++];
    p.range_bin = d_grid.range_bin(cell % d_grid.n_columns());
    p.velocity_bin = d_grid.velocity_bin(cell / d_grid.n_columns());
    p.amplitude = 0;
    p.noise = noise;
    p.is_single = false;
    std::fill(p.ranges.begin(), p.ranges.end(), 0.0f);
    std::fill(p.velocities.begin(), p.velocities.end(), 0.0f);
    constexpr int MANY = 12; // quadratic convergence from half a bin: five or six do
    refit(d_n_points - 1, MANY);
}

void point_fit::set(std::size_t i,
                    double range_bin,
                    double velocity_bin,
                    std::complex<double> amplitude,
                    const position_covariance& spread)
{
    auto& p = d_points[i];
    p.range_bin = range_bin;
    p.velocity_bin = d_grid.wrapped(velocity_bin);
    p.amplitude = amplitude;
    p.fit = weighting::WHITE;
    p.spread = spread;
}

void point_fit::remove(std::size_t i)
{
    d_before = d_points[i];
    d_before.velocities.assign(d_grid.n_rows(), 0.0f);
    exchange(d_points[i], d_before);
    std::rotate(
        d_points.begin() + i, d_points.begin() + i + 1, d_points.begin() + d_n_points);
    --d_n_points;
}

double point_fit::refit(std::size_t i, int max_steps, weighting w)
{
    auto& p = d_points[i];
    d_before = p;
    p.fit = w;
    d_patch.load(d_rest, p, w);
    double moved = 0;
    for (int n = 0; n < max_steps; ++n) {
        d_patch.step(p);
        // The next step depends on this one's residual, not on noise: stop when it is
        // far below what the noise does.
        const double by =
            std::hypot((p.range_bin - d_before.range_bin) / range_std_bins(i),
                       (p.velocity_bin - d_before.velocity_bin) / velocity_std_bins(i));
        if (std::abs(by - moved) < 0.02) {
            moved = by;
            break;
        }
        moved = by;
    }
    respond(p);
    exchange(d_before, p);
    return moved;
}

void point_fit::sharpen(std::size_t i)
{
    auto& p = d_points[i];
    const double range_bin = p.range_bin, velocity_bin = p.velocity_bin;
    const auto amplitude = p.amplitude;
    constexpr int FEW = 3; // it starts within the noise of where it ends
    refit(i, FEW, weighting::WHITE);
    if (is_noise(i, range_bin, velocity_bin)) {
        return;
    }
    d_before = p;
    p.range_bin = range_bin;
    p.velocity_bin = velocity_bin;
    p.amplitude = amplitude;
    p.fit = weighting::PLAIN;
    respond(p);
    exchange(d_before, p);
}

/*! Whether noise explains what a white fit left over and how far it went from the plain
 * fit at these positions. The white one is efficient, so the variance of the difference
 * is that of the variances (Hausman, Specification Tests in Econometrics, Econometrica
 *  46(6), 1978). */
bool point_fit::is_noise(std::size_t i, double range_bin, double velocity_bin) const
{
    const auto& p = d_points[i];
    constexpr double MOST_LEFT = 1.5; // of the noise, itself known to half a dB
    constexpr double MOST_STDS = 5, PATCH_STDS = 0.3; // a plain patch leaves out some
    const auto is_near = [](double by, double plain, double white) {
        const double variance = std::max(plain * plain - white * white, 0.0);
        return std::abs(by) <=
               MOST_STDS * std::hypot(std::sqrt(variance), PATCH_STDS * plain);
    };
    return d_patch.unexplained() <= MOST_LEFT * p.noise &&
           is_near(p.range_bin - range_bin,
                   plain_std(i, d_range, d_velocity),
                   range_std_bins(i)) &&
           is_near(d_grid.wrapped(p.velocity_bin - velocity_bin),
                   plain_std(i, d_velocity, d_range),
                   velocity_std_bins(i));
}

/// A response at every cell from \p first on, in bins.
void point_fit::sample(const point_response& response,
                       double position,
                       double first,
                       int padding,
                       std::vector<std::complex<float>>& cells)
{
    const int n = static_cast<int>(cells.size());
    for (int offset = 0; offset < padding; ++offset) {
        d_bins.resize((n - offset + padding - 1) / padding);
        d_slopes.resize(d_bins.size());
        response.evaluate(
            position, first + static_cast<double>(offset) / padding, d_bins, d_slopes);
        for (std::size_t i = 0; i < d_bins.size(); ++i) {
            cells[offset + i * padding] = std::complex<float>(d_bins[i]);
        }
    }
}

void point_fit::respond(point& p)
{
    p.velocity_bin = d_grid.wrapped(p.velocity_bin);
    p.range_bin = std::clamp(p.range_bin, -1.0, d_grid.range_bin(d_grid.n_columns()));
    sample(d_range, p.range_bin, 0, d_grid.column_padding(), p.ranges);
    sample(d_velocity,
           p.velocity_bin,
           d_grid.velocity_bin(0),
           d_grid.row_padding(),
           p.velocities);
    const std::complex<float> amplitude(p.amplitude);
    for (auto& cell : p.velocities) {
        cell = amplitude * std::conj(cell);
    }
}

/// Takes one version of a point out of the sum and puts another in.
void point_fit::exchange(const point& from, const point& to)
{
    const int n_columns = d_grid.n_columns();
    for (int row = 0; row < d_grid.n_rows(); ++row) {
        exchange_row(reinterpret_cast<float*>(d_rest.data()) +
                         2 * static_cast<std::size_t>(row) * n_columns,
                     reinterpret_cast<const float*>(from.ranges.data()),
                     reinterpret_cast<const float*>(to.ranges.data()),
                     from.velocities[row],
                     to.velocities[row],
                     n_columns);
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

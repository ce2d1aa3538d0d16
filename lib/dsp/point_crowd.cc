/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

// The part of point_fit that deals with points next to each other.

#include "point_fit.h"
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

// Points nearer than this in both axes are fitted together: under a Hamming window their
// main lobes overlap.
constexpr double CROWDED_BINS = 2.5;

// A pair that was taken for one point lies this far apart in the wider axis. Nearer, it
// is one point that is no perfect point, for instance because it moved; further apart,
// each of the two is found alone.
constexpr double LEAST_PAIR_BINS = 0.6, MOST_PAIR_BINS = 2;
constexpr double LEAST_PAIR_POWER = 0.03; // of one over that of the other, -15 dB

} // namespace

double point_fit::bins_apart(const point& a, const point& b) const
{
    return std::max(std::abs(a.range_bin - b.range_bin),
                    std::abs(d_grid.wrapped(a.velocity_bin - b.velocity_bin)));
}

bool point_fit::is_crowded(std::size_t i) const
{
    for (std::size_t j = 0; j < d_n_points; ++j) {
        if (j != i && bins_apart(d_points[i], d_points[j]) < CROWDED_BINS) {
            return true;
        }
    }
    return false;
}

/// Makes a point what a member of a group has become.
void point_fit::move(point& p, point_group& group, int i)
{
    d_before = p;
    p.range_bin = group.range_bin(i);
    p.velocity_bin = group.velocity_bin(i);
    p.amplitude = group.amplitude(i);
    p.fit = weighting::WHITE;
    p.spread = group.covariance(i);
    respond(p);
    exchange(d_before, p);
}

double point_fit::refit_group(std::size_t i)
{
    auto& p = d_points[i];
    point* members[point_group::MOST] = { &p };
    int n = 1;
    for (std::size_t j = 0; j < d_n_points && n < point_group::MOST; ++j) {
        if (j != i && bins_apart(p, d_points[j]) < CROWDED_BINS) {
            members[n++] = &d_points[j];
        }
    }
    d_patch.load(d_rest, members, n, point_patch::WHITE_REACH);
    d_group.clear();
    for (int k = 0; k < n; ++k) {
        d_group.add(members[k]->range_bin, members[k]->velocity_bin);
    }
    d_group.fit();
    const double range_bin = p.range_bin, velocity_bin = p.velocity_bin;
    for (int k = 0; k < n; ++k) {
        move(*members[k], d_group, k);
    }
    return std::hypot((p.range_bin - range_bin) / range_std_bins(i),
                      d_grid.wrapped(p.velocity_bin - velocity_bin) /
                          velocity_std_bins(i));
}

/// Whether what a point leaves in the cells next to it looks like noise.
bool point_fit::looks_single(std::size_t i)
{
    constexpr int REACH = 3;
    constexpr double MOST_STDS = 1.5;
    const point* alone[] = { &d_points[i] };
    d_patch.load(d_rest, alone, 1, REACH);
    d_group.clear();
    d_group.add(d_points[i].range_bin, d_points[i].velocity_bin);
    const double left = (d_patch.power() - d_group.fit()) / d_points[i].noise;
    const int n = d_patch.n_cells();
    return left < n + MOST_STDS * std::sqrt(n);
}

/// Leaves in d_pair the two points that explain most of the cells around one.
void point_fit::split_best(std::size_t i)
{
    constexpr double APART = 0.5; // of each from where the one was
    constexpr double DIRECTIONS[][2] = { { 1, 0 }, { 0, 1 }, { 1, 1 }, { 1, -1 } };
    constexpr int REACH = 6;
    const auto& p = d_points[i];
    const point* alone[] = { &p };
    d_patch.load(d_rest, alone, 1, REACH);
    double best = 0;
    for (const auto& [range, velocity] : DIRECTIONS) {
        d_group.clear();
        d_group.add(p.range_bin + APART * range, p.velocity_bin + APART * velocity);
        d_group.add(p.range_bin - APART * range, p.velocity_bin - APART * velocity);
        const double explained = d_group.fit();
        if (explained > best) {
            best = explained;
            d_pair.copy(d_group);
        }
    }
}

/// Whether the two of d_pair are what a pair may be.
bool point_fit::is_pair() const
{
    const double apart = std::max(
        std::abs(d_pair.range_bin(0) - d_pair.range_bin(1)),
        std::abs(d_grid.wrapped(d_pair.velocity_bin(0) - d_pair.velocity_bin(1))));
    const double ratio = std::norm(d_pair.amplitude(1)) / std::norm(d_pair.amplitude(0));
    return apart >= LEAST_PAIR_BINS && apart <= MOST_PAIR_BINS &&
           ratio >= LEAST_PAIR_POWER && ratio <= 1 / LEAST_PAIR_POWER;
}

bool point_fit::split(std::size_t i, double least_gain)
{
    d_points[i].is_single = true;
    if (!has_room() || looks_single(i)) {
        return false;
    }
    split_best(i);
    if (d_pair.n() != 2 || !is_pair()) {
        return false;
    }
    const double explained = d_pair.fit();
    d_group.clear();
    d_group.add(d_points[i].range_bin, d_points[i].velocity_bin);
    if (!(explained - d_group.fit() > least_gain * d_points[i].noise)) {
        return false;
    }
    auto& second = d_points[d_n_points++];
    second.is_single = true;
    second.noise = d_points[i].noise;
    std::fill(second.ranges.begin(), second.ranges.end(), 0.0f);
    std::fill(second.velocities.begin(), second.velocities.end(), 0.0f);
    move(d_points[i], d_pair, 0);
    move(second, d_pair, 1);
    return true;
}

} // namespace dsp
} // namespace isac
} // namespace gr

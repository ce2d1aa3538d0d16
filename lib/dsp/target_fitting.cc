/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

// The part of target_detector that fits what it has found.

#include "point_fit.h"
#include <gnuradio/isac/dsp/target_detector.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr double SAME_BINS = 0.5;    // two points that are closer are one
constexpr double NEAR_BINS = 8;      // targets that bias each other noticeably
constexpr double SETTLED_STDS = 0.1; // moves that no longer matter beside the noise

} // namespace

/// Whether no stronger point lies so many bins away or nearer in both axes.
bool target_detector::is_resolved(std::size_t i, double apart) const
{
    const auto& p = d_fit->at(i);
    for (std::size_t j = 0; j < d_fit->n_points(); ++j) {
        const auto& other = d_fit->at(j);
        if (j != i && std::norm(other.amplitude) >= std::norm(p.amplitude) &&
            d_fit->bins_apart(p, other) <= apart) {
            return false;
        }
    }
    return true;
}

/// Splits what is two targets; whether there was any.
bool target_detector::split_all()
{
    bool any = false;
    for (std::size_t i = 0; i < d_fit->n_points(); ++i) {
        if (!d_fit->at(i).is_single) {
            // Two explain a few noise cells more than one does: their sum, of two
            // exponential variables, exceeds t with (1 + t) exp(-t).
            const double alpha = d_cfar.alpha(d_fit->cell(i) % d_fit->grid().n_columns());
            any = d_fit->split(i, alpha + std::log1p(alpha)) || any;
        }
    }
    return any;
}

void target_detector::refit_near(std::size_t newest)
{
    const auto& p = d_fit->at(newest);
    constexpr int ROUNDS = 3; // each takes the mutual bias down by 17 dB or more
    for (int round = 0; round < ROUNDS; ++round) {
        double moved = 0;
        for (std::size_t i = 0; i < newest; ++i) {
            const auto& other = d_fit->at(i);
            if (std::abs(p.range_bin - other.range_bin) < NEAR_BINS &&
                std::abs(d_fit->grid().wrapped(p.velocity_bin - other.velocity_bin)) <
                    NEAR_BINS) {
                moved = std::max(moved, d_fit->refit(i, 2));
            }
        }
        if (moved < SETTLED_STDS) {
            return;
        }
        d_fit->refit(newest, 2);
    }
}

/// Fits all targets in turn until none moves.
void target_detector::settle()
{
    constexpr int ROUNDS = 8;
    for (int round = 0; round < ROUNDS; ++round) {
        double moved = 0;
        for (std::size_t i = 0; i < d_fit->n_points(); ++i) {
            moved = std::max(
                moved, d_fit->is_crowded(i) ? d_fit->refit_group(i) : d_fit->refit(i, 2));
        }
        if (moved < SETTLED_STDS) {
            return;
        }
    }
}

/// Drops what the better fit of the others has explained away or moved together.
bool target_detector::drop_unreal()
{
    bool dropped = false;
    for (std::size_t i = d_fit->n_points(); i-- > 0;) {
        const int cell = d_fit->cell(i);
        const double power = d_fit->snr(i) * d_fit->at(i).noise;
        if (!(power > d_cfar.threshold(d_power, cell)) || !is_resolved(i, SAME_BINS)) {
            d_refused[cell] = true;
            d_fit->remove(i);
            dropped = true;
        }
    }
    return dropped;
}

void target_detector::measure_noise()
{
    for (std::size_t i = 0; i < d_fit->n_points(); ++i) {
        d_fit->set_noise(i, noise_in(d_fit->cell(i)));
    }
}

/// Fits all targets once more, now that nothing unknown is near: at the bound.
void target_detector::sharpen()
{
    constexpr int ROUNDS = 2; // what a neighbour's error does to a point is a tenth of it
    for (int round = 0; round < ROUNDS; ++round) {
        for (std::size_t i = 0; i < d_fit->n_points(); ++i) {
            if (d_fit->is_crowded(i)) {
                d_fit->refit_group(i);
            } else {
                d_fit->sharpen(i);
            }
        }
        if (d_fit->n_points() == 1) {
            return;
        }
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

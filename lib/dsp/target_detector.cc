/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "grid_fit.h"
#include "point_fit.h"
#include "require.h"
#include <gnuradio/isac/dsp/target_detector.h>
#include <volk/volk.h>
#include <algorithm>
#include <cmath>
#include <numeric>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr double UNRESOLVED_BINS = 1;     // closer in both axes shows as one in the map
constexpr double REST_BINS = 2.5;         // as far as the rest of a moving echo reaches
constexpr float REST_OVER_TARGET = 1e-3f; // and its power

// Power of the rounding errors of a map against its strongest cell: single precision
// transforms leave -130 dB of it, and that is no noise in which to look for targets.
constexpr float ROUNDING = 1e-13f;

} // namespace

target_detector::target_detector(const waveform& w, const sensing_params& p)
    : d_waveform(w),
      d_fit(std::make_unique<point_fit>(w, p)),
      d_grid_fit(std::make_unique<grid_fit>(w, d_fit->max_points())),
      d_cfar(d_fit->grid().n_rows(), d_fit->grid().n_columns(), p),
      d_power(d_fit->grid().len()),
      d_refused(d_power.size())
{
    d_targets.reserve(p.max_targets);
}

target_detector::~target_detector() = default;
target_detector::target_detector(target_detector&&) noexcept = default;
target_detector& target_detector::operator=(target_detector&&) noexcept = default;

const std::vector<target>& target_detector::detect(span<const std::complex<float>> map)
{
    search(map);
    measure_noise();
    sharpen();
    report();
    return d_targets;
}

const std::vector<target>& target_detector::detect(span<const std::complex<float>> map,
                                                   span<const std::complex<float>> tx,
                                                   span<const std::complex<float>> rx)
{
    require_len("tx", tx.size(), d_waveform.grid_len());
    require_len("rx", rx.size(), d_waveform.grid_len());
    search(map);
    measure_noise();
    if (!d_grid_fit->refine(tx, rx, *d_fit)) {
        sharpen();
    }
    report();
    return d_targets;
}

/// Finds the points of a map.
void target_detector::search(span<const std::complex<float>> map)
{
    require_len("map", map.size(), d_power.size());
    d_fit->reset(map);
    score();
    d_n_not_finite = 0;
    if (!std::isfinite(std::accumulate(d_power.begin(), d_power.end(), 0.0))) {
        d_n_not_finite = d_fit->clear_not_finite();
        score();
    }
    d_floor = ROUNDING * *std::max_element(d_power.begin(), d_power.end());
    std::fill(d_refused.begin(), d_refused.end(), false);

    // Every pass adds a point, refuses a cell or gives up splitting a point, so it ends;
    // the limit is for the cost.
    bool settled = true;
    for (int passes = 4 * d_fit->max_points(); passes > 0; --passes) {
        const int far = d_fit->has_room() ? find(REST_BINS) : -1;
        if (far >= 0) {
            settled = !accept(far) && settled;
        } else if (!settled) {
            settle();
            score();
            if (drop_unreal()) {
                settle();
            }
            settled = true;
        } else if (split_all()) {
            settled = false; // what the single points left over was taken for targets
        } else {
            const int near = d_fit->has_room() ? find(UNRESOLVED_BINS) : -1;
            if (near < 0) {
                break;
            }
            settled = !accept(near);
        }
        score();
    }
}

/// Powers of what the points have left over, and which are above their thresholds.
void target_detector::score()
{
    volk_32fc_magnitude_squared_32f(
        d_power.data(), d_fit->rest().data(), static_cast<unsigned>(d_power.size()));
    d_above = d_cfar.detect(d_power);
}

/// The strongest cell above its threshold that may be a new target, or -1. Cells so many
/// bins from a target or nearer, in both axes, are left out.
int target_detector::find(double apart) const
{
    int best = -1;
    for (const int i : d_above) {
        if (d_power[i] > d_floor && (best < 0 || d_power[i] > d_power[best]) &&
            !d_refused[i] && !is_ghost(i, d_power[i], apart)) {
            best = i;
        }
    }
    return best;
}

bool target_detector::is_ghost(int cell, float power, double apart) const
{
    const auto& grid = d_fit->grid();
    const double range_bin = grid.range_bin(cell % grid.n_columns());
    const double velocity_bin = grid.velocity_bin(cell / grid.n_columns());
    for (std::size_t i = 0; i < d_fit->n_points(); ++i) {
        const auto& p = d_fit->at(i);
        const double bins =
            std::max(std::abs(range_bin - p.range_bin),
                     std::abs(grid.wrapped(velocity_bin - p.velocity_bin)));
        if (bins <= apart ||
            (bins <= REST_BINS && power < REST_OVER_TARGET * d_fit->snr(i) * p.noise)) {
            return true;
        }
    }
    return false;
}

/// Fits a target to a cell; false if the fit found none there.
bool target_detector::accept(int cell)
{
    d_fit->add(cell, noise_in(cell));
    const std::size_t newest = d_fit->n_points() - 1;
    if (!is_resolved(newest, UNRESOLVED_BINS)) {
        d_refused[cell] = true;
        d_fit->remove(newest);
        return false;
    }
    refit_near(newest);
    return true;
}

double target_detector::noise_in(int cell) const
{
    return std::max(d_cfar.noise(d_power, cell), static_cast<double>(d_floor));
}

void target_detector::report()
{
    d_targets.clear();
    const double range_bin_m = d_waveform.range_bin_m();
    const double velocity_bin_mps = d_waveform.velocity_bin_mps();
    for (std::size_t i = 0; i < d_fit->n_points(); ++i) {
        const auto& p = d_fit->at(i);
        const auto covariance = d_fit->covariance(i);
        d_targets.push_back(
            { static_cast<float>(p.range_bin * range_bin_m),
              static_cast<float>(p.velocity_bin * velocity_bin_mps),
              static_cast<float>(10 * std::log10(d_fit->snr(i))),
              static_cast<float>(std::sqrt(covariance.range) * range_bin_m),
              static_cast<float>(std::sqrt(covariance.velocity) * velocity_bin_mps),
              static_cast<float>(covariance.both * range_bin_m * velocity_bin_mps) });
    }
    std::sort(d_targets.begin(), d_targets.end(), [](const target& a, const target& b) {
        return a.snr_db > b.snr_db;
    });
}

} // namespace dsp
} // namespace isac
} // namespace gr

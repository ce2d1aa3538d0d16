/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pilot_kernels.h"
#include "reference_channel.h"
#include "reference_kernels.h"
#include <gnuradio/isac/dsp/mmse_gains.h>
#include <gnuradio/isac/dsp/reference.h>
#include <algorithm>
#include <stdexcept>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int TRACKED = 128; // cells, about: more hardly tell the timing any better
constexpr double LEAST_NOISE = 1e-12;

} // namespace

reference_channel::reference_channel(const waveform& w,
                                     interpolation method,
                                     double max_speed_mps)
    : d_waveform(w),
      d_layout(layout_of(w, max_speed_mps)),
      d_offsets(pilot_offsets(w)),
      d_known{ std::vector<float>(2 * d_offsets.size()),
               std::vector<float>(2 * d_offsets.size()) },
      d_stride(std::max(1, n() / TRACKED)),
      d_places(lane_places(n(), d_stride)),
      d_tracker(w.fft_len(),
                lane_offsets(d_offsets, d_stride, d_places),
                static_cast<int>(d_places.size()),
                false),
      d_profile(w.fft_len(), d_offsets),
      d_bank(d_layout, method, 0.5 * d_profile.resolution()),
      d_n_taps(d_bank.n_taps()),
      d_n_kept(d_n_taps + MOST_REFERENCES),
      d_bundles_len((n() / d_bank.bundle() + PLANE_BLOCK - 1) / PLANE_BLOCK *
                    PLANE_BLOCK),
      d_plane_len((w.n_subcarriers() + PLANE_BLOCK - 1) / PLANE_BLOCK * PLANE_BLOCK),
      d_lookahead(0),
      d_tracked(2 * lane_count(d_places.size())),
      d_observed(d_n_taps * 2 * d_offsets.size()),
      d_bundles(d_n_kept * 2 * d_bundles_len),
      d_ends(6 * d_bundles_len),
      d_from(d_ends.data()),
      d_middle(d_from + 2 * d_bundles_len),
      d_to(d_middle + 2 * d_bundles_len),
      d_planes(4 * d_plane_len + mmse_gains::LANES),
      d_taps(d_n_taps),
      d_timing(d_layout.rows.size())
{
    static_assert(PLANE_BLOCK % pilot_filter::LANES == 0, "a plane holds whole groups");
    for (const bool falls : { false, true }) {
        const auto cells = reference_cells(w, falls);
        for (int i = 0; i < n(); ++i) {
            const auto divisor = 1.0f / cells[i];
            d_known[falls][i] = divisor.real();
            d_known[falls][n() + i] = divisor.imag();
        }
    }
    for (int row = 0; row < w.n_symbols(); ++row) {
        const int end = end_of_span(std::max(row - 1, 0));
        const int last = d_layout.rows[d_bank.first(end) + d_n_taps - 1];
        d_lookahead = std::max(d_lookahead, last - row + 1);
    }
    start(1, 0);
}

void reference_channel::start(double noise_var, double delay_per_row)
{
    d_noise_var = noise_var > LEAST_NOISE ? noise_var : LEAST_NOISE;
    d_delay_per_row = delay_per_row;
    d_tracker.start();
    d_n_pushed = d_n_observed = d_next_row = 0;
    d_to_row = -1;
    d_span_len = spacing();
    ++d_n_spans; // no span goes on with one of the frame before
    d_over_frequency = nullptr;
}

/// The cells of a reference, known values divided out, turned back by a delay.
void reference_channel::observe(const row_view& row, double delay, float* re, float* im)
{
    const auto* known = d_known[chirp_falls(d_waveform, d_n_pushed - 1)].data();
    const int half = n() / 2, dc = d_waveform.n_subcarriers() / 2;
    const double step = delay / d_waveform.fft_len();
    const auto* cells = reinterpret_cast<const float*>(row.cells);
    read_reference(cells + 2 * (dc - half),
                   known,
                   known + n(),
                   row.scale,
                   angle_of(-half * step),
                   angle_of(step),
                   half,
                   re,
                   im);
    read_reference(cells + 2 * (dc + 1),
                   known + half,
                   known + n() + half,
                   row.scale,
                   angle_of(step),
                   angle_of(step),
                   half,
                   re + half,
                   im + half);
}

/// \returns whether a reference came, after telling the tracker of it.
bool reference_channel::track(const float* re, const float* im)
{
    const int n_lanes = static_cast<int>(d_tracked.size() / 2);
    float *some_re = d_tracked.data(), *some_im = some_re + n_lanes;
    std::fill(d_tracked.begin(), d_tracked.end(), 0.0f);
    for (std::size_t i = 0; i < d_places.size(); ++i) {
        some_re[d_places[i]] = re[i * d_stride];
        some_im[d_places[i]] = im[i * d_stride];
    }
    return !d_tracker.track_turned(some_re, some_im).lost;
}

void reference_channel::push(const row_view& row)
{
    if (d_n_pushed == d_waveform.n_symbols()) {
        throw std::logic_error("channel_estimator: the frame has no more rows");
    }
    const int index = d_n_pushed++;
    if (!d_waveform.is_reference_row(index)) {
        return;
    }
    const int i = d_n_observed++;
    float *re = observed(i), *im = re + n();
    d_timing[i].delay = d_tracker.expect().delay;
    observe(row, known_delay(index) + d_timing[i].delay, re, im);
    d_timing[i].lost = !track(re, im);
    if (d_over_frequency) {
        bundle(i);
    } else if (d_n_observed == d_n_taps) {
        open();
    }
}

double reference_channel::measure_noise()
{
    // References are too far apart to tell motion from noise, but with a pilot in every
    // cell they see delays that no path has.
    const double widest = d_layout.max_delay + d_profile.resolution();
    const auto window = d_profile.best_window(widest, 0.5 * widest, widest);
    return d_profile.power() > 0 && window.share > 0 ? window.outside / window.share
                                                     : d_noise_var;
}

void reference_channel::open()
{
    d_profile.clear();
    for (int i = 0; i < d_n_observed; ++i) {
        if (!d_timing[i].lost) {
            d_profile.add(observed(i), observed(i) + n());
        }
    }
    d_noise_var = std::max(measure_noise(), LEAST_NOISE);
    const auto choice = d_bank.choose(d_profile, d_noise_var);
    d_power = d_profile.power();
    d_over_frequency = choice.frequency;
    d_over_time = choice.still;
    d_moving = choice.time;
    d_misfit = d_noise_alone = 0;
    const int half = n() / 2;
    const double step = choice.centre / d_waveform.fft_len();
    for (int i = 0; i < d_n_observed; ++i) {
        d_timing[i].delay += choice.centre;
        if (!d_timing[i].lost) {
            float *re = observed(i), *im = re + n();
            turn_planes(angle_of(-half * step), angle_of(step), half, re, im);
            turn_planes(angle_of(step), angle_of(step), half, re + half, im + half);
            bundle(i);
        }
    }
    d_tracker.shift(choice.centre);
}

void reference_channel::bundle(int reference)
{
    const float *re = observed(reference), *im = re + n();
    float* to = bundled(reference);
    add_bundles(re, n(), d_bank.bundle(), to);
    add_bundles(im, n(), d_bank.bundle(), to + d_bundles_len);
}

} // namespace dsp
} // namespace isac
} // namespace gr

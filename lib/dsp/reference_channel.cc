/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "pilot_kernels.h"
#include "reference_channel.h"
#include "reference_kernels.h"
#include <gnuradio/isac/dsp/reference.h>
#include <algorithm>
#include <stdexcept>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int TRACKED = 128; // cells, about: more hardly tell the timing any better
constexpr double LEAST_NOISE = 1e-12;
constexpr double LINE_ERROR = 0.02; // over the noise, of rows on a straight line

/// To the nearest whole number.
double whole(double x)
{
    return static_cast<double>(static_cast<long>(x + (x < 0 ? -0.5 : 0.5)));
}

} // namespace

reference_channel::reference_channel(const waveform& w,
                                     interpolation method,
                                     double max_speed_mps)
    : d_waveform(w),
      d_layout(layout_of(w, max_speed_mps)),
      d_offsets(pilot_offsets(w)),
      d_known(2 * d_offsets.size()),
      d_stride(std::max(1, n() / TRACKED)),
      d_places(lane_places(n(), d_stride)),
      d_tracker(w.fft_len(),
                lane_offsets(d_offsets, d_stride, d_places),
                static_cast<int>(d_places.size()),
                false),
      d_profile(w.fft_len(), d_offsets),
      d_bank(d_layout, method, 0.5 * d_profile.resolution()),
      d_n_taps(d_bank.n_taps()),
      d_plane_len((w.n_subcarriers() + PLANE_BLOCK - 1) / PLANE_BLOCK * PLANE_BLOCK),
      d_lookahead(0),
      d_tracked(2 * lane_count(d_places.size())),
      d_observed(d_n_taps * 2 * d_offsets.size()),
      d_bundles(2 * d_offsets.size() / d_bank.bundle()),
      d_planes(d_n_taps * 2 * d_plane_len),
      d_ends(6 * d_plane_len),
      d_from(d_ends.data()),
      d_middle(d_from + 2 * d_plane_len),
      d_to(d_middle + 2 * d_plane_len),
      d_taps(d_n_taps),
      d_timing(d_layout.rows.size())
{
    static_assert(PLANE_BLOCK % pilot_filter::LANES == 0, "a plane holds whole groups");
    const auto cells = reference_cells(w);
    for (int i = 0; i < n(); ++i) {
        const auto divisor = 1.0f / cells[i];
        d_known[i] = divisor.real();
        d_known[n() + i] = divisor.imag();
    }
    for (int row = 0; row < w.n_symbols(); ++row) {
        const int last =
            d_layout
                .rows[d_bank.first(reference_after(std::max(row - 1, 0))) + d_n_taps - 1];
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
    d_span_len = d_waveform.params().reference_spacing;
    ++d_n_spans; // no span goes on with one of the frame before
    d_over_frequency = nullptr;
}

/// The cells of a reference, known values divided out, turned back by a delay.
void reference_channel::observe(const row_view& row, double delay, float* re, float* im)
{
    const int half = n() / 2, dc = d_waveform.n_subcarriers() / 2;
    const double step = delay / d_waveform.fft_len();
    const auto* cells = reinterpret_cast<const float*>(row.cells);
    read_reference(cells + 2 * (dc - half),
                   d_known.data(),
                   d_known.data() + n(),
                   row.scale,
                   angle_of(-half * step),
                   angle_of(step),
                   half,
                   re,
                   im);
    read_reference(cells + 2 * (dc + 1),
                   d_known.data() + half,
                   d_known.data() + n() + half,
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
        filter(i);
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
    d_over_frequency = choice.frequency;
    d_over_time = choice.time;
    const int half = n() / 2;
    const double step = choice.centre / d_waveform.fft_len();
    for (int i = 0; i < d_n_observed; ++i) {
        d_timing[i].delay += choice.centre;
        if (!d_timing[i].lost) {
            float *re = observed(i), *im = re + n();
            turn_planes(angle_of(-half * step), angle_of(step), half, re, im);
            turn_planes(angle_of(step), angle_of(step), half, re + half, im + half);
            filter(i);
        }
    }
    d_tracker.shift(choice.centre);
}

void reference_channel::filter(int reference)
{
    if (!d_timing[reference].lost) {
        const float* x = observed(reference);
        float *sums = d_bundles.data(), *to = plane(reference);
        add_bundles(x, 2 * n(), d_bank.bundle(), sums);
        d_over_frequency->apply(sums, sums + n() / d_bank.bundle(), to, to + d_plane_len);
    }
}

/// The filtered references that a row takes; where one was lost, the nearest one of them.
void reference_channel::choose_taps(int first)
{
    const auto lost = [&](int t) { return d_timing[first + t].lost; };
    for (int t = 0; t < d_n_taps; ++t) {
        int from = t;
        for (int far = 1; lost(from) && far < d_n_taps; ++far) {
            const bool is_before = t >= far && !lost(t - far);
            const bool is_behind = t + far < d_n_taps && !lost(t + far);
            from = is_before ? t - far : is_behind ? t + far : t;
        }
        d_taps[t] = plane(first + from);
    }
}

int reference_channel::reference_after(int row) const
{
    const int next = row / d_waveform.params().reference_spacing + 1;
    return d_layout.rows[std::min(next, static_cast<int>(d_layout.rows.size()) - 1)];
}

row_rotation reference_channel::rotation_of(int row) const
{
    const auto& rows = d_layout.rows; // all but the last are as far apart
    const int last = row / d_waveform.params().reference_spacing;
    const int next = rows[last] == row ? last : last + 1;
    const auto &before = d_timing[last], &behind = d_timing[next];
    const int apart = std::max(rows[next] - rows[last], 1);
    const double share = double(row - rows[last]) / apart;
    return { 0,
             known_delay(row) + before.delay + share * (behind.delay - before.delay),
             before.lost && behind.lost };
}

/// The channels of two rows that take the same references.
void reference_channel::combine(int row_a, int row_b, float* a, float* b)
{
    combine_planes(d_taps.data(),
                   d_over_time->weights(row_a),
                   d_over_time->weights(row_b),
                   d_n_taps,
                   2 * d_plane_len,
                   a,
                   b);
}

/// Whether the row in the middle lies between the ends, but for a part of the noise.
bool reference_channel::is_straight(int len) const
{
    const float share = static_cast<float>(len / 2) / len;
    return bend(d_from, d_middle, d_to, share, 2 * d_plane_len) <=
           LINE_ERROR * d_noise_var * d_plane_len;
}

/// Spans end at a reference at the latest: behind it rows take others.
bool reference_channel::begin_span()
{
    const int from = std::max(d_to_row, 0), end = reference_after(from);
    if (d_n_observed < d_bank.first(end) + d_n_taps) {
        return false;
    }
    if (d_to_row < 0) {
        choose_taps(d_bank.first(0));
        combine(0, 0, d_middle, d_to);
    }
    std::swap(d_from, d_to);
    choose_taps(d_bank.first(end));
    // A longer one than the last is tried once between two references.
    const bool is_first = from % d_waveform.params().reference_spacing == 0;
    int len = std::min(end - from, is_first ? 2 * d_span_len : d_span_len);
    combine(from + len / 2, from + len, d_middle, d_to);
    while (len > 1 && !is_straight(len)) {
        len = (len + 1) / 2;
        combine(from + len / 2, from + len, d_middle, d_to);
    }
    d_from_row = from;
    d_to_row = from + len;
    d_from_delay = rotation_of(d_from_row).delay;
    d_to_delay = rotation_of(d_to_row).delay;
    d_span_len = std::max(len, 1);
    ++d_n_spans;
    return true;
}

bool reference_channel::next(row_channel& channel)
{
    const int row = d_next_row;
    if (!d_over_frequency || row == d_n_pushed || (d_to_row < row && !begin_span())) {
        return false;
    }
    const int len = d_to_row - d_from_row;
    channel = { d_from,
                d_from + d_plane_len,
                d_to,
                d_to + d_plane_len,
                len > 0 ? static_cast<float>(row - d_from_row) / len : 1.0f,
                rotation_of(row),
                d_n_spans,
                d_from_delay,
                d_to_delay };
    ++d_next_row;
    return true;
}

} // namespace dsp
} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

// The part of reference_channel that puts rows between references.

#include "pilot_kernels.h"
#include "reference_channel.h"
#include "reference_kernels.h"
#include <algorithm>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr double LINE_ERROR = 0.02; // over the noise, of rows on a straight line

constexpr double TURN_ERROR = 0.002; // and of timing that is off one

// A reference less what is made of it and its neighbours is noise, as long as nothing
// moves; four of them tell its power with a standard deviation of 8 %. Part of it that
// may be motion, 0.06 of the noise of a cell, and how much is remembered of references
// before.
constexpr double MOTION = 0.35, MEMORY = 0.75;

} // namespace

/// The references that a row takes; where one was lost, the nearest one of them.
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
        d_taps[t] = bundled(first + from);
    }
}

/// The last row that a span from there on may reach.
int reference_channel::end_of_span(int from) const
{
    const int n = from % spacing() == 0 ? MOST_REFERENCES : 1;
    const int n_references = static_cast<int>(d_layout.rows.size());
    return d_layout.rows[std::min(from / spacing() + n, n_references - 1)];
}

double reference_channel::tracked_delay(int row) const
{
    const auto& rows = d_layout.rows;
    const int last = row / spacing(), next = rows[last] == row ? last : last + 1;
    const double apart = std::max(rows[next] - rows[last], 1);
    const double before = d_timing[last].delay, behind = d_timing[next].delay;
    return before + (row - rows[last]) / apart * (behind - before);
}

row_rotation reference_channel::rotation_of(int row) const
{
    const int last = row / spacing(), next = d_layout.rows[last] == row ? last : last + 1;
    return { 0,
             known_delay(row) + tracked_delay(row),
             d_timing[last].lost && d_timing[next].lost };
}

/// The channel of a row, on bundles.
void reference_channel::combine(int row, float* bundles)
{
    choose_taps(d_bank.first(row));
    combine_planes(
        d_taps.data(), d_over_time->weights(row), d_n_taps, 2 * d_bundles_len, bundles);
}

void reference_channel::combine_span(int from, int len)
{
    combine(from + len / 2, d_middle);
    combine(from + len, d_to);
}

/// Whether a reference and those before it are what their neighbours say.
bool reference_channel::seems_still(int reference)
{
    if (d_timing[reference].lost) {
        return true;
    }
    const int row = d_layout.rows[reference], own = reference - d_bank.first(row);
    combine(row, d_middle);
    const float* weights = d_over_time->weights(row);
    double gain = 1 - 2 * weights[own];
    for (int t = 0; t < d_n_taps; ++t) {
        gain += weights[t] * weights[t];
    }
    const float* is = bundled(reference);
    d_misfit = MEMORY * d_misfit + bend(is, d_middle, is, 0, 2 * d_bundles_len);
    d_noise_alone = MEMORY * d_noise_alone + gain * d_noise_var * n();
    return d_misfit <= (1 + MOTION) * d_noise_alone;
}

/// Variance of what noise alone makes of a row's distance from the straight line between
/// two others, over that of the references.
double reference_channel::bend_gain(int from, int between, int to, double share) const
{
    const int rows[] = { from, between, to };
    const double factors[] = { share - 1, 1, -share };
    double gain = 0;
    for (int i = d_bank.first(from); i < d_bank.first(to) + d_n_taps; ++i) {
        double weight = 0;
        for (int k = 0; k < 3; ++k) {
            const int tap = i - d_bank.first(rows[k]);
            const bool is_taken = tap >= 0 && tap < d_n_taps;
            weight += is_taken ? factors[k] * d_over_time->weights(rows[k])[tap] : 0;
        }
        gain += weight * weight;
    }
    return gain;
}

/// Whether the row in the middle lies between the ends, but for a part of the noise.
bool reference_channel::is_straight(int from, int len) const
{
    const int middle = from + len / 2;
    const double share = double(len / 2) / len;
    // A bundle adds up as many values of the channel, and of independent noise.
    const double noise = d_noise_var * n() * bend_gain(from, middle, from + len, share);
    const double missed =
        bend(d_from, d_middle, d_to, static_cast<float>(share), 2 * d_bundles_len);
    return missed - noise <= LINE_ERROR * d_noise_var * n() * d_bank.bundle();
}

/// Whether the timing of references between two rows lies on the line between theirs.
bool reference_channel::is_timing_straight(int from, int len) const
{
    const double edge = M_PI * n() / d_waveform.fft_len();
    const double a = tracked_delay(from), b = tracked_delay(from + len);
    for (int i = from / spacing() + 1; d_layout.rows[i] < from + len; ++i) {
        const double share = double(d_layout.rows[i] - from) / len;
        const double off = edge * (a + share * (b - a) - d_timing[i].delay);
        if (!(off * off / 3 * d_power <= TURN_ERROR * d_noise_var)) {
            return false;
        }
    }
    return true;
}

/// Whether rows between two others lie on a line in all respects, and none is lost.
bool reference_channel::is_regular(int from, int to) const
{
    for (int i = from / spacing(); d_layout.rows[i] < to; ++i) {
        if (d_timing[i].lost || d_timing[i + 1].lost) {
            return false;
        }
    }
    const double moved = known_delay(to) - known_delay(from);
    return std::abs(moved - (to - from) * d_delay_per_row) < 0.5; // by no whole sample
}

void reference_channel::begin_frame()
{
    bool is_still = true;
    for (int i = 0; i < d_n_observed; ++i) {
        const bool has_neighbours =
            d_bank.first(d_layout.rows[i]) + d_n_taps <= d_n_observed;
        is_still = has_neighbours ? seems_still(i) : is_still;
    }
    d_over_time = is_still ? d_over_time : d_moving;
    combine(0, d_to);
    filter(d_to, plane(d_n_spans));
}

bool reference_channel::begin_span()
{
    const int from = std::max(d_to_row, 0), end = end_of_span(from);
    if (d_n_observed < d_bank.first(end) + d_n_taps) {
        return false;
    }
    if (d_to_row < 0) {
        begin_frame();
    }
    std::swap(d_from, d_to);
    // A longer one than the last is tried once between two references.
    const bool is_first = from % spacing() == 0;
    int len = std::min(end - from, is_first ? 2 * d_span_len : d_span_len);
    combine_span(from, len);
    while (len > 1 && !(is_timing_straight(from, len) && is_straight(from, len))) {
        len = (len + 1) / 2;
        combine_span(from, len);
    }
    const bool is_reference = d_waveform.is_reference_row(from + len);
    if (d_over_time != d_moving && is_reference &&
        !seems_still((from + len + spacing() - 1) / spacing())) {
        d_over_time = d_moving;
        combine_span(from, len);
    }
    filter(d_to, plane(++d_n_spans));
    d_from_row = from;
    d_to_row = from + len;
    d_from_delay = rotation_of(d_from_row).delay;
    d_to_delay = rotation_of(d_to_row).delay;
    d_is_regular = is_regular(from, d_to_row);
    d_span_len = std::max(len, 1);
    return true;
}

void reference_channel::filter(const float* bundles, float* plane) const
{
    d_over_frequency->apply(bundles, bundles + d_bundles_len, plane, plane + d_plane_len);
}

bool reference_channel::next(row_channel& channel)
{
    const int row = d_next_row;
    if (!d_over_frequency || row == d_n_pushed || (d_to_row < row && !begin_span())) {
        return false;
    }
    const int len = d_to_row - d_from_row;
    const float share = len > 0 ? static_cast<float>(row - d_from_row) / len : 1.0f;
    const float *from = plane(d_n_spans - 1), *to = plane(d_n_spans);
    const double delay = d_from_delay + share * (d_to_delay - d_from_delay);
    channel = {
        from,      from + d_plane_len,
        to,        to + d_plane_len,
        share,     d_is_regular ? row_rotation{ 0, delay, false } : rotation_of(row),
        d_n_spans, d_from_delay,
        d_to_delay
    };
    ++d_next_row;
    return true;
}

} // namespace dsp
} // namespace isac
} // namespace gr

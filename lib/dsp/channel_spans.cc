/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

// The part of channel_estimator that puts rows between anchors.

#include "anchor_pilots.h"
#include "filter_bank.h"
#include "reference_channel.h"
#include <gnuradio/isac/dsp/channel_estimator.h>
#include <gnuradio/isac/dsp/folded_channel.h>
#include <algorithm>

namespace gr {
namespace isac {
namespace dsp {

namespace {

// Over the noise, of rows on a straight line: of what moves, and of how they are turned.
constexpr double LINE_ERROR = 0.02, TURN_ERROR = 0.002;

} // namespace

bool channel_estimator::make_anchors(int last)
{
    d_tracker.settle();
    while (d_anchor_pilots->n_made() <= last) {
        const int first = d_over_time->first(d_anchor_pilots->n_made());
        if (d_n_pushed < first + d_over_time->n_taps()) {
            return false;
        }
        for (int t = 0; t < d_over_time->n_taps(); ++t) {
            d_taps[t] = observed(first + t);
        }
        d_anchor_pilots->make(*d_over_time, d_taps.data());
    }
    return true;
}

void channel_estimator::make_plane(int anchor, int at)
{
    collect_pilots(d_anchor_pilots->of(anchor));
    const int n = n_pilots();
    auto* out = const_cast<float*>(plane(at));
    d_over_frequency->apply(d_ls.data(), d_ls.data() + n, out, out + d_plane_len);
}

/// Whether rows between two anchors lie on a straight line, but for a part of the noise.
bool channel_estimator::is_straight(int from, int to) const
{
    const double limit = LINE_ERROR * d_noise_var;
    if (d_anchor_pilots->missed(from, to, d_anchors, *d_over_time, d_noise_var) > limit) {
        return false;
    }
    const double edge = 0.5 * d_waveform.n_subcarriers() / d_waveform.fft_len();
    const double power = d_anchor_pilots->power(to);
    row_channel c = {};
    c.from_delay = d_rotations[d_anchors[from]].delay;
    c.to_delay = d_rotations[d_anchors[to]].delay;
    const int apart = d_anchors[to] - d_anchors[from];
    for (int row = d_anchors[from]; row < d_anchors[to]; ++row) {
        c.share = static_cast<float>(row - d_anchors[from]) / apart;
        c.rotation = d_rotations[row];
        if (line_error(c, edge) * power > TURN_ERROR * d_noise_var) {
            return false;
        }
    }
    return true;
}

bool channel_estimator::begin_span()
{
    const int n_anchors = static_cast<int>(d_anchors.size());
    int to = d_to < 0 ? 0 : std::min(d_to + anchor_pilots::MOST_SPAN, n_anchors - 1);
    if (!make_anchors(to)) {
        return false;
    }
    const int from = std::max(d_to, 0);
    while (to > from + 1 && !is_straight(from, to)) {
        to = from + (to - from) / 2;
    }
    d_from = from;
    d_to = to;
    make_plane(to, ++d_n_spans % 2);
    d_between = channel_between();
    d_share_step = 1.0f / std::max(d_anchors[to] - d_anchors[from], 1);
    return true;
}

/// What the rows between the two anchors have in common.
row_channel channel_estimator::channel_between() const
{
    const int from = d_anchors[d_from], to = d_anchors[d_to];
    const auto* last = plane(d_n_spans % 2);
    const auto* first = d_from == d_to ? last : plane((d_n_spans + 1) % 2);
    return { first,
             first + d_plane_len,
             last,
             last + d_plane_len,
             1,
             {},
             d_n_spans,
             d_rotations[from].delay,
             d_rotations[to].delay };
}

bool channel_estimator::next(row_channel& channel)
{
    if (d_references) {
        return d_references->next(channel);
    }
    const int row = d_next_row;
    if (d_n_pushed < d_bank->n_taps() || row == d_n_pushed) {
        return false;
    }
    if ((d_to < 0 || d_anchors[d_to] < row) && !begin_span()) {
        return false;
    }
    channel = d_between;
    channel.share = 1 - (d_anchors[d_to] - row) * d_share_step;
    channel.rotation = d_rotations[row];
    ++d_next_row;
    return true;
}

} // namespace dsp
} // namespace isac
} // namespace gr

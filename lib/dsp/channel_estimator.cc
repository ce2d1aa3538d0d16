/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "anchor_pilots.h"
#include "filter_bank.h"
#include "pilot_kernels.h"
#include "pilot_layout.h"
#include "reference_channel.h"
#include "require.h"
#include <gnuradio/isac/dsp/channel_estimator.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr double ROW_SNR = 316; // 25 dB, of estimate()
constexpr double LEAST_NOISE = 1e-12;

/// Where a row for itself expects its delays: those of straight lines must be short.
double row_centre(const waveform& w, interpolation method)
{
    const bool any_delay =
        method == interpolation::WIENER || method == interpolation::DFT;
    return any_delay ? 0.5 * max_delay_of(w) : 0;
}

} // namespace

channel_estimator::channel_estimator(const waveform& w,
                                     interpolation method,
                                     double max_speed_mps)
    : d_waveform(w),
      d_offsets(pilot_offsets(w)),
      d_lanes(std::make_unique<pilot_lanes>(w)),
      d_row_filter(w.fft_len(),
                   known_cells(w),
                   w.n_subcarriers(),
                   method,
                   max_delay_of(w),
                   ROW_SNR),
      d_row_centre(row_centre(w, method)),
      d_tracker(w.fft_len(), d_lanes->offsets(), n_pilots()),
      d_profile(w.fft_len(), d_offsets),
      d_ls(2 * d_offsets.size()),
      d_rotations(w.n_symbols())
{
    d_stride = 2 * d_lanes->size();
    d_mean.resize(d_stride);
    d_plane_len = (w.n_subcarriers() + pilot_filter::LANES - 1) / pilot_filter::LANES *
                  pilot_filter::LANES;
    d_planes.resize(4 * d_plane_len);
    if (w.params().precoding == precoding::DFT) {
        d_references = std::make_unique<reference_channel>(w, method, max_speed_mps);
        d_lookahead = d_references->lookahead();
        return;
    }
    const auto l = layout_of(w, max_speed_mps);
    d_rows = l.rows;
    d_anchors = l.anchors;
    d_bank = std::make_unique<filter_bank>(l, method, 0.5 * d_profile.resolution());
    d_taps.resize(d_bank->n_taps());
    d_ring_len = d_bank->n_taps() + MOST_WAITING;
    d_observed.resize(d_ring_len * d_stride);

    d_anchor_pilots = std::make_unique<anchor_pilots>(d_stride, n_pilots());
    const int n_anchors = static_cast<int>(d_anchors.size());
    d_lookahead = d_rows[d_bank->first(0) + d_bank->n_taps() - 1] + 1;
    for (int anchor = 0; anchor + 1 < n_anchors; ++anchor) {
        const int last = std::min(anchor + anchor_pilots::MOST_SPAN, n_anchors - 1);
        const int row = d_rows[d_bank->first(last) + d_bank->n_taps() - 1];
        d_lookahead = std::max(d_lookahead, row - d_anchors[anchor]);
    }
    start(1);
}

channel_estimator::~channel_estimator() = default;
channel_estimator::channel_estimator(channel_estimator&&) noexcept = default;
channel_estimator& channel_estimator::operator=(channel_estimator&&) noexcept = default;

void channel_estimator::collect_pilots(const float* lanes)
{
    const int n = n_pilots(), n_lanes = d_lanes->size();
    const int* places = d_lanes->places().data();
    for (int i = 0; i < n; ++i) {
        d_ls[i] = lanes[places[i]];
        d_ls[n + i] = lanes[n_lanes + places[i]];
    }
}

void channel_estimator::estimate(span<const std::complex<float>> row,
                                 span<std::complex<float>> channel)
{
    require_len("row", row.size(), d_waveform.n_subcarriers());
    require_len("channel", channel.size(), d_waveform.n_subcarriers());
    const int n = n_pilots();
    d_lanes->read(row.data(), 1, d_mean.data());
    d_lanes->turn(d_row_centre / d_waveform.fft_len(), d_mean.data());
    collect_pilots(d_mean.data());
    auto* re = d_planes.data();
    auto* im = re + d_plane_len;
    d_row_filter.apply(d_ls.data(), d_ls.data() + n, re, im);
    const row_channel c = { re, im, re, im, 1, { 0, d_row_centre, false } };
    expand(c, channel);
}

double channel_estimator::estimate_frame(span<const std::complex<float>> rows,
                                         span<std::complex<float>> channel,
                                         double noise_var,
                                         double delay_per_row)
{
    require_len("rows", rows.size(), d_waveform.grid_len());
    require_len("channel", channel.size(), d_waveform.grid_len());
    const std::size_t row_len = d_waveform.n_subcarriers();
    start(noise_var, delay_per_row);
    std::size_t done = 0;
    for (std::size_t at = 0; at < rows.size(); at += row_len) {
        push({ rows.data() + at });
        row_channel c;
        for (; next(c); done += row_len) {
            expand(c, channel.subspan(done, row_len));
        }
    }
    return this->noise_var();
}

void channel_estimator::start(double noise_var, double delay_per_row)
{
    if (d_references) {
        return d_references->start(noise_var, delay_per_row);
    }
    d_noise_var = noise_var > LEAST_NOISE ? noise_var : LEAST_NOISE;
    d_tracker.start(delay_per_row);
    d_n_pushed = d_next_row = 0;
    d_from = d_to = -1;
    d_anchor_pilots->clear();
}

void channel_estimator::push(const row_view& row)
{
    if (d_references) {
        return d_references->push(row);
    }
    if (d_n_pushed == d_waveform.n_symbols()) {
        throw std::logic_error("channel_estimator: the frame has no more rows");
    }
    float* pilots = observed(d_n_pushed);
    d_lanes->read(row.cells, row.scale, pilots);
    d_rotations[d_n_pushed++] = d_tracker.track(pilots, pilots + d_lanes->size());
    if (d_n_pushed == d_bank->n_taps()) {
        open();
    }
}

double channel_estimator::measure_noise()
{
    double sum = 0;
    int n = 0;
    for (int i = 1; i + 1 < d_n_pushed; ++i) {
        if (!d_rotations[i - 1].lost && !d_rotations[i].lost &&
            !d_rotations[i + 1].lost) {
            sum += bend(observed(i - 1), observed(i), observed(i + 1), 0.5f, d_stride);
            ++n;
        }
    }
    // The phase of each row is fitted: one dimension of 2 n_pilots has no noise left.
    const double dimensions = n_pilots() - 0.5;
    return n > 0 && std::isfinite(sum) ? sum / (1.5 * n * dimensions) : d_noise_var;
}

void channel_estimator::open()
{
    d_tracker.settle();
    d_profile.clear();
    for (int i = 0; i < d_n_pushed; ++i) {
        if (!d_rotations[d_rows[i]].lost) {
            collect_pilots(observed(i));
            d_profile.add(d_ls.data(), d_ls.data() + n_pilots());
        }
    }
    d_noise_var = std::max(measure_noise(), LEAST_NOISE);
    const auto choice = d_bank->choose(d_profile, d_noise_var);
    d_over_frequency = choice.frequency;
    d_over_time = choice.time;
    for (int i = 0; i < d_n_pushed; ++i) {
        d_lanes->turn(choice.centre / d_waveform.fft_len(), observed(i));
        d_rotations[d_rows[i]].delay += choice.centre;
    }
    d_tracker.shift(choice.centre);
}

double channel_estimator::noise_var() const
{
    return d_references ? d_references->noise_var() : d_noise_var;
}

} // namespace dsp
} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_REFERENCE_CHANNEL_H
#define INCLUDED_ISAC_DSP_REFERENCE_CHANNEL_H

#include "filter_bank.h"
#include <gnuradio/isac/dsp/channel_estimator.h>
#include <volk/volk_alloc.hh>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * The channel of DFT-s-OFDM: what channel_estimator is where only reference rows have
 * pilots, those in every cell they use.
 *
 * A reference row is filtered over frequency as it comes. Every row can then be a
 * weighted sum of the nearest references, time_filter's: two references apart by less
 * than half a turn of the fastest Doppler shift say all about the rows between them. For
 * that their phases must stay as they came. Most scenes move little between two
 * references: rows where the channel stays on a straight line are given its two ends.
 * What rows between them have in common in addition, phase noise, shows in the known
 * chips of a row and not here. Timing is tracked, as clocks move it by more than paths
 * do, but slowly: what whole samples the row was moved by must be known.
 */
class reference_channel
{
public:
    reference_channel(const waveform& w, interpolation method, double max_speed_mps);

    void start(double noise_var, double delay_per_row);
    void push(const row_view& row);
    bool next(row_channel& channel);

    int lookahead() const { return d_lookahead; }
    double noise_var() const { return d_noise_var; }

private:
    /// That a span reaches over, at most: another one makes all rows wait for eight more.
    static constexpr int MOST_REFERENCES = 4;

    struct timing {
        double delay; ///< samples, what is known of it not counted
        bool lost;
    };

    void observe(const row_view& row, double delay, float* re, float* im);
    bool track(const float* re, const float* im);
    void open();
    double measure_noise();
    void bundle(int reference);
    void choose_taps(int first);
    void combine(int row, float* bundles);
    void combine_span(int from, int len);
    bool seems_still(int reference);
    bool is_straight(int from, int len) const;
    bool is_timing_straight(int from, int len) const;
    double bend_gain(int from, int between, int to, double share) const;
    void begin_frame();
    bool begin_span();
    void filter(const float* bundles, float* plane) const;
    int end_of_span(int from) const;
    bool is_regular(int from, int to) const;
    double tracked_delay(int row) const;
    row_rotation rotation_of(int row) const;

    /// Rows from one reference to the next; the last one may be nearer.
    int spacing() const { return d_waveform.params().reference_spacing; }

    /// Samples that a row is late, of those that are known beforehand.
    double known_delay(int row) const
    {
        const double delay = row * d_delay_per_row; // std::round() would be a call
        return delay -
               static_cast<double>(static_cast<long>(delay + (delay < 0 ? -0.5 : 0.5)));
    }

    int n() const { return static_cast<int>(d_offsets.size()); }
    float* observed(int i) { return d_observed.data() + i % d_n_taps * 2 * n(); }
    float* bundled(int i) { return d_bundles.data() + i % d_n_kept * 2 * d_bundles_len; }
    float* plane(int span) { return d_planes.data() + span % 2 * 2 * d_plane_len; }

    waveform d_waveform;
    pilot_layout d_layout;
    std::vector<int> d_offsets;    // [n], cells from DC
    std::vector<float> d_known[2]; // [2, n], what divides them out, planar; if it falls
    int d_stride;                  // cells from one that is tracked to the next
    std::vector<int> d_places;     // of those, for the tracker
    pilot_tracker d_tracker;
    delay_profile d_profile;
    filter_bank d_bank;
    int d_n_taps, d_n_kept, d_bundles_len, d_plane_len, d_lookahead;

    std::vector<float> d_tracked;     // [2, n lanes]
    volk::vector<float> d_observed;   // [n_taps, 2, n], until the filters are chosen
    volk::vector<float> d_bundles;    // [n_kept, 2, bundles_len]
    volk::vector<float> d_ends;       // [3, 2, bundles_len], of three rows of a span:
    float *d_from, *d_middle, *d_to;  // its ends and the one in its middle
    volk::vector<float> d_planes;     // [2, 2, plane_len], of the ends of a span
    std::vector<const float*> d_taps; // [n_taps]
    std::vector<timing> d_timing;     // [n references]

    // of this frame
    const pilot_filter* d_over_frequency = nullptr;
    const time_filter *d_over_time = nullptr, *d_moving = nullptr;
    double d_misfit = 0, d_noise_alone = 0; // of still references, recent ones
    double d_noise_var = 1, d_delay_per_row = 0, d_power = 0;
    int d_n_pushed = 0, d_n_observed = 0, d_next_row = 0;
    int d_from_row = 0, d_to_row = -1; // of the span, if it has begun
    double d_from_delay = 0, d_to_delay = 0;
    bool d_is_regular = false; // its timing is a line between these, no row is lost
    int d_span_len = 0;        // as far as the last one went
    int d_n_spans = 0;         // ever begun
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_REFERENCE_CHANNEL_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_CHANNEL_ESTIMATOR_H
#define INCLUDED_ISAC_DSP_CHANNEL_ESTIMATOR_H

#include <gnuradio/isac/dsp/delay_profile.h>
#include <gnuradio/isac/dsp/pilot_filter.h>
#include <gnuradio/isac/dsp/pilot_tracker.h>
#include <gnuradio/isac/dsp/span.h>
#include <gnuradio/isac/waveform.h>
#include <volk/volk_alloc.hh>
#include <complex>
#include <memory>

namespace gr {
namespace isac {
namespace dsp {

class anchor_pilots;
class filter_bank;
class pilot_lanes;
class reference_channel;

/// The cells of a row.
struct row_view {
    const std::complex<float>* cells; ///< [n_subcarriers]
    float scale = 1;                  ///< that every cell still has to be multiplied by
};

/*!
 * The channel of one row: ((1 - share) * from + share * to) on each cell, turned by
 * rotation. The planes hold until the row after it is asked for.
 */
struct row_channel {
    const float *from_re, *from_im, *to_re, *to_im; ///< [n_subcarriers]
    float share;
    row_rotation rotation;
    int span = 0; ///< counts the pairs of from and to, never twice the same
    double from_delay = 0, to_delay = 0; ///< of the rotation in the rows from and to
};

/*!
 * Pilots of a frame to the channel on every cell of it.
 *
 * Per row, pilot_tracker takes out the common phase and the timing. What is left moves
 * only as fast as the scene: time_filter averages it over neighbouring rows, for speeds
 * up to max_speed_mps; pilot_filter, chosen for the delays and the noise of the frame,
 * interpolates it to all cells. Both are done for every fourth row or so, the anchors,
 * fewer where little moves, and rows in between lie on a straight line. So a row is ready
 * only when rows behind it have been seen. With DFT precoding only reference rows have
 * pilots, in every cell used; reference_channel takes them.
 */
class ISAC_API channel_estimator
{
public:
    /*!
     * \param w the waveform
     * \param method how the channel between the pilots is found
     * \param max_speed_mps fastest motion to follow: what one end of the link moves
     *        relative to the other and to what reflects
     */
    explicit channel_estimator(const waveform& w,
                               interpolation method = interpolation::WIENER,
                               double max_speed_mps = 40);
    ~channel_estimator();
    channel_estimator(channel_estimator&&) noexcept;
    channel_estimator& operator=(channel_estimator&&) noexcept;

    /*!
     * One row for itself, for delays anywhere in the prefix, without memory.
     * \param row [n_subcarriers], received.
     * \param channel [n_subcarriers], receives the estimate, DC included.
     * \throws std::invalid_argument if a length is wrong.
     */
    void estimate(span<const std::complex<float>> row, span<std::complex<float>> channel);

    /// Variance of the error of estimate() over the noise variance, mean over the cells.
    double noise_gain() const { return d_row_filter.noise_gain(); }

    /*!
     * A whole frame.
     * \param rows [n_symbols * n_subcarriers], received.
     * \param channel [n_symbols * n_subcarriers], receives the estimate; 0 where a row
     * was lost: all zero or not finite. \param noise_var E|n|^2 of a cell, a first guess.
     * \param delay_per_row see start(). \returns the noise variance, measured.
     * \throws std::invalid_argument if a length is wrong.
     */
    double estimate_frame(span<const std::complex<float>> rows,
                          span<std::complex<float>> channel,
                          double noise_var,
                          double delay_per_row = 0);

    /*!
     * Begins a frame that comes row by row.
     * \param noise_var E|n|^2 of a cell, a first guess.
     * \param delay_per_row samples that each row arrives later than the one before, if
     * known; whoever cut out the rows made up for it by whole samples, rounded.
     */
    void start(double noise_var, double delay_per_row = 0);

    /// Rows that may come before next() is asked again.
    static constexpr int MOST_WAITING = 16;

    /// The next row has come. Take all that next() has to give once MOST_WAITING have.
    void push(const row_view& row);

    /*! Gives the channel of the next row if enough rows behind it have come.
     *  \returns whether it did. */
    bool next(row_channel& channel);

    /// Rows that can have been pushed and not yet come out of next().
    int lookahead() const { return d_lookahead; }

    /// E|n|^2 of a cell of this frame; measured once next() has given the first row.
    double noise_var() const;

    /// Writes out the channel of one row, [n_subcarriers].
    void expand(const row_channel& c, span<std::complex<float>> channel) const;

private:
    void collect_pilots(const float* lanes);
    void open();
    int n_pilots() const { return static_cast<int>(d_offsets.size()); }
    double measure_noise();
    bool make_anchors(int last);
    bool is_straight(int from, int to) const;
    row_channel channel_between() const;
    bool begin_span();
    void make_plane(int anchor, int plane);

    float* observed(int i) { return d_observed.data() + i % d_ring_len * d_stride; }
    const float* observed(int i) const
    {
        return d_observed.data() + i % d_ring_len * d_stride;
    }
    const float* plane(int i) const { return d_planes.data() + i * 2 * d_plane_len; }

    waveform d_waveform;
    std::vector<int> d_offsets; // [n_pilots], cells from DC
    std::vector<int> d_rows;    // that carry pilots
    std::vector<int> d_anchors; // rows
    std::unique_ptr<pilot_lanes> d_lanes;
    pilot_filter d_row_filter; // of estimate()
    double d_row_centre;       // samples
    pilot_tracker d_tracker;
    delay_profile d_profile;
    std::unique_ptr<filter_bank> d_bank;
    std::unique_ptr<anchor_pilots> d_anchor_pilots;
    std::unique_ptr<reference_channel> d_references; // with DFT precoding, or null
    int d_lookahead;

    std::vector<float> d_ls; // [2, n_pilots]
    std::vector<const float*> d_taps;
    std::vector<float> d_mean; // [2, n lanes]
    int d_stride, d_ring_len;
    volk::vector<float> d_observed; // [ring_len, 2, n lanes]
    int d_plane_len;
    std::vector<float> d_planes;           // [2, 2, plane_len], of two anchors
    std::vector<row_rotation> d_rotations; // [n_symbols]

    // of this frame
    const pilot_filter* d_over_frequency = nullptr;
    const class time_filter* d_over_time = nullptr;
    double d_noise_var = 1;
    int d_n_pushed = 0, d_next_row = 0;
    int d_from = -1, d_to = -1; // anchors between which the next row lies
    row_channel d_between = {}; // without what is the row's own
    float d_share_step = 0;     // from row to row
    int d_n_spans = 0;          // ever begun; the last one's planes are of its parity
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_CHANNEL_ESTIMATOR_H */

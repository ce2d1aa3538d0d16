/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_FOLDED_CHANNEL_H
#define INCLUDED_ISAC_DSP_FOLDED_CHANNEL_H

#include <gnuradio/isac/dsp/channel_estimator.h>
#include <volk/volk_alloc.hh>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * What turning a row by a straight line between two channels leaves behind, over the
 * power of the channel, mean over the cells.
 * \param edge turns of the outermost cell that a delay of one sample makes
 */
double line_error(const row_channel& c, double edge);

/// |h|^2 of the cells of a channel, and of what pads them.
struct channel_power {
    float mean, most, least;
};

/*!
 * The channel of rows with their timing folded in, as the demapping kernels read it.
 *
 * Turning every cell of every row by the delay of the row costs more than demapping it.
 * So the two channels that rows lie between are turned once, and a row between them takes
 * a point on the straight line, as long as what that misses is far below the noise. A row
 * whose timing jumps, or all rows while clocks drift fast at high SNR, are turned one by
 * one.
 */
class ISAC_API folded_channel
{
public:
    folded_channel(int fft_len, int n_cells);

    /// Rows of demap_job::channel and the share that goes with them.
    struct view {
        const float* planes;
        float share;
        channel_power power; ///< mean at the end of the span, most and least at both
    };

    /*!
     * \param c the channel of a row, its rotation not lost.
     * \param noise_var E|n|^2 of a cell.
     * \returns it without the common phase of the row; valid until the next call.
     */
    view of(const row_channel& c, double noise_var);

private:
    void begin_span(const row_channel& c);
    bool is_straight(const row_channel& c, double noise_var) const;
    channel_power
    turn(const row_channel& c, float share, double delay, bool is_fresh, float* planes);

    int d_fft_len, d_n_cells, d_n_blocks;
    volk::vector<float> d_span_planes, d_row_planes;
    channel_power d_power = {}, d_to_power = {};
    // of the span in d_span_planes
    int d_span = -1;
    const float* d_to_re = nullptr;
    double d_to_delay = 0;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_FOLDED_CHANNEL_H */

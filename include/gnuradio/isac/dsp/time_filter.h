/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_TIME_FILTER_H
#define INCLUDED_ISAC_DSP_TIME_FILTER_H

#include <gnuradio/isac/api.h>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Weights that turn pilots of several rows into those of one row, the anchor: the linear
 * MMSE estimate for Doppler shifts spread evenly over [-doppler, doppler].
 *
 * Any motion up to that speed is followed, whatever its true spectrum: the even one is
 * the least that can be assumed. An anchor uses the rows around it as far as the frame
 * goes.
 */
class ISAC_API time_filter
{
public:
    /*!
     * \param rows times of the observations, in rows, ascending
     * \param anchors times of the anchors, in rows, ascending
     * \param n_taps observations an anchor uses, at most
     * \param doppler largest shift, turns a row
     * \param snr of an observation, a power ratio
     * \param keeps_standstill whether what does not move must come out as large as it is.
     *        Few taps make it smaller otherwise, and each anchor by another factor: rows
     *        of a channel at rest would seem to move.
     */
    time_filter(const std::vector<int>& rows,
                const std::vector<int>& anchors,
                int n_taps,
                double doppler,
                double snr,
                bool keeps_standstill = false);

    int n_taps() const { return d_n_taps; }

    /// The first of the n_taps() observations that an anchor uses.
    int first(int anchor) const { return d_first[anchor]; }

    /// Their weights, [n_taps()].
    const float* weights(int anchor) const { return &d_weights[anchor * d_n_taps]; }

    /// Variance of an anchor over that of an observation, mean over the anchors.
    double noise_gain() const { return d_noise_gain; }

    /// Anchors, one to the next counted, over which bend_gain() may reach.
    static constexpr int REACH = 5;

    /// Variance of what noise alone makes of an anchor's distance from the straight line
    /// between two others, \p share of the way from one to the other, over that of an
    /// observation.
    double bend_gain(int from, int between, int to, double share) const;

private:
    double correlate(int a, int b) const;
    double correlation(int a, int b) const; // looked up

    int d_n_taps;
    std::vector<int> d_first;
    std::vector<float> d_weights;       // [n_anchors, n_taps]
    std::vector<double> d_correlations; // [n_anchors, REACH], with those that follow
    double d_noise_gain = 0;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_TIME_FILTER_H */

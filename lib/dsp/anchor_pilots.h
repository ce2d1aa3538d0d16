/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_ANCHOR_PILOTS_H
#define INCLUDED_ISAC_DSP_ANCHOR_PILOTS_H

#include <gnuradio/isac/dsp/time_filter.h>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Pilots of the anchors, averaged over time, and how far apart two of them may stand.
 *
 * Interpolating the pilots of an anchor to all cells costs as much as demapping a row.
 * A scene that moves less than the fastest one that anchors are made for needs fewer of
 * them: one that lies on the straight line between its neighbours, but for what noise
 * explains, says nothing new.
 */
class anchor_pilots
{
public:
    /// Anchors from one that is kept to the next, at most.
    static constexpr int MOST_SPAN = time_filter::REACH - 1;

    /// \param n_lanes floats of each, \param n_pilots that they hold
    anchor_pilots(int n_lanes, int n_pilots);

    void clear() { d_n_made = 0; }

    /// Of the next anchor, from its observations. \param rows [n_taps]
    void make(const time_filter& filter, const float* const* rows);

    int n_made() const { return d_n_made; }

    /// One of the MOST_SPAN + 1 that were made last, [n_lanes].
    const float* of(int anchor) const;

    /// E|pilot|^2 of an anchor.
    double power(int anchor) const;

    /*!
     * \param rows of all anchors \param noise_var E|n|^2 of an observation
     * \returns what a straight line misses of the anchors between these two, at most,
     * mean over the pilots; less than 0 if noise explains more.
     */
    double missed(int from,
                  int to,
                  const std::vector<int>& rows,
                  const time_filter& filter,
                  double noise_var) const;

private:
    int d_n_lanes, d_n_pilots, d_n_made = 0;
    std::vector<float> d_pilots; // [MOST_SPAN + 1, n_lanes]
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_ANCHOR_PILOTS_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "anchor_pilots.h"
#include "pilot_kernels.h"
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

anchor_pilots::anchor_pilots(int n_lanes, int n_pilots)
    : d_n_lanes(n_lanes), d_n_pilots(n_pilots), d_pilots((MOST_SPAN + 1) * n_lanes)
{
}

const float* anchor_pilots::of(int anchor) const
{
    return d_pilots.data() + anchor % (MOST_SPAN + 1) * d_n_lanes;
}

void anchor_pilots::make(const time_filter& filter, const float* const* rows)
{
    combine_rows(rows,
                 filter.weights(d_n_made),
                 filter.n_taps(),
                 d_n_lanes,
                 const_cast<float*>(of(d_n_made)));
    ++d_n_made;
}

double anchor_pilots::power(int anchor) const
{
    const int half = d_n_lanes / 2;
    return sum_of_squares(of(anchor), of(anchor) + half, half) / d_n_pilots;
}

double anchor_pilots::missed(int from,
                             int to,
                             const std::vector<int>& rows,
                             const time_filter& filter,
                             double noise_var) const
{
    // A sum of n squares of complex noise strays by 1 / sqrt(n). To believe all of that
    // noise would let as much motion pass; half of it keeps most spans at standstill.
    const double stray = 1 + 0.5 / std::sqrt(static_cast<double>(d_n_pilots));
    double most = -1;
    for (int i = from + 1; i < to; ++i) {
        const double share = double(rows[i] - rows[from]) / (rows[to] - rows[from]);
        const double bent =
            bend(of(from), of(i), of(to), static_cast<float>(share), d_n_lanes) /
            d_n_pilots;
        const double noise = noise_var * filter.bend_gain(from, i, to, share);
        most = std::max(most, bent - stray * noise);
    }
    return most;
}

} // namespace dsp
} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_ECHO_LINE_H
#define INCLUDED_ISAC_DSP_ECHO_LINE_H

#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/// |x|^2 up to this counts as not sent: its inverse is no number.
constexpr float NOT_SENT = 1e-20f;

/*!
 * Cells of sent power u and received power p, of which E p = u P + s2: a straight line
 * whose slope is the power of the echoes and whose offset is the noise.
 *
 * The sums run over the sent cells with the weight 1/(u + c)^2, which is the right one
 * for exponentially distributed p if c = s2/P.
 */
struct echo_line {
    echo_line(const std::vector<float>& u, const std::vector<float>& p, double c);

    /// s2/P in units of \p mean, kept in [1e-4, 1e4].
    double noise_to_echo_ratio(double mean) const;

    /// Mean of u/(u + c) over the sent cells.
    double mean_gain() const { return gain / n; }

    double w = 0, wu = 0, wuu = 0, wp = 0, wup = 0; // weighted sums of 1, u, u^2, p, up
    double gain = 0, n = 0;                         // of u/(u + c) and 1, not weighted
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_ECHO_LINE_H */

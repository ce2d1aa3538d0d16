/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_PHASE_LINE_H
#define INCLUDED_ISAC_DSP_PHASE_LINE_H

#include "tracking_kernels.h"
#include <cmath>
#include <complex>

namespace gr {
namespace isac {
namespace dsp {

/// The line around the common phase that moments follow, by its normal equations.
struct phase_line {
    double re, im; ///< the common phasor
    double slope;  ///< rad per cell
    double lean;   ///< rad, of the phase at DC from the common phase
};

inline phase_line phase_line_of(const moments& m)
{
    const double re = m.re[0], im = m.im[0];
    const double p0 = re * re + im * im;
    const double p1 = m.re[1] * re + m.im[1] * im;
    const double p2 = m.re[2] * re + m.im[2] * im;
    const double b = m.im[1] * re - m.re[1] * im;
    const double det = p0 * p2 - p1 * p1;
    if (!(p0 > 0)) {
        return { 1, 0, 0, 0 };
    }
    const double by = det > 1e-6 * p0 * p2 ? b / det : 0;
    const double size = 1 / std::sqrt(p0);
    return { re * size, im * size, p0 * by, -p1 * by };
}

/// The phasor at DC of a line. It leans little, but where nothing is left of the pilots
/// that were expected.
inline std::complex<float> phasor_of(const phase_line& l)
{
    const double z = l.lean * l.lean;
    double c = 1 - z * (1.0 / 2 - z / 24), s = l.lean * (1 - z * (1.0 / 6 - z / 120));
    if (!(z < 0.25)) {
        c = std::cos(l.lean);
        s = std::sin(l.lean);
    }
    return { static_cast<float>(l.re * c - l.im * s),
             static_cast<float>(l.re * s + l.im * c) };
}

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_PHASE_LINE_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_PHASE_LINE_H
#define INCLUDED_ISAC_DSP_PHASE_LINE_H

#include "tracking_kernels.h"
#include <algorithm>
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
    constexpr double MOST_LEAN = 0.5; // more is not linear
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
    return { re * size, im * size, p0 * by, std::clamp(-p1 * by, -MOST_LEAN, MOST_LEAN) };
}

/// The phasor at DC of a line. 1 / sqrt(1 + lean^2) to its third term.
inline std::complex<float> phasor_of(const phase_line& l)
{
    const double z = l.lean * l.lean;
    const double c = 1 - z * (0.5 - 0.375 * z), s = l.lean * c;
    return { static_cast<float>(l.re * c - l.im * s),
             static_cast<float>(l.re * s + l.im * c) };
}

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_PHASE_LINE_H */

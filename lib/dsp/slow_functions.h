/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_SLOW_FUNCTIONS_H
#define INCLUDED_ISAC_DSP_SLOW_FUNCTIONS_H

#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * What spans all tones up to a few quarter bins from zero: 1, cos and sin of
 * pi q (i - n/2) / (2 n) for q up to \p quarters, made orthogonal in this order with
 * mean square 1. The power of a tone in between is in the span, too, but for -46, -69,
 * -90 dB for quarters = 1, 2, 3.
 * \returns [2 quarters + 1][n], of which the first is all ones
 */
std::vector<std::vector<double>> slow_functions(int n, int quarters);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_SLOW_FUNCTIONS_H */

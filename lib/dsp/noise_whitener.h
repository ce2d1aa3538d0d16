/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_NOISE_WHITENER_H
#define INCLUDED_ISAC_DSP_NOISE_WHITENER_H

#include <complex>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * Makes the noise of neighbouring cells independent again after a window has mixed them.
 *
 * White noise of power 1 that passes a window correlates along the axis like the
 * transform of w^2, which a cosine series limits to a few lags where no item is empty.
 * With L L' = that matrix, L^-1 z has independent cells of power 1: what is fitted to it
 * weighs the cells as if there had been no window, and a window costs no accuracy any
 * more.
 */
class noise_whitener
{
public:
    /// For up to \p longest cells next to each other whose noise correlates so, from lag
    /// 0 on.
    noise_whitener(std::vector<double> correlations, int longest);

    /// Solves L x = cells in place: n cells, \p step apart.
    void apply(std::complex<double>* cells, int n, int step = 1) const;

private:
    int d_reach;                // lags that correlate
    std::vector<double> d_rows; // of L, [longest, d_reach + 1], the diagonal inverted
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_NOISE_WHITENER_H */

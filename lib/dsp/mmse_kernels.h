/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_MMSE_KERNELS_H
#define INCLUDED_ISAC_DSP_MMSE_KERNELS_H

#include <cstdint>

namespace gr {
namespace isac {
namespace dsp {

/// The cells of a side, and the channel on them: between two planes, turned.
struct gain_side {
    const float *from_re, *from_im, *to_re, *to_im;
    float share, noise_var;
    std::uint32_t start, step; // turn of the first cell, and from each to the next
    int n;
};

/*!
 * MMSE gains of a side.
 * \param gains [2 n], re and im alternate; written as far as whole groups of eight go, as
 *        planes are read
 * \returns the sum of 1 / (|h|^2 + noise_var)
 */
float make_gains(const gain_side& s, float* gains);

/// What the lines miss by in the middle, how far their ends are from there, and what the
/// noise leaves.
struct gain_deviation {
    float line, ends, noise;
};

/// Adds these up over some of the cells, for a side in the middle of gains.
void compare_gains(const gain_side& s,
                   const float* from,
                   const float* to,
                   gain_deviation* sum);

/// The points in the middle.
void halve(const float* from, const float* to, int n, float* middle);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_MMSE_KERNELS_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_REFERENCE_KERNELS_H
#define INCLUDED_ISAC_DSP_REFERENCE_KERNELS_H

#include <cstdint>

namespace gr {
namespace isac {
namespace dsp {

constexpr int PLANE_BLOCK = 16; // floats that combine_planes() takes at once

/*!
 * Cells to planes, each multiplied by what divides its known value out, and turned.
 * \param cells [2 n], re and im alternate
 * \param known_re, known_im [n]
 * \param start, step turn of the first cell, and from each to the next
 */
void read_reference(const float* cells,
                    const float* known_re,
                    const float* known_im,
                    float scale,
                    std::uint32_t start,
                    std::uint32_t step,
                    int n,
                    float* re,
                    float* im);

/// Turns n cells of planes, in the same way.
void turn_planes(std::uint32_t start, std::uint32_t step, int n, float* re, float* im);

/// Sums of 1, 2 or 4 neighbours, n a multiple of so many.
void add_bundles(const float* x, int n, int bundle, float* sums);

/// A weighted sum. \param n a multiple of PLANE_BLOCK
void combine_planes(
    const float* const* planes, const float* weights, int n_planes, int n, float* out);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_REFERENCE_KERNELS_H */

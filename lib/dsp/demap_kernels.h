/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_DEMAP_KERNELS_H
#define INCLUDED_ISAC_DSP_DEMAP_KERNELS_H

#include <cstdint>

namespace gr {
namespace isac {
namespace dsp {

/// Neighbouring cells of a row, and what it takes to turn them into soft bits.
struct demap_job {
    const float* cells;                             ///< [2 n], re and im alternate
    int n;                                          ///< a multiple of DEMAP_LANES
    const float *from_re, *from_im, *to_re, *to_im; ///< [n], channel at two anchors
    float share;                                    ///< of the second
    const float *coarse_re, *coarse_im; ///< [n / 8], turn of every eighth cell
    const float *fine_re, *fine_im;     ///< [8], turns from there on
    float symbol_scale;                 ///< conj(channel) * cell to soft bits
    float power_scale;                  ///< |channel|^2 to soft bits
};

constexpr int DEMAP_LANES = 16; // cells

/*!
 * Equalises and demaps: the max-log LLRs of Gray-mapped QAM without a division.
 *
 * With v = conj(h) y and c = |h|^2, both scaled, the LLR of the sign of a part among
 * amplitudes +-c, +-3c.. is |v| + sum max(|v| - 2kc, 0), and each further bit asks the
 * same of the distance to the middle of half as many amplitudes. All this is done with 16
 * bits, of which four are behind the point of a soft bit.
 *
 * \param bits_per_symbol 1, 2, 4, 6, 8
 * \param soft [n * bits_per_symbol], within +-SOFT_MAX
 */
void demap_cells(int bits_per_symbol, const demap_job& job, std::int8_t* soft);

/// The same without AVX2, for processors that lack it and for tests.
void demap_cells_portably(int bits_per_symbol, const demap_job& job, std::int8_t* soft);

// Shared by the two. More power than this per cell clips all its bits anyway, and sums of
// 16 amplitudes must fit 16 bits.
constexpr float FRACTION = 16; // parts of a soft bit's step
constexpr float MOST_POWER = 2047;

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_DEMAP_KERNELS_H */

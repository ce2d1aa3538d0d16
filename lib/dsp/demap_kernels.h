/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_DEMAP_KERNELS_H
#define INCLUDED_ISAC_DSP_DEMAP_KERNELS_H

#include <complex>
#include <cstdint>

namespace gr {
namespace isac {
namespace dsp {

constexpr int DEMAP_LANES = 16; // cells that the kernel takes at once
constexpr int DEMAP_GROUP = 8;  // cells that are written out at once

/// Where a cell of DEMAP_LANES stands in a plane of the channel: fours 0 2 1 3, so that
/// no register of eight needs to cross its halves to meet the cells.
constexpr int lane_of(int cell)
{
    const int four = cell / 4;
    return 4 * (four == 1 ? 2 : four == 2 ? 1 : four) + cell % 4;
}

/// A row, and what it takes to turn it into soft bits.
struct demap_job {
    const float* cells; ///< [2 n], re and im alternate
    int n;              ///< a multiple of DEMAP_LANES
    /// [n / DEMAP_LANES, 4, DEMAP_LANES], the channel, re and im, and what a share of 1
    /// adds to it, re and im; lanes as lane_of() says.
    /// Null for symbols that passed none.
    const float* channel;
    float share;
    std::complex<float> symbol_scale; ///< conj(channel) * cell to soft bits
    float power_scale;                ///< |channel|^2 to soft bits
    const std::uint8_t* keep;         ///< [n / DEMAP_GROUP], bit i: cell i has data
    const int* places;                ///< [n / DEMAP_GROUP], its first soft bit
    bool has_limit = true;            ///< whether power may exceed MOST_POWER
};

/*!
 * Equalises and demaps: the max-log LLRs of Gray-mapped QAM without a division.
 *
 * With v = conj(h) y and c = |h|^2, both scaled, the LLR of the sign of a part among
 * amplitudes +-c, +-3c.. is |v| + sum max(|v| - 2kc, 0), and each further bit asks the
 * same of the distance to the middle of half as many amplitudes. All this is done with 16
 * bits, of which four are behind the point of a soft bit.
 *
 * \param bits_per_symbol 1, 2, 4, 6, 8
 * \param soft within +-SOFT_MAX. Up to 32 * bits_per_symbol of them after the place of a
 *        group are overwritten, whatever it keeps.
 */
void demap_cells(int bits_per_symbol, const demap_job& job, std::int8_t* soft);

/// The same for processors that lack what the next ones take, and for tests.
void demap_cells_portably(int bits_per_symbol, const demap_job& job, std::int8_t* soft);

#if defined(__x86_64__) && defined(__GNUC__)
/// The same with AVX2, for more than one bit per symbol.
bool has_demap_avx2();
void demap_cells_avx2(int bits_per_symbol, const demap_job& job, std::int8_t* soft);

/// The same of symbols that passed no channel.
void demap_symbols_avx2(int bits_per_symbol, const demap_job& job, std::int8_t* soft);

/// The same with AVX-512.
bool has_demap_avx512();
void demap_cells_avx512(int bits_per_symbol, const demap_job& job, std::int8_t* soft);
#endif

// Shared by all. More power than this per cell clips all its bits anyway, and sums of
// 16 amplitudes must fit 16 bits.
constexpr float FRACTION = 16; // parts of a soft bit's step
constexpr float MOST_POWER = 2047;

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_DEMAP_KERNELS_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_ROW_MAP_KERNEL_H
#define INCLUDED_ISAC_DSP_ROW_MAP_KERNEL_H

#include <complex>
#include <cstddef>
#include <cstdint>

namespace gr {
namespace isac {
namespace dsp {

constexpr int ROW_GROUP = 8; // items: two registers
constexpr int ROW_LOAD = 16; // bits, a byte each, that are fetched at once

/// Eight neighbouring items of a row whose data are neighbours in the bits too.
struct row_map_group {
    std::uint32_t at;       ///< first item
    std::uint32_t pattern;  ///< of the bits in it
    std::uint32_t first[4]; ///< bits that are fetched: for all items, or for two each
};

/// How the bits of a group spread over its 16 amplitudes.
struct row_map_pattern {
    /// Each pair of items, 16 bytes, picks from what was fetched for it; 128 is none.
    alignas(32) std::uint8_t pick[ROW_GROUP * 8];
    std::uint32_t is_data[ROW_GROUP * 2]; ///< all ones where it is
    /// The items that stay, among zeros or, if a bit is a sign, amplitudes that take it.
    float constant[ROW_GROUP * 2];
};

struct row_map {
    const row_map_group* groups;
    std::size_t n_groups;
    const row_map_pattern* patterns;
    const float* levels; ///< [8], by the last three bits of an amplitude
};

/// Bits of one amplitude are signs up to two bits an item, and choose a level above.
constexpr bool bits_are_signs(int bits_per_symbol) { return bits_per_symbol <= 2; }

bool row_map_has_avx2();

/// Writes all groups of \p row. Quickest where it starts on 32 bytes.
void map_groups_avx2(int bits_per_symbol,
                     const row_map& map,
                     const std::uint8_t* bits,
                     std::complex<float>* row);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_ROW_MAP_KERNEL_H */

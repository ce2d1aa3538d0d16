/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_ROW_MAPPER_H
#define INCLUDED_ISAC_DSP_ROW_MAPPER_H

#include <gnuradio/isac/api.h>
#include <gnuradio/isac/dsp/span.h>
#include <gnuradio/isac/dsp/symbol_mapper.h>
#include <volk/volk_alloc.hh>
#include <complex>
#include <cstdint>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

struct row_map_group;
struct row_map_pattern;

/*!
 * Coded bits straight to a row in which some items are data and all others always the
 * same: what symbol_mapper and row_filler do, in one pass.
 *
 * The row is written in groups of eight items. Where its data lie in a group, and so how
 * its bits spread over the registers, is found out once; few groups differ.
 */
class ISAC_API row_mapper
{
public:
    /*!
     * \param modulation of the data.
     * \param row [n], the items that stay; what it has at \p positions does not matter.
     * \param positions in the row of the data, in the order of their bits.
     * \param scale of the data. The items that stay are taken as they are.
     */
    row_mapper(isac::modulation modulation,
               const std::vector<std::complex<float>>& row,
               const std::vector<int>& positions,
               float scale);
    ~row_mapper();
    row_mapper(row_mapper&&) noexcept;
    row_mapper& operator=(row_mapper&&) noexcept;

    /*!
     * \param bits [positions * bits per symbol]; only bit 0 of a byte counts.
     * \returns the row, [n], until the next call; it starts as a volk::vector does.
     * \throws std::invalid_argument if the length is wrong.
     */
    span<const std::complex<float>> map(span<const std::uint8_t> bits);

    /// Lets a processor with AVX2 use it (the default), or not: for tests.
    void use_avx2(bool allowed);

private:
    bool add_group(const std::vector<int>& data_at, int at, int n_bits);

    symbol_mapper d_mapper;
    std::vector<std::complex<float>> d_symbols; // all, scaled
    std::vector<int> d_positions;               // of the data
    std::vector<row_map_group> d_groups;        // of eight items each
    std::vector<row_map_pattern> d_patterns;    // that groups refer to
    std::vector<int> d_loose;                   // data that are in no group
    volk::vector<std::complex<float>> d_row;    // [n], and up to a whole group
    float d_levels[8];                          // scaled amplitudes of one dimension
    std::size_t d_len;                          // n
    bool d_avx2;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_ROW_MAPPER_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_CFAR_SCREEN_H
#define INCLUDED_ISAC_DSP_CFAR_SCREEN_H

#include "cfar_statistics.h"
#include "cfar_window.h"
#include "sector_sums.h"
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * The few cells of a map that can be above a threshold of CA or GO at all, at a third of
 * the price of all thresholds. In blocks of two by two: the blocks that are around all
 * four cells of a block, whichever it is, hold a part of what is around each of them,
 * and the threshold is never less than its factor on that part. Only where the greatest
 * of the four is more than this a cell needs a closer look. The greatest of the sectors'
 * means is no less than their mean, so this holds for GO as well.
 */
class cfar_screen
{
public:
    /// Are there blocks around, and few enough cells of noise that pass?
    static bool pays(const cfar_window& window, const std::vector<cfar_factor>& factors);

    cfar_screen(const cfar_window& window, const std::vector<cfar_factor>& factors);

    /*! Appends the cells that may be above, in any order.
     *  \param is_finite set to false if a cell of the map is not
     *  \returns false if there were so many that they are not worth it: none are good */
    bool look(const float* map, std::vector<int>& suspects, bool& is_finite);

private:
    void add_block(const float* map,
                   int row,
                   int column,
                   float at_least,
                   std::vector<int>& suspects) const;
    bool
    look_in_row(const float* map, int row, cells columns, std::vector<int>& suspects);

    const cfar_window d_window, d_blocks;
    sector_sums d_sums;
    std::vector<float> d_factor;          // [blocks.n_columns]
    std::vector<float> d_sum, d_greatest; // [blocks.n_rows, blocks.n_columns]
    std::vector<float> d_thresholds;      // of a row of blocks
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_CFAR_SCREEN_H */

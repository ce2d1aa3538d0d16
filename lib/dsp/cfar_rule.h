/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_CFAR_RULE_H
#define INCLUDED_ISAC_DSP_CFAR_RULE_H

#include "cfar_statistics.h"
#include "cfar_window.h"
#include <memory>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/*!
 * From the cells around a cell to its threshold; a map goes by row after row, in
 * ascending order. Settled once for all maps of one size.
 */
class cfar_rule
{
public:
    virtual ~cfar_rule() = default;

    /// Begins a map, [n_rows, n_columns], which must stay until its last row.
    virtual void begin(const float* map) = 0;

    /*! Appends the cells of the next row that are above their thresholds.
     *  \returns false if a cell in or around the row is not finite. */
    virtual bool find(std::vector<int>& above) = 0;

    /// The thresholds of the next row, in place of find(); returns the same.
    virtual bool thresholds(float* row) = 0;

    /// One threshold by the definition, of any map; infinite without a finite cell
    /// around.
    virtual float threshold(const float* map, int row, int column) const = 0;
};

std::unique_ptr<cfar_rule> make_mean_rule(const cfar_window& window,
                                          cfar_kind kind,
                                          const std::vector<cfar_factor>& factors);

std::unique_ptr<cfar_rule> make_order_rule(const cfar_window& window,
                                           const std::vector<cfar_factor>& factors);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_CFAR_RULE_H */

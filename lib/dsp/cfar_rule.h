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

/// From the cells around a cell to its threshold. Settled once for all maps of one size.
class cfar_rule
{
public:
    virtual ~cfar_rule() = default;

    /*! Appends the cells of a map that are above their thresholds, in any order.
     *  \returns false if a cell is not finite. */
    virtual bool find(const float* map, std::vector<int>& above) = 0;

    /// All thresholds of a map; returns the same.
    virtual bool thresholds(const float* map, float* thresholds) = 0;

    /// One threshold by the definition; infinite without a finite cell around.
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

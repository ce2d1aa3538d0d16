/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_ROW_WINDOW_H
#define INCLUDED_ISAC_DSP_ROW_WINDOW_H

#include <gnuradio/isac/dsp/window.h>
#include <gnuradio/isac/map_geometry.h>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

/// A window over the time of a map, without the preambles, of mean square 1 over the
/// rows.
inline std::vector<float> row_window(window kind, const map_geometry& g, int n_symbols)
{
    const auto slots = window_values(kind, g.n_slots());
    std::vector<float> rows;
    double power = 0;
    for (int frame = 0; frame < g.coherent_frames(); ++frame) {
        for (int m = 0; m < n_symbols; ++m) {
            rows.push_back(slots[frame * g.frame_step() + m]);
            power += static_cast<double>(rows.back()) * rows.back();
        }
    }
    const float scale = static_cast<float>(std::sqrt(rows.size() / power));
    for (auto& value : rows) {
        value *= scale;
    }
    return rows;
}

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_ROW_WINDOW_H */

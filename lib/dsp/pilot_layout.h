/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_PILOT_LAYOUT_H
#define INCLUDED_ISAC_DSP_PILOT_LAYOUT_H

#include <gnuradio/isac/waveform.h>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/// Where a frame has pilots, and what their filters must be designed for.
struct pilot_layout {
    int fft_len, n_cells;
    double max_delay;         ///< samples
    double doppler;           ///< turns a row
    std::vector<int> pilots;  ///< cells
    std::vector<int> rows;    ///< that carry pilots
    std::vector<int> anchors; ///< rows for which pilots are averaged
    int n_taps;               ///< rows that an anchor uses
};

pilot_layout layout_of(const waveform& w, double max_speed_mps);

/// Cells from DC to each pilot.
std::vector<int> pilot_offsets(const waveform& w);

/// Samples of delay to design for: delays that no pilot spacing can tell from shorter
/// ones get the benefit of the doubt.
double max_delay_of(const waveform& w);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_PILOT_LAYOUT_H */

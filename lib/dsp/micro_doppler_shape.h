/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_MICRO_DOPPLER_SHAPE_H
#define INCLUDED_ISAC_DSP_MICRO_DOPPLER_SHAPE_H

#include <gnuradio/isac/dsp/micro_doppler.h>

namespace gr {
namespace isac {
namespace dsp {

/// Refuses the range of a gate whose echo does not fit the prefix.
void check_gate(const waveform& w, double range_m);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_MICRO_DOPPLER_SHAPE_H */

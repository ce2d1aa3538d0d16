/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_TRACKING_KERNELS_H
#define INCLUDED_ISAC_DSP_TRACKING_KERNELS_H

#include "pilot_kernels.h"
#include <complex>

namespace gr {
namespace isac {
namespace dsp {

// What pilot_tracker does with the planar pilots of pilot_kernels.h.

/// What the pilots of the next row should be, and where the parts of the band lie.
struct pilot_model {
    const float* centres; ///< [PILOT_GROUPS], cells
    const float* jump;    ///< [2, PILOT_GROUPS], turn of a part by a delay of one sample
    float* predicted; ///< [n / PILOT_GROUPS, 4, PILOT_GROUPS], pilots re, im, and what
                      ///< they change by from row to row
};

/// Pilots that still have to be turned, all by the same phasor.
struct unsettled_pilots {
    float *re, *im;
    std::complex<float> by;
};

/// Sums over the band of x, x * c, x * c^2, x complex and c the centre of its part, and
/// one of x turned.
struct moments {
    float re[3], turned_re, im[3], turned_im;
};

/// What pilot_tracker wants to know of pilots x, next to their prediction y, of which the
/// change since the row before is t.
struct row_likeness {
    moments ahead; ///< of x conj(y); turned as if it had come a sample later
    moments level; ///< of x conj(y - t); turned: of x conj(y), a sample sooner
    float power;   ///< of x
};

row_likeness
compare_pilots(const pilot_model& model, int n, const float* re, const float* im);

/// Turns the pilots of a row, then predicts those of the next one.
void settle_pilots(const unsettled_pilots& row, const pilot_model& model, int n);

/// settle_pilots() of the row before, then turn_pilots() and compare_pilots(), in one
/// pass: what would be stored and loaded again stays in registers.
row_likeness follow_pilots(const unsettled_pilots& before,
                           const pilot_turns& turns,
                           const pilot_model& model,
                           int n,
                           float* re,
                           float* im);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_TRACKING_KERNELS_H */

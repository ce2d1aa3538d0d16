/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_PILOT_TURNER_H
#define INCLUDED_ISAC_DSP_PILOT_TURNER_H

#include "lanes.h"
#include "pilot_kernels.h"

namespace gr {
namespace isac {
namespace dsp {

ISAC_INLINE void turns_at(
    std::uint32_t start, std::uint32_t step, const int* at, lanes& cosine, lanes& sine)
{
    float c[PILOT_GROUPS], s[PILOT_GROUPS];
    for (int g = 0; g < PILOT_GROUPS; ++g) {
        fast_cos_sin(start + step * static_cast<std::uint32_t>(at[g]), c[g], s[g]);
    }
    load(c, cosine);
    load(s, sine);
}

/// Turns of the places in order; a regular comb needs no more than two of them.
class turner
{
public:
    ISAC_INLINE explicit turner(const pilot_turns& turns) : d_turns(turns)
    {
        turns_at(turns.start, turns.step, turns.at, d_c, d_s);
        float c, s;
        fast_cos_sin(turns.step * static_cast<std::uint32_t>(turns.stride), c, s);
        d_step_c = c - lanes{};
        d_step_s = s - lanes{};
    }

    ISAC_INLINE void turn_next(int i, lanes& re, lanes& im)
    {
        if (d_turns.stride == 0) {
            turns_at(d_turns.start, d_turns.step, d_turns.at + i, d_c, d_s);
        }
        turn(d_c, d_s, re, im);
        turn(d_step_c, d_step_s, d_c, d_s);
    }

private:
    const pilot_turns d_turns; // a copy: what is stored cannot change it
    lanes d_c, d_s, d_step_c, d_step_s;
};

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_PILOT_TURNER_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_LANES_H
#define INCLUDED_ISAC_DSP_LANES_H

#include "fast_math.h"
#include <cstdint>

namespace gr {
namespace isac {
namespace dsp {

// Eight floats that are worked on together, where the compiler leaves loops in pieces or
// in memory. It splits them where the registers are shorter. They are passed by
// reference: by value they would have another calling convention in each clone of
// ISAC_SIMD.

typedef float lanes __attribute__((vector_size(32)));
typedef std::int32_t lane_indices __attribute__((vector_size(32)));

// Not memcpy(): GCC 12 would take the halves through memory.
typedef float unaligned_lanes __attribute__((vector_size(32), aligned(4), may_alias));

ISAC_INLINE void load(const float* x, lanes& v)
{
    v = *reinterpret_cast<const unaligned_lanes*>(x);
}

ISAC_INLINE void store(const lanes& x, float* to)
{
    *reinterpret_cast<unaligned_lanes*>(to) = x;
}

typedef std::int32_t unaligned_indices
    __attribute__((vector_size(32), aligned(4), may_alias));

ISAC_INLINE void load(const std::int32_t* x, lane_indices& v)
{
    v = *reinterpret_cast<const unaligned_indices*>(x);
}

ISAC_INLINE void store(const lane_indices& x, std::int32_t* to)
{
    *reinterpret_cast<unaligned_indices*>(to) = x;
}

/// (re, im) times (c, s).
ISAC_INLINE void turn(const lanes& c, const lanes& s, lanes& re, lanes& im)
{
    const lanes x = re * c - im * s;
    im = re * s + im * c;
    re = x;
}

/// Cosines and sines of angles that are step apart, in units of 2^-32 turns.
ISAC_INLINE void
cos_sin_from(std::uint32_t start, std::uint32_t step, lanes& cosine, lanes& sine)
{
    float c[8], s[8];
    for (int i = 0; i < 8; ++i) {
        fast_cos_sin(start + step * static_cast<std::uint32_t>(i), c[i], s[i]);
    }
    load(c, cosine);
    load(s, sine);
}

ISAC_INLINE float sum_of(const lanes& x)
{
    return ((x[0] + x[4]) + (x[1] + x[5])) + ((x[2] + x[6]) + (x[3] + x[7]));
}

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_LANES_H */

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

/// Neighbours added, of each half: 0 + 1, 2 + 3 of x, then of y.
ISAC_INLINE void add_pairs(const lanes& x, const lanes& y, lanes& sums)
{
    constexpr lane_indices EVEN = { 0, 2, 8, 10, 4, 6, 12, 14 };
    constexpr lane_indices ODD = { 1, 3, 9, 11, 5, 7, 13, 15 };
    sums = __builtin_shuffle(x, y, EVEN) + __builtin_shuffle(x, y, ODD);
}

/// The sums of eight, side by side.
ISAC_INLINE void sums_of(const lanes (&x)[8], float* sums)
{
    constexpr lane_indices LOW = { 0, 1, 2, 3, 8, 9, 10, 11 };
    constexpr lane_indices HIGH = { 4, 5, 6, 7, 12, 13, 14, 15 };
    lanes two[4], four[2];
    for (int i = 0; i < 4; ++i) {
        add_pairs(x[2 * i], x[2 * i + 1], two[i]);
    }
    for (int i = 0; i < 2; ++i) {
        add_pairs(two[2 * i], two[2 * i + 1], four[i]);
    }
    store(__builtin_shuffle(four[0], four[1], LOW) +
              __builtin_shuffle(four[0], four[1], HIGH),
          sums);
}

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_LANES_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fast_math.h"
#include "ldpc_kernel.h"
#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

namespace gr {
namespace isac {
namespace dsp {

namespace {

// Vectors of GCC and Clang that every SIMD has in hardware: half of the words at a time.
typedef std::int8_t lanes __attribute__((vector_size(16)));
typedef std::uint8_t unsigned_lanes __attribute__((vector_size(16)));
typedef std::uint64_t quads __attribute__((vector_size(16)));

ISAC_INLINE lanes all(int x) { return lanes{} + static_cast<std::int8_t>(x); }
ISAC_INLINE lanes load(const std::int8_t* x)
{
    return *reinterpret_cast<const lanes*>(x);
}
ISAC_INLINE void store(std::int8_t* to, lanes x) { *reinterpret_cast<lanes*>(to) = x; }
ISAC_INLINE lanes exclusive_or(lanes a, lanes b) { return a ^ b; }
ISAC_INLINE lanes choose(lanes mask, lanes yes, lanes no)
{
    return (yes & mask) | (no & ~mask);
}
ISAC_INLINE lanes equal(lanes a, lanes b) { return a == b; }
ISAC_INLINE lanes negative(lanes x) { return x < lanes{}; }

#if defined(__SSE2__)
ISAC_INLINE lanes add(lanes a, lanes b)
{
    return (lanes)_mm_adds_epi8((__m128i)a, (__m128i)b);
}
ISAC_INLINE lanes subtract(lanes a, lanes b)
{
    return (lanes)_mm_subs_epi8((__m128i)a, (__m128i)b);
}
ISAC_INLINE lanes smaller(lanes a, lanes b)
{
    return (lanes)_mm_min_epu8((__m128i)a, (__m128i)b);
}
ISAC_INLINE lanes larger(lanes a, lanes b)
{
    return (lanes)_mm_max_epu8((__m128i)a, (__m128i)b);
}
#elif defined(__ARM_NEON)
ISAC_INLINE lanes add(lanes a, lanes b)
{
    return (lanes)vqaddq_s8((int8x16_t)a, (int8x16_t)b);
}
ISAC_INLINE lanes subtract(lanes a, lanes b)
{
    return (lanes)vqsubq_s8((int8x16_t)a, (int8x16_t)b);
}
ISAC_INLINE lanes smaller(lanes a, lanes b)
{
    return (lanes)vminq_s8((int8x16_t)a, (int8x16_t)b);
}
ISAC_INLINE lanes larger(lanes a, lanes b)
{
    return (lanes)vmaxq_s8((int8x16_t)a, (int8x16_t)b);
}
#else
/// \p x, or the end of the range on the side of \p a where x has left it.
ISAC_INLINE lanes saturated(lanes x, lanes a, lanes left)
{
    return choose(negative(left), negative(a) ^ all(127), x);
}
ISAC_INLINE lanes add(lanes a, lanes b)
{
    const lanes x = (lanes)((unsigned_lanes)a + (unsigned_lanes)b);
    return saturated(x, a, (a ^ x) & (b ^ x));
}
ISAC_INLINE lanes subtract(lanes a, lanes b)
{
    const lanes x = (lanes)((unsigned_lanes)a - (unsigned_lanes)b);
    return saturated(x, a, (a ^ b) & (a ^ x));
}
ISAC_INLINE lanes smaller(lanes a, lanes b) { return choose(a < b, a, b); }
ISAC_INLINE lanes larger(lanes a, lanes b) { return choose(a < b, b, a); }
#endif

ISAC_INLINE lanes minus(lanes size, lanes x) { return size - smaller(size, x); }
ISAC_INLINE lanes with_sign(lanes size, lanes sign)
{
    const auto mask = (unsigned_lanes)negative(sign);
    return (lanes)(((unsigned_lanes)size ^ mask) - mask);
}
/// That of -128 is 127: any message of so much is clipped all the same.
ISAC_INLINE lanes magnitude(lanes x)
{
    const lanes size = with_sign(x, x);
    return size ^ negative(size);
}
ISAC_INLINE bool any_negative(lanes x)
{
    const quads q = (quads)x;
    return ((q[0] | q[1]) & 0x8080808080808080u) != 0;
}

#include "ldpc_min_sum.h"

constexpr int HALF = sizeof(lanes);

} // namespace

void ldpc_iterate_portable(const ldpc_checks& checks,
                           bool first,
                           std::int8_t* sums,
                           std::int8_t* messages)
{
    for (int half = 0; half < 2 * HALF; half += HALF) {
        first ? update_all<true>(checks, sums + half, messages + half)
              : update_all<false>(checks, sums + half, messages + half);
    }
}

bool ldpc_fulfilled_portable(const ldpc_checks& checks, const std::int8_t* sums)
{
    return all_fulfilled(checks, sums) && all_fulfilled(checks, sums + HALF);
}

} // namespace dsp
} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fast_math.h"
#include "ldpc_kernel.h"

namespace gr {
namespace isac {
namespace dsp {

namespace {

// Vectors of GCC and Clang: SSE2, NEON or whatever there is, in two halves if need be.
typedef std::int8_t lanes __attribute__((vector_size(32)));
typedef std::uint8_t unsigned_lanes __attribute__((vector_size(32)));
typedef std::uint64_t words __attribute__((vector_size(32)));

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

// Magnitudes are unsigned: that of -128 is 128.
ISAC_INLINE lanes smaller(lanes a, lanes b)
{
    const auto x = (unsigned_lanes)a, y = (unsigned_lanes)b;
    return (lanes)(x < y ? x : y);
}
ISAC_INLINE lanes larger(lanes a, lanes b)
{
    const auto x = (unsigned_lanes)a, y = (unsigned_lanes)b;
    return (lanes)(x > y ? x : y);
}
ISAC_INLINE lanes with_sign(lanes size, lanes sign)
{
    const auto mask = (unsigned_lanes)negative(sign);
    return (lanes)(((unsigned_lanes)size ^ mask) - mask);
}
ISAC_INLINE lanes magnitude(lanes x) { return with_sign(x, x); }
ISAC_INLINE lanes minus(lanes size, lanes x)
{
    return (lanes)((unsigned_lanes)size - (unsigned_lanes)smaller(size, x));
}
ISAC_INLINE bool any_negative(lanes x)
{
    const words w = (words)x;
    return ((w[0] | w[1] | w[2] | w[3]) & 0x8080808080808080u) != 0;
}

#include "ldpc_min_sum.h"

} // namespace

void ldpc_iterate_portable(const ldpc_checks& checks,
                           bool first,
                           std::int8_t* sums,
                           std::int8_t* messages)
{
    first ? update_all<true>(checks, sums, messages)
          : update_all<false>(checks, sums, messages);
}

bool ldpc_fulfilled_portable(const ldpc_checks& checks, const std::int8_t* sums)
{
    return all_fulfilled(checks, sums);
}

} // namespace dsp
} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fast_math.h"
#include "ldpc_kernel.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#include <immintrin.h>
#pragma GCC push_options
#pragma GCC target("avx2")

namespace gr {
namespace isac {
namespace dsp {

namespace {

using lanes = __m256i;

ISAC_INLINE lanes all(int x) { return _mm256_set1_epi8(static_cast<char>(x)); }
ISAC_INLINE lanes load(const std::int8_t* x)
{
    return _mm256_load_si256(reinterpret_cast<const lanes*>(x));
}
ISAC_INLINE void store(std::int8_t* to, lanes x)
{
    _mm256_store_si256(reinterpret_cast<lanes*>(to), x);
}
ISAC_INLINE lanes add(lanes a, lanes b) { return _mm256_adds_epi8(a, b); }
ISAC_INLINE lanes subtract(lanes a, lanes b) { return _mm256_subs_epi8(a, b); }
ISAC_INLINE lanes exclusive_or(lanes a, lanes b) { return _mm256_xor_si256(a, b); }
ISAC_INLINE lanes smaller(lanes a, lanes b) { return _mm256_min_epu8(a, b); }
ISAC_INLINE lanes larger(lanes a, lanes b) { return _mm256_max_epu8(a, b); }
ISAC_INLINE lanes magnitude(lanes x) { return _mm256_abs_epi8(x); }
ISAC_INLINE lanes equal(lanes a, lanes b) { return _mm256_cmpeq_epi8(a, b); }
ISAC_INLINE lanes choose(lanes mask, lanes yes, lanes no)
{
    return _mm256_blendv_epi8(no, yes, mask);
}
ISAC_INLINE lanes minus(lanes size, lanes x) { return _mm256_subs_epu8(size, x); }
/// \p size with the sign of \p sign; 0 has a positive one.
ISAC_INLINE lanes with_sign(lanes size, lanes sign)
{
    return _mm256_sign_epi8(size, _mm256_or_si256(sign, all(1)));
}
ISAC_INLINE bool any_negative(lanes x) { return _mm256_movemask_epi8(x) != 0; }

#include "ldpc_min_sum.h"

} // namespace

void ldpc_iterate_avx2(const ldpc_checks& checks,
                       bool first,
                       std::int8_t* sums,
                       std::int8_t* messages)
{
    first ? update_all<true>(checks, sums, messages)
          : update_all<false>(checks, sums, messages);
}

bool ldpc_fulfilled_avx2(const ldpc_checks& checks, const std::int8_t* sums)
{
    return all_fulfilled(checks, sums);
}

} // namespace dsp
} // namespace isac
} // namespace gr

#pragma GCC pop_options
#endif

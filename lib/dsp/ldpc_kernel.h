/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_LDPC_KERNEL_H
#define INCLUDED_ISAC_DSP_LDPC_KERNEL_H

#include <cstdint>

namespace gr {
namespace isac {
namespace dsp {

/// The checks of a code, as the kernel walks through them.
struct ldpc_checks {
    const int* weights; // [n], at most LDPC_MAX_WEIGHT
    const int* places;  // of all bits of all checks: 32 times the bit
    int n;
};

constexpr int LDPC_MAX_WEIGHT = 64;

/*!
 * One iteration through all checks on 32 words side by side.
 * \param first there are no messages yet: they are only written
 * \param sums [n, 32], updated, 32-byte aligned
 * \param messages [edges, 32], updated, 32-byte aligned
 */
using ldpc_iterate = void(const ldpc_checks&,
                          bool first,
                          std::int8_t* sums,
                          std::int8_t* messages);

/// Whether the signs of the sums fulfil all checks in all 32 words.
using ldpc_fulfilled = bool(const ldpc_checks&, const std::int8_t* sums);

ldpc_iterate ldpc_iterate_portable, ldpc_iterate_avx2;
ldpc_fulfilled ldpc_fulfilled_portable, ldpc_fulfilled_avx2;

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_LDPC_KERNEL_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_SIMD_H
#define INCLUDED_ISAC_DSP_SIMD_H

// Compiles a function twice, for AVX2 with FMA and for the baseline, and picks one when
// the program starts: a package built for any x86-64 is as fast as one built at home.
// (Not arch=haswell: that asks for the processor of that name, and an AMD one says no.)
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#if __GNUC__ >= 12
#define ISAC_SIMD __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define ISAC_SIMD __attribute__((target_clones("avx2", "default")))
#endif
#else
#define ISAC_SIMD
#endif

#endif /* INCLUDED_ISAC_DSP_SIMD_H */

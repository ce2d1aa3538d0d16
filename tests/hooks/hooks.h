/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef ISAC_TESTS_HOOKS_H
#define ISAC_TESTS_HOOKS_H

/*!
 * What one thread has done so far that work() must not do.
 *
 * Linked into a program, or named in LD_PRELOAD, the functions in hooks.cc stand in front
 * of those of the C library and of FFTW.
 */
struct hook_counts {
    long thread = 0; ///< the kernel's number of it

    /// Calls of malloc, calloc, realloc, memalign, aligned_alloc and posix_memalign, and
    /// with them of operator new and of everything built on it; and the bytes asked for.
    long allocations = 0, bytes = 0;

    /// Calls of pthread_mutex_lock by the module that isac_hooks_watch() names, and not
    /// by GNU Radio around it.
    long locks = 0;

    /// Calls of fftwf_plan_dft_1d, the only planner that this module uses.
    long plans = 0;
};

extern "C" {
/// Counts the locks of the loaded file whose path contains \p name from now on; of the
/// program itself if that is "".
void isac_hooks_watch(const char* name);

/// Of the calling thread.
hook_counts isac_hooks_mine();

/// Of all threads so far, up to \p n of them; \returns how many.
int isac_hooks_all(hook_counts* to, int n);
}

#endif /* ISAC_TESTS_HOOKS_H */

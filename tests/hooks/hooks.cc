/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "hooks.h"
#include <dlfcn.h>
#include <fftw3.h>
#include <link.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>

// The allocator of glibc under its other names: dlsym() would allocate itself.
extern "C" {
void* __libc_malloc(size_t);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void* __libc_memalign(size_t, size_t);
}

namespace {

constexpr int MAX_THREADS = 512;
hook_counts counts[MAX_THREADS];
std::atomic<int> n_threads{ 0 };
__thread hook_counts* of_this_thread = nullptr;

hook_counts& mine()
{
    if (!of_this_thread) {
        of_this_thread = &counts[std::min(n_threads.fetch_add(1), MAX_THREADS - 1)];
        of_this_thread->thread = syscall(SYS_gettid);
    }
    return *of_this_thread;
}

void count(std::size_t n_bytes)
{
    auto& c = mine();
    ++c.allocations;
    c.bytes += static_cast<long>(n_bytes);
}

/// The function that stands behind one of ours. No local static: its guard may lock.
template <class Function>
void find(Function& function, const char* name)
{
    if (!function) {
        function = reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
    }
}

// Where the code under test stands in memory; empty until isac_hooks_watch().
std::uintptr_t code_begin = 0, code_end = 0;

int note_code(dl_phdr_info* info, size_t, void* name)
{
    if (!std::strstr(info->dlpi_name, static_cast<const char*>(name))) {
        return 0;
    }
    for (int i = 0; i < info->dlpi_phnum; ++i) {
        const auto& segment = info->dlpi_phdr[i];
        if (segment.p_type == PT_LOAD && (segment.p_flags & PF_X)) {
            code_begin = info->dlpi_addr + segment.p_vaddr;
            code_end = code_begin + segment.p_memsz;
        }
    }
    return 1;
}

} // namespace

extern "C" {

void isac_hooks_watch(const char* name)
{
    dl_iterate_phdr(note_code, const_cast<char*>(name));
}

hook_counts isac_hooks_mine() { return mine(); }

int isac_hooks_all(hook_counts* to, int n)
{
    const int found = std::min({ n_threads.load(), MAX_THREADS, n });
    std::copy_n(counts, found, to);
    return found;
}

void* malloc(size_t n)
{
    count(n);
    return __libc_malloc(n);
}

void* calloc(size_t n, size_t size)
{
    count(n * size);
    return __libc_calloc(n, size);
}

void* realloc(void* old, size_t n)
{
    count(n);
    return __libc_realloc(old, n);
}

void* memalign(size_t alignment, size_t n)
{
    count(n);
    return __libc_memalign(alignment, n);
}

void* aligned_alloc(size_t alignment, size_t n)
{
    count(n);
    return __libc_memalign(alignment, n);
}

int posix_memalign(void** to, size_t alignment, size_t n)
{
    count(n);
    *to = __libc_memalign(alignment, n);
    return *to ? 0 : ENOMEM;
}

int pthread_mutex_lock(pthread_mutex_t* mutex)
{
    static int (*lock)(pthread_mutex_t*) = nullptr;
    find(lock, "pthread_mutex_lock");
    const auto caller = reinterpret_cast<std::uintptr_t>(__builtin_return_address(0));
    mine().locks += caller >= code_begin && caller < code_end;
    return lock(mutex);
}

fftwf_plan
fftwf_plan_dft_1d(int n, fftwf_complex* in, fftwf_complex* out, int sign, unsigned flags)
{
    static decltype(&fftwf_plan_dft_1d) plan = nullptr;
    find(plan, "fftwf_plan_dft_1d");
    ++mine().plans;
    return plan(n, in, out, sign, flags);
}
}

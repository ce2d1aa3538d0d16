/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "block_sums.h"
#include "simd.h"
#include <cstring>

namespace gr {
namespace isac {
namespace dsp {

namespace {

// Four complex samples. The compiler splits it where the processor's registers are
// shorter.
typedef float lanes __attribute__((vector_size(32)));
typedef int lane_numbers __attribute__((vector_size(32)));

/// For blocks of 4 * n_vectors samples.
ISAC_SIMD void sum_vectors(
    const std::complex<float>* samples, int half_len, int n_vectors, int n, float* out)
{
    const float* now = reinterpret_cast<const float*>(samples);
    const float* before = reinterpret_cast<const float*>(samples - half_len);
    for (int b = 0; b < n; ++b) {
        lanes re = {}, im = {}, energy = {}, sum = {};
        for (int i = 0; i < n_vectors; ++i) {
            lanes x, y;
            std::memcpy(&x, now, sizeof x);
            std::memcpy(&y, before, sizeof y);
            re += x * y;
            im += x * __builtin_shuffle(y, lane_numbers{ 1, 0, 3, 2, 5, 4, 7, 6 });
            energy += x * x;
            sum += x;
            now += 8;
            before += 8;
        }
        im *= lanes{ -1, 1, -1, 1, -1, 1, -1, 1 }; // xi yr - xr yi
        // Halves of four vectors added to two vectors, then within them.
        const lane_numbers low{ 0, 1, 2, 3, 8, 9, 10, 11 };
        const lane_numbers high{ 4, 5, 6, 7, 12, 13, 14, 15 };
        lanes a = __builtin_shuffle(re, im, low) + __builtin_shuffle(re, im, high);
        lanes c =
            __builtin_shuffle(energy, sum, low) + __builtin_shuffle(energy, sum, high);
        const lane_numbers pairs{ 2, 3, 0, 1, 6, 7, 4, 5 };
        a += __builtin_shuffle(a, pairs);
        c += __builtin_shuffle(c, pairs); // its lanes 4 and 5 are done
        out[0] = a[0] + a[1];
        out[1] = a[4] + a[5];
        out[2] = c[0] + c[1];
        out[3] = c[4];
        out[4] = c[5];
        out += 8;
    }
}

/// For blocks that are no multiple of four samples.
void sum_small_blocks(
    const std::complex<float>* samples, int half_len, int block_len, int n, float* out)
{
    for (int b = 0; b < n; ++b, out += 8) {
        std::complex<float> correlation = 0, sum = 0;
        float energy = 0;
        for (int i = 0; i < block_len; ++i, ++samples) {
            correlation += std::conj(samples[-half_len]) * *samples;
            energy += std::norm(*samples);
            sum += *samples;
        }
        out[0] = correlation.real();
        out[1] = correlation.imag();
        out[2] = energy;
        out[3] = sum.real();
        out[4] = sum.imag();
    }
}

} // namespace

void sum_blocks(
    const std::complex<float>* samples, int half_len, int block_len, int n, float* out)
{
    if (block_len % 4 == 0) {
        sum_vectors(samples, half_len, block_len / 4, n, out);
    } else {
        sum_small_blocks(samples, half_len, block_len, n, out);
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

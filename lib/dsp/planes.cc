/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "planes.h"
#include "simd.h"
#include <volk/volk.h>

namespace gr {
namespace isac {
namespace dsp {

namespace {

// The exported functions are not the cloned ones: a clone has no prototype to share.
ISAC_SIMD void
split_planes(const float* __restrict x, float* __restrict re, float* __restrict im, int n)
{
    for (int i = 0; i < n; ++i) {
        re[i] = x[2 * i];
        im[i] = x[2 * i + 1];
    }
}

ISAC_SIMD void join_planes(const float* __restrict re,
                           const float* __restrict im,
                           float* __restrict x,
                           int n)
{
    for (int i = 0; i < n; ++i) {
        x[2 * i] = re[i];
        x[2 * i + 1] = im[i];
    }
}

ISAC_SIMD void add_scaled_planes(const float* __restrict re,
                                 const float* __restrict im,
                                 float a,
                                 float b,
                                 float* __restrict out_re,
                                 float* __restrict out_im,
                                 int n)
{
    for (int i = 0; i < n; ++i) {
        out_re[i] += a * re[i] - b * im[i];
        out_im[i] += a * im[i] + b * re[i];
    }
}

} // namespace

void split(const std::complex<float>* samples, float* re, float* im, int n)
{
    split_planes(reinterpret_cast<const float*>(samples), re, im, n);
}

void join(const float* re, const float* im, std::complex<float>* samples, int n)
{
    join_planes(re, im, reinterpret_cast<float*>(samples), n);
}

void multiply(const std::complex<float>* in,
              float factor,
              int n,
              std::complex<float>* out)
{
    volk_32f_s32f_multiply_32f(
        reinterpret_cast<float*>(out), reinterpret_cast<const float*>(in), factor, 2 * n);
}

void add_scaled(const float* re,
                const float* im,
                std::complex<float> factor,
                float* out_re,
                float* out_im,
                int n)
{
    add_scaled_planes(re, im, factor.real(), factor.imag(), out_re, out_im, n);
}

} // namespace dsp
} // namespace isac
} // namespace gr

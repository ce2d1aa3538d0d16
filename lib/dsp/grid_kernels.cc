/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "grid_kernels.h"
#include "lanes.h"
#include "simd.h"

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int LANES = 8; // of a register

// The rows are padded with zeros to whole registers, so no kernel has a rest to look
// after.

ISAC_SIMD void matched(const float* __restrict__ x,
                       const float* __restrict__ y,
                       float* __restrict__ re,
                       float* __restrict__ im,
                       float* __restrict__ power,
                       int n)
{
    for (int i = 0; i < n; ++i) {
        const float xr = x[2 * i], xi = x[2 * i + 1];
        const float yr = y[2 * i], yi = y[2 * i + 1];
        re[i] = yr * xr + yi * xi;
        im[i] = yi * xr - yr * xi;
        power[i] = xr * xr + xi * xi;
    }
}

ISAC_SIMD void moments(const float* power, const float* k, int n, float* totals)
{
    lanes one{}, first{}, second{};
    for (int i = 0; i < n; i += LANES) {
        lanes p, at;
        load(power + i, p);
        load(k + i, at);
        const lanes product = p * at;
        one += p;
        first += product;
        second += product * at;
    }
    totals[0] = sum_of(one);
    totals[1] = sum_of(first);
    totals[2] = sum_of(second);
}

ISAC_SIMD void project(const float* re,
                       const float* im,
                       const float* er,
                       const float* ei,
                       const float* k,
                       int n,
                       float* totals)
{
    lanes one_re{}, one_im{}, k_re{}, k_im{};
    for (int i = 0; i < n; i += LANES) {
        lanes ur, ui, vr, vi, at;
        load(re + i, ur);
        load(im + i, ui);
        load(er + i, vr);
        load(ei + i, vi);
        load(k + i, at);
        const lanes a = vr * ur + vi * ui, b = vr * ui - vi * ur;
        one_re += a;
        one_im += b;
        k_re += at * a;
        k_im += at * b;
    }
    totals[0] = sum_of(one_re);
    totals[1] = sum_of(one_im);
    totals[2] = sum_of(k_re);
    totals[3] = sum_of(k_im);
}

ISAC_SIMD float energy(const float* re, const float* im, int n)
{
    lanes sum{};
    for (int i = 0; i < n; i += LANES) {
        lanes ur, ui;
        load(re + i, ur);
        load(im + i, ui);
        sum += ur * ur + ui * ui;
    }
    return sum_of(sum);
}

ISAC_SIMD void subtract(const float* __restrict__ power,
                        float fr,
                        float fi,
                        const float* __restrict__ er,
                        const float* __restrict__ ei,
                        float* __restrict__ re,
                        float* __restrict__ im,
                        int n)
{
    for (int i = 0; i < n; ++i) {
        re[i] -= power[i] * (fr * er[i] - fi * ei[i]);
        im[i] -= power[i] * (fr * ei[i] + fi * er[i]);
    }
}

} // namespace

int padded(int n) { return (n + LANES - 1) / LANES * LANES; }

row_moments matched_row(const std::complex<float>* x,
                        const std::complex<float>* y,
                        const float* k,
                        row_planes u,
                        float* power,
                        int n)
{
    matched(reinterpret_cast<const float*>(x),
            reinterpret_cast<const float*>(y),
            u.re,
            u.im,
            power,
            n);
    float totals[3];
    moments(power, k, padded(n), totals);
    return { totals[0], totals[1], totals[2] };
}

void subtract_ramp(
    const float* power, std::complex<float> factor, row_planes ramp, row_planes u, int n)
{
    subtract(power, factor.real(), factor.imag(), ramp.re, ramp.im, u.re, u.im, n);
}

row_products project_ramp(row_planes u, row_planes ramp, const float* k, int n)
{
    float totals[4];
    project(u.re, u.im, ramp.re, ramp.im, k, padded(n), totals);
    return { { totals[0], totals[1] }, { totals[2], totals[3] } };
}

double row_energy(row_planes u, int n) { return energy(u.re, u.im, padded(n)); }

} // namespace dsp
} // namespace isac
} // namespace gr

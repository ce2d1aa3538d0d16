/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "demap_kernels.h"
#include <gnuradio/isac/dsp/llr_quantizer.h>
#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace gr {
namespace isac {
namespace dsp {

namespace {

int clip16(float x)
{
    return static_cast<int>(std::lrint(std::min(std::max(x, -32768.0f), 32767.0f)));
}

std::int8_t as_soft(int sixteenths)
{
    const int soft = (std::min(sixteenths, 32759) + 8) >> 4;
    return static_cast<std::int8_t>(std::clamp(soft, -SOFT_MAX, SOFT_MAX));
}

/// Bit 0 of n_bits, then the others, two bytes apart.
void fold(int v, int c, int n_bits, std::int8_t* soft)
{
    const int magnitude = std::min(std::abs(v), 32767);
    int llr = magnitude;
    for (int k = 2; k < 1 << n_bits; k += 2) {
        llr += std::max(magnitude - k * c, 0);
    }
    llr = std::min(llr, 32767);
    *soft = as_soft(v < 0 ? -llr : llr);
    if (n_bits > 1) {
        fold((1 << (n_bits - 1)) * c - magnitude, c, n_bits - 1, soft + 2);
    }
}

void demap_cell(int bits_per_symbol,
                std::complex<float> symbol,
                float power,
                std::int8_t* soft)
{
    if (bits_per_symbol <= 2) {
        soft[0] = as_soft(16 * clip16(symbol.real()));
        if (bits_per_symbol == 2) {
            soft[1] = as_soft(16 * clip16(symbol.imag()));
        }
        return;
    }
    const float less = MOST_POWER / std::max(power, MOST_POWER);
    const int c = clip16(power * less);
    fold(clip16(symbol.real() * less), c, bits_per_symbol / 2, soft);
    fold(clip16(symbol.imag() * less), c, bits_per_symbol / 2, soft + 1);
}

} // namespace

void demap_cells_portably(int bits_per_symbol, const demap_job& job, std::int8_t* soft)
{
    for (int group = 0; group < job.n / DEMAP_GROUP; ++group) {
        auto* to = soft + job.places[group];
        for (int i = 0; i < DEMAP_GROUP; ++i) {
            if (!(job.keep[group] >> i & 1)) {
                continue;
            }
            const int k = group * DEMAP_GROUP + i;
            float hr = 1, hi = 0;
            if (job.channel) {
                const float* h = job.channel + k / DEMAP_LANES * 4 * DEMAP_LANES +
                                 lane_of(k % DEMAP_LANES);
                hr = h[0] + job.share * h[2 * DEMAP_LANES];
                hi = h[DEMAP_LANES] + job.share * h[3 * DEMAP_LANES];
            }
            const float yr = job.cells[2 * k], yi = job.cells[2 * k + 1];
            const float vr = hr * yr + hi * yi, vi = hr * yi - hi * yr;
            const float sr = job.symbol_scale.real(), si = job.symbol_scale.imag();
            demap_cell(bits_per_symbol,
                       { sr * vr - si * vi, sr * vi + si * vr },
                       job.power_scale * (hr * hr + hi * hi),
                       to);
            to += bits_per_symbol;
        }
    }
}

void demap_cells(int bits_per_symbol, const demap_job& job, std::int8_t* soft)
{
#if defined(__x86_64__) && defined(__GNUC__)
    if (bits_per_symbol > 1 && has_demap_avx512()) {
        return demap_cells_avx512(bits_per_symbol, job, soft);
    }
    if (bits_per_symbol > 1 && has_demap_avx2()) {
        return demap_cells_avx2(bits_per_symbol, job, soft);
    }
#endif
    demap_cells_portably(bits_per_symbol, job, soft);
}

} // namespace dsp
} // namespace isac
} // namespace gr

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

} // namespace

void demap_cells_portably(int bits_per_symbol, const demap_job& job, std::int8_t* soft)
{
    for (int k = 0; k < job.n; ++k, soft += bits_per_symbol) {
        const float fr = job.from_re[k] + job.share * (job.to_re[k] - job.from_re[k]);
        const float fi = job.from_im[k] + job.share * (job.to_im[k] - job.from_im[k]);
        const float cr = job.coarse_re[k / 8], ci = job.coarse_im[k / 8];
        const float tr = job.fine_re[k % 8] * cr - job.fine_im[k % 8] * ci;
        const float ti = job.fine_re[k % 8] * ci + job.fine_im[k % 8] * cr;
        const float hr = fr * tr - fi * ti, hi = fr * ti + fi * tr;
        const float yr = job.cells[2 * k], yi = job.cells[2 * k + 1];
        const float re = job.symbol_scale * (hr * yr + hi * yi);
        const float im = job.symbol_scale * (hr * yi - hi * yr);
        if (bits_per_symbol <= 2) {
            soft[0] = as_soft(16 * clip16(re));
            if (bits_per_symbol == 2) {
                soft[1] = as_soft(16 * clip16(im));
            }
            continue;
        }
        const float power = job.power_scale * (hr * hr + hi * hi);
        const float less = MOST_POWER / std::max(power, MOST_POWER);
        const int c = clip16(power * less);
        fold(clip16(re * less), c, bits_per_symbol / 2, soft);
        fold(clip16(im * less), c, bits_per_symbol / 2, soft + 1);
    }
}

#if !(defined(__x86_64__) && defined(__GNUC__))
void demap_cells(int bits_per_symbol, const demap_job& job, std::int8_t* soft)
{
    demap_cells_portably(bits_per_symbol, job, soft);
}
#endif

} // namespace dsp
} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "spread_kernels.h"
#include <algorithm>

namespace gr {
namespace isac {
namespace dsp {

float equalize_spread_portably(const spread_job& job, float* out)
{
    float sums[SPREAD_LANES] = {};
    for (int first = 0; first < job.n; first += SPREAD_LANES) {
        const float cr = job.coarse_re[first / SPREAD_LANES];
        const float ci = job.coarse_im[first / SPREAD_LANES];
        const int n = std::min(job.n - first, SPREAD_LANES);
        const bool whole = n == SPREAD_LANES;
        for (int i = 0; i < n; ++i) {
            const int k = first + i, lane = whole ? i : i + SPREAD_LANES - n;
            const float fr = job.fine_re[lane], fi = job.fine_im[lane];
            const float tr = fr * cr - fi * ci, ti = fr * ci + fi * cr;
            const float hr = job.re[k], hi = job.im[k];
            const float yr = job.cells[2 * k], yi = job.cells[2 * k + 1];
            const float vr = hr * yr + hi * yi, vi = hr * yi - hi * yr;
            const float inverse = 1 / (hr * hr + hi * hi + job.noise_var);
            out[2 * k] = inverse * job.scale * (vr * tr + vi * ti);
            out[2 * k + 1] = inverse * job.scale * (vi * tr - vr * ti);
            sums[lane] += inverse;
        }
    }
    return ((sums[0] + sums[1]) + (sums[2] + sums[3])) +
           ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

#if !(defined(__x86_64__) && defined(__GNUC__))
float equalize_spread(const spread_job& job, float* out)
{
    return equalize_spread_portably(job, out);
}
#endif

} // namespace dsp
} // namespace isac
} // namespace gr

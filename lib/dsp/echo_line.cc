/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "echo_line.h"
#include "simd.h"
#include <algorithm>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr double SMALLEST_C = 1e-4, LARGEST_C = 1e4;

ISAC_SIMD void add_block(const float* u, const float* p, float c, int n, double* sums)
{
    constexpr int LANES = 8; // separate sums, or the additions wait for each other
    float s[7][LANES] = {};
    for (int k = 0; k + LANES <= n; k += LANES) {
        for (int i = 0; i < LANES; ++i) {
            const float sent = u[k + i] > NOT_SENT ? 1.0f : 0.0f;
            const float inverse = sent / (u[k + i] + c);
            const float w = inverse * inverse;
            s[0][i] += w;
            s[1][i] += w * u[k + i];
            s[2][i] += w * u[k + i] * u[k + i];
            s[3][i] += w * p[k + i];
            s[4][i] += w * u[k + i] * p[k + i];
            s[5][i] += u[k + i] * inverse;
            s[6][i] += sent;
        }
    }
    for (int j = 0; j < 7; ++j) {
        for (int i = 0; i < LANES; ++i) {
            sums[j] += s[j][i];
        }
    }
}

} // namespace

echo_line::echo_line(const std::vector<float>& u, const std::vector<float>& p, double c)
{
    // In blocks, so that a float sum stays short enough to be exact to 1e-5.
    constexpr std::size_t BLOCK = 512;
    double s[7] = {};
    for (std::size_t at = 0; at < u.size(); at += BLOCK) {
        const int size = static_cast<int>(std::min(BLOCK, u.size() - at));
        add_block(u.data() + at, p.data() + at, static_cast<float>(c), size, s);
    }
    w = s[0];
    wu = s[1];
    wuu = s[2];
    wp = s[3];
    wup = s[4];
    gain = s[5];
    n = s[6];
}

double echo_line::noise_to_echo_ratio(double mean) const
{
    const double slope = w * wup - wu * wp;
    const double offset = wuu * wp - wu * wup;
    if (!(slope > 0)) {
        return LARGEST_C; // nothing moves
    }
    return std::clamp(offset / slope / mean, SMALLEST_C, LARGEST_C);
}

} // namespace dsp
} // namespace isac
} // namespace gr

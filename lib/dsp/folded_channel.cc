/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "demap_kernels.h"
#include "pilot_kernels.h"
#include "simd.h"
#include <gnuradio/isac/dsp/folded_channel.h>
#include <algorithm>
#include <cmath>
#include <cstring>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int N = DEMAP_LANES;

// What turning by a straight line may leave behind, over the noise.
constexpr double LEAST_ERROR = 0.05;

ISAC_SIMD void fill_turns(std::uint32_t start,
                          std::uint32_t step,
                          int n,
                          float* __restrict__ re,
                          float* __restrict__ im)
{
    for (int i = 0; i < n; ++i) {
        fast_cos_sin(start + step * static_cast<std::uint32_t>(i), re[i], im[i]);
    }
}

/// N cells in order to the lanes of one plane.
inline __attribute__((always_inline)) void to_lanes(const float* x, float* lanes)
{
    for (int four = 0; four < N; four += 4) {
        std::memcpy(lanes + lane_of(four), x + four, 4 * sizeof(float));
    }
}


/// Moves planes on by what they were about to add, and towards a channel, given as a
/// point between two, turned. \returns its power, summed.
ISAC_SIMD float move_on(const row_channel& c,
                        float share,
                        const float* coarse,
                        const float* fine,
                        int n_blocks,
                        bool is_fresh,
                        float* planes)
{
    const float* fine_im = fine + N;
    float power[N] = {};
    for (int b = 0; b < n_blocks; ++b, planes += 4 * N) {
        const float cr = coarse[b], ci = coarse[n_blocks + b];
        const float *fr = c.from_re + b * N, *fi = c.from_im + b * N;
        const float *tr = c.to_re + b * N, *ti = c.to_im + b * N;
        float re[N], im[N], lanes_re[N], lanes_im[N];
        for (int i = 0; i < N; ++i) {
            const float hr = fr[i] + share * (tr[i] - fr[i]);
            const float hi = fi[i] + share * (ti[i] - fi[i]);
            const float wr = fine[i] * cr - fine_im[i] * ci;
            const float wi = fine[i] * ci + fine_im[i] * cr;
            re[i] = hr * wr - hi * wi;
            im[i] = hr * wi + hi * wr;
            power[i] += hr * hr + hi * hi;
        }
        to_lanes(re, lanes_re);
        to_lanes(im, lanes_im);
        for (int i = 0; i < N; ++i) {
            const float base_re = is_fresh ? 0 : planes[i] + planes[2 * N + i];
            const float base_im = is_fresh ? 0 : planes[N + i] + planes[3 * N + i];
            planes[i] = base_re;
            planes[N + i] = base_im;
            planes[2 * N + i] = lanes_re[i] - base_re;
            planes[3 * N + i] = lanes_im[i] - base_im;
        }
    }
    float sum = 0;
    for (const float p : power) {
        sum += p;
    }
    return sum;
}

} // namespace

folded_channel::folded_channel(int fft_len, int n_cells)
    : d_fft_len(fft_len),
      d_n_cells(n_cells),
      d_n_blocks((n_cells + N - 1) / N),
      d_coarse(2 * d_n_blocks),
      d_fine(2 * N),
      d_span_planes(4 * N * d_n_blocks),
      d_row_planes(4 * N * d_n_blocks)
{
}

float folded_channel::turn(
    const row_channel& c, float share, double delay, bool is_fresh, float* planes)
{
    const double step = -delay / d_fft_len;
    fill_turns(angle_of(-step * (d_n_cells / 2)),
               angle_of(step * N),
               d_n_blocks,
               d_coarse.data(),
               d_coarse.data() + d_n_blocks);
    fill_turns(0, angle_of(step), N, d_fine.data(), d_fine.data() + N);
    return move_on(
        c, share, d_coarse.data(), d_fine.data(), d_n_blocks, is_fresh, planes);
}

void folded_channel::begin_span(const row_channel& c)
{
    const bool goes_on = c.span == d_span + 1 && c.from_re == d_to_re &&
                         c.from_re != c.to_re && c.from_delay == d_to_delay;
    if (!goes_on) {
        turn(c, 0, c.from_delay, true, d_span_planes.data());
    }
    const float power = turn(c, 1, c.to_delay, false, d_span_planes.data());
    d_mean_power = power / (N * d_n_blocks);
    d_span = c.span;
    d_to_re = c.to_re;
    d_to_delay = c.to_delay;
}

/// Of a cell at the edge, turns by an angle leave angle^2 / 3 of the power behind, mean
/// over the cells; a line between two turned so far apart misses at most the cosine,
/// (angle^2 / 8)^2 / 5.
bool folded_channel::is_straight(const row_channel& c, double noise_var) const
{
    const double limit = LEAST_ERROR * noise_var;
    const double edge = M_PI * d_n_cells / d_fft_len;
    const double apart = edge * (c.to_delay - c.from_delay);
    const double between = c.from_delay + c.share * (c.to_delay - c.from_delay);
    const double off = edge * (c.rotation.delay - between);
    const double bend = apart * apart / 8;
    return (bend * bend / 5 + off * off / 3) * d_mean_power <= limit;
}

folded_channel::view folded_channel::of(const row_channel& c, double noise_var)
{
    if (c.span != d_span) {
        begin_span(c);
    }
    if (is_straight(c, noise_var)) {
        return { d_span_planes.data(), c.share, d_mean_power };
    }
    turn(c, c.share, c.rotation.delay, true, d_row_planes.data());
    return { d_row_planes.data(), 1, d_mean_power };
}

} // namespace dsp
} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "demap_kernels.h"
#include "lanes.h"
#include "pilot_kernels.h"
#include "simd.h"
#include <gnuradio/isac/dsp/folded_channel.h>
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int N = DEMAP_LANES;
constexpr int MOST_BLOCKS = 64; // whose turns are found together

// What turning by a straight line may leave behind, over the noise.
constexpr double LEAST_ERROR = 0.05;

/// A step along the straight line from a to b.
ISAC_INLINE void between(const float* a, const float* b, float share, lanes& x)
{
    lanes to;
    load(a, x);
    load(b, to);
    x += share * (to - x);
}

/// |h|^2 of the cells of a channel.
struct powers {
    lanes sum = {}, most = {}, least;

    ISAC_INLINE powers() { least = INFINITY - lanes{}; }

    ISAC_INLINE void add(const lanes& power)
    {
        sum += power;
        most = power > most ? power : most;
        least = power < least ? power : least;
    }
};

/// Eight cells of a channel between two, turned by coarse times fine.
ISAC_INLINE void take(const row_channel& c,
                      float share,
                      int at,
                      float coarse_c,
                      float coarse_s,
                      const lanes& fine_c,
                      const lanes& fine_s,
                      lanes& re,
                      lanes& im,
                      powers& p)
{
    between(c.from_re + at, c.to_re + at, share, re);
    between(c.from_im + at, c.to_im + at, share, im);
    p.add(re * re + im * im);
    turn(coarse_c * fine_c - coarse_s * fine_s,
         coarse_c * fine_s + coarse_s * fine_c,
         re,
         im);
}

/// Moves half a block of a plane on by what was about to be added, towards x.
ISAC_INLINE void aim_at(const lanes& x, bool is_fresh, float* plane)
{
    lanes base = {}, step;
    if (!is_fresh) {
        load(plane, base);
        load(plane + 2 * N, step);
        base += step;
    }
    store(base, plane);
    store(x - base, plane + 2 * N);
}

/// Moves planes on by what they were about to add, and towards a channel, given as a
/// point between two, turned from cell to cell.
ISAC_SIMD channel_power move_on(const row_channel& c,
                                float share,
                                std::uint32_t start,
                                std::uint32_t step,
                                int n_blocks,
                                bool is_fresh,
                                float* planes)
{
    // Cells of the lanes: 0 to 3 and 8 to 11, then 4 to 7 and 12 to 15.
    constexpr lane_indices FIRST = { 0, 1, 2, 3, 8, 9, 10, 11 };
    constexpr lane_indices SECOND = { 4, 5, 6, 7, 12, 13, 14, 15 };
    lanes fine_c[2], fine_s[2];
    powers p;
    cos_sin_from(0, step, fine_c[0], fine_s[0]);
    cos_sin_from(step * 8, step, fine_c[1], fine_s[1]);
    float coarse[2 * MOST_BLOCKS];
    for (int b = 0; b < n_blocks; ++b, planes += 4 * N) {
        if (b % MOST_BLOCKS == 0) {
            for (int i = 0; i < MOST_BLOCKS; ++i) {
                fast_cos_sin(start + step * N * static_cast<std::uint32_t>(b + i),
                             coarse[i],
                             coarse[MOST_BLOCKS + i]);
            }
        }
        const float cosine = coarse[b % MOST_BLOCKS];
        const float sine = coarse[MOST_BLOCKS + b % MOST_BLOCKS];
        lanes re0, im0, re1, im1;
        take(c, share, b * N, cosine, sine, fine_c[0], fine_s[0], re0, im0, p);
        take(c, share, b * N + 8, cosine, sine, fine_c[1], fine_s[1], re1, im1, p);
        aim_at(__builtin_shuffle(re0, re1, FIRST), is_fresh, planes);
        aim_at(__builtin_shuffle(re0, re1, SECOND), is_fresh, planes + 8);
        aim_at(__builtin_shuffle(im0, im1, FIRST), is_fresh, planes + N);
        aim_at(__builtin_shuffle(im0, im1, SECOND), is_fresh, planes + N + 8);
    }
    channel_power power = { sum_of(p.sum) / (N * n_blocks), 0, INFINITY };
    for (int i = 0; i < 8; ++i) {
        power.most = p.most[i] > power.most ? p.most[i] : power.most;
        power.least = p.least[i] < power.least ? p.least[i] : power.least;
    }
    return power;
}

} // namespace

/// An angle at the edge leaves angle^2 / 3 behind; a line between two that are turned so
/// far apart misses at most the cosine in its middle, (angle^2 / 8)^2 / 5.
double line_error(const row_channel& c, double edge)
{
    const double angle = 2 * M_PI * edge;
    const double apart = angle * (c.to_delay - c.from_delay);
    const double between = c.from_delay + c.share * (c.to_delay - c.from_delay);
    const double off = angle * (c.rotation.delay - between);
    return apart * apart * apart * apart / 320 + off * off / 3;
}

folded_channel::folded_channel(int fft_len, int n_cells)
    : d_fft_len(fft_len),
      d_n_cells(n_cells),
      d_n_blocks((n_cells + N - 1) / N),
      d_span_planes(4 * N * d_n_blocks),
      d_row_planes(4 * N * d_n_blocks)
{
}

channel_power folded_channel::turn(
    const row_channel& c, float share, double delay, bool is_fresh, float* planes)
{
    const double step = -delay / d_fft_len;
    return move_on(c,
                   share,
                   angle_of(-step * (d_n_cells / 2)),
                   angle_of(step),
                   d_n_blocks,
                   is_fresh,
                   planes);
}

void folded_channel::begin_span(const row_channel& c)
{
    const bool goes_on = c.span == d_span + 1 && c.from_re == d_to_re &&
                         c.from_re != c.to_re && c.from_delay == d_to_delay;
    const auto before =
        goes_on ? d_to_power : turn(c, 0, c.from_delay, true, d_span_planes.data());
    d_to_power = turn(c, 1, c.to_delay, false, d_span_planes.data());
    d_power = { d_to_power.mean,
                std::max(before.most, d_to_power.most),
                std::min(before.least, d_to_power.least) };
    d_span = c.span;
    d_to_re = c.to_re;
    d_to_delay = c.to_delay;
}

bool folded_channel::is_straight(const row_channel& c, double noise_var) const
{
    const double edge = 0.5 * d_n_cells / d_fft_len;
    return line_error(c, edge) * d_power.mean <= LEAST_ERROR * noise_var;
}

folded_channel::view folded_channel::of(const row_channel& c, double noise_var)
{
    if (c.span != d_span) {
        begin_span(c);
    }
    if (is_straight(c, noise_var)) {
        return { d_span_planes.data(), c.share, d_power };
    }
    turn(c, c.share, c.rotation.delay, true, d_row_planes.data());
    return { d_row_planes.data(), 1, d_power };
}

} // namespace dsp
} // namespace isac
} // namespace gr

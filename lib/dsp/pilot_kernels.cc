/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "lanes.h"
#include "pilot_kernels.h"
#include "pilot_turner.h"
#include "simd.h"

namespace gr {
namespace isac {
namespace dsp {

namespace {

typedef double four_cells __attribute__((vector_size(32)));
constexpr lane_indices EVEN = { 0, 2, 8, 10, 4, 6, 12, 14 };
constexpr lane_indices ODD = { 1, 3, 9, 11, 5, 7, 13, 15 };

/// Eight pilots as they come, their values divided out.
ISAC_INLINE void gather(const pilot_source& source, int i, int n, lanes& re, lanes& im)
{
    const double* cells = source.cells;
    const int* from = source.from + i;
    const four_cells a = {
        cells[from[0]], cells[from[1]], cells[from[4]], cells[from[5]]
    };
    const four_cells b = {
        cells[from[2]], cells[from[3]], cells[from[6]], cells[from[7]]
    };
    const auto x = reinterpret_cast<const lanes&>(a);
    const auto y = reinterpret_cast<const lanes&>(b);
    re = source.scale * __builtin_shuffle(x, y, EVEN);
    im = source.scale * __builtin_shuffle(x, y, ODD);
    lanes pr, pi;
    load(source.divisors + i, pr);
    load(source.divisors + n + i, pi);
    turn(pr, pi, re, im);
}

} // namespace

int common_step(const int* at, int n)
{
    const int step = n > PILOT_GROUPS ? at[PILOT_GROUPS] - at[0] : 0;
    for (int i = PILOT_GROUPS; i < n; ++i) {
        if (at[i] - at[i - PILOT_GROUPS] != step) {
            return 0;
        }
    }
    return step;
}

ISAC_SIMD void read_pilots(const pilot_source& source, int n, float* re, float* im)
{
    const pilot_source from = source;
    for (int i = 0; i < n; i += PILOT_GROUPS) {
        lanes x, y;
        gather(from, i, n, x, y);
        store(x, re + i);
        store(y, im + i);
    }
}

ISAC_SIMD void turn_pilots(const pilot_turns& turns, int n, float* re, float* im)
{
    turner t(turns);
    for (int i = 0; i < n; i += PILOT_GROUPS) {
        lanes x, y;
        load(re + i, x);
        load(im + i, y);
        t.turn_next(i, x, y);
        store(x, re + i);
        store(y, im + i);
    }
}

ISAC_SIMD float sum_of_squares(const float* re, const float* im, int n)
{
    lanes sum = {};
    for (int i = 0; i < n; i += PILOT_GROUPS) {
        lanes x, y;
        load(re + i, x);
        load(im + i, y);
        sum += x * x + y * y;
    }
    return sum_of(sum);
}

ISAC_SIMD void combine_rows(
    const float* const* rows, const float* weights, int n_rows, int n, float* out)
{
    // Two sums each, or additions would wait for each other.
    for (int i = 0; i < n; i += 2 * PILOT_GROUPS) {
        lanes a0 = {}, a1 = {}, b0 = {}, b1 = {}, x, y;
        for (int row = 0; row + 1 < n_rows; row += 2) {
            load(rows[row] + i, x);
            load(rows[row] + i + PILOT_GROUPS, y);
            a0 += weights[row] * x;
            b0 += weights[row] * y;
            load(rows[row + 1] + i, x);
            load(rows[row + 1] + i + PILOT_GROUPS, y);
            a1 += weights[row + 1] * x;
            b1 += weights[row + 1] * y;
        }
        if (n_rows % 2) {
            load(rows[n_rows - 1] + i, x);
            load(rows[n_rows - 1] + i + PILOT_GROUPS, y);
            a0 += weights[n_rows - 1] * x;
            b0 += weights[n_rows - 1] * y;
        }
        store(a0 + a1, out + i);
        store(b0 + b1, out + i + PILOT_GROUPS);
    }
}

ISAC_SIMD float bend(const float* a, const float* b, const float* c, float share, int n)
{
    lanes sum = {};
    for (int i = 0; i < n; i += PILOT_GROUPS) {
        lanes x, y, z;
        load(a + i, x);
        load(b + i, y);
        load(c + i, z);
        const lanes off = y - x - share * (z - x);
        sum += off * off;
    }
    return sum_of(sum);
}

} // namespace dsp
} // namespace isac
} // namespace gr

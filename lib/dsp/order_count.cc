/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "lanes.h"
#include "order_count.h"
#include "simd.h"
#include <cstring>
#include <limits>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int STEP = 16; // cells that are tested at once: two lanes

constexpr float BELOW_ALL = -std::numeric_limits<float>::infinity();

ISAC_SIMD bool has_bad(const float* x, int n)
{
    std::int32_t bad = 0;
    for (int i = 0; i < n; ++i) {
        bad |= !(x[i] - x[i] == 0);
    }
    return bad != 0;
}

ISAC_INLINE bool any(const lane_indices& a, const lane_indices& b)
{
    std::uint64_t parts[4];
    const lane_indices both = a | b;
    std::memcpy(parts, &both, sizeof(parts));
    return (parts[0] | parts[1] | parts[2] | parts[3]) != 0;
}

/// The least number that makes factor times it reach x, in floats as they round.
ISAC_INLINE void least_reaching(const lanes& x, const lanes& factor, lanes& least)
{
    // The quotient is within two steps of it; positive floats are in the order of
    // their bits.
    const lanes quotient = x / factor;
    lane_indices bits = (lane_indices)quotient - 2;
    bits = bits > 0 ? bits : bits ^ bits;
    for (int i = 0; i < 4; ++i) {
        bits -= factor * (lanes)bits < x; // a comparison that holds is -1
    }
    least = (lanes)bits;
}

struct ring {
    const float* const* rows; // [2 row_reach + 1], from column 0 on
    int row_reach, row_guard, column_reach, column_guard;
};

/// Adds how many cells [first, last] from here on reach the limits.
ISAC_INLINE void count(const float* x,
                       int first,
                       int last,
                       const lanes& limit_a,
                       const lanes& limit_b,
                       lane_indices& a,
                       lane_indices& b)
{
    lanes cells;
    for (int k = first; k <= last; ++k) {
        load(x + k, cells);
        a -= cells >= limit_a;
        load(x + k + 8, cells);
        b -= cells >= limit_b;
    }
}

ISAC_SIMD void test_row(const ring& r,
                        const float* factor,
                        const std::int32_t* may_reach,
                        std::int32_t* above,
                        int n)
{
    for (int i = 0; i < n; i += STEP) {
        lanes x, a, limit_x, limit_y;
        load(r.rows[r.row_reach] + i, x);
        load(factor + i, a);
        least_reaching(x, a, limit_x);
        load(r.rows[r.row_reach] + i + 8, x);
        load(factor + i + 8, a);
        least_reaching(x, a, limit_y);

        lane_indices left_x, left_y; // how many more may reach the limit; -1 is too many
        load(may_reach + i, left_x);
        load(may_reach + i + 8, left_y);
        for (int row = -r.row_reach; row <= r.row_reach; ++row) {
            const float* cells = r.rows[r.row_reach + row] + i;
            lane_indices reach_x = {}, reach_y = {};
            if (row < -r.row_guard || row > r.row_guard) {
                count(cells,
                      -r.column_reach,
                      r.column_reach,
                      limit_x,
                      limit_y,
                      reach_x,
                      reach_y);
            } else {
                count(cells,
                      -r.column_reach,
                      -r.column_guard - 1,
                      limit_x,
                      limit_y,
                      reach_x,
                      reach_y);
                count(cells,
                      r.column_guard + 1,
                      r.column_reach,
                      limit_x,
                      limit_y,
                      reach_x,
                      reach_y);
            }
            left_x -= reach_x;
            left_y -= reach_y;
            if (!any(left_x >= 0, left_y >= 0)) {
                break;
            }
        }
        store(left_x >= 0, above + i);
        store(left_y >= 0, above + i + 8);
    }
}

} // namespace

order_count::order_count(const cfar_window& window, int max_columns)
    : d_window(window),
      d_stride((max_columns + 2 * window.column_reach + 31) / 32 * 32 + 48),
      d_rows(static_cast<std::size_t>(2 * window.row_reach + 1) * d_stride),
      d_bad_rows(2 * window.row_reach + 1),
      d_around(2 * window.row_reach + 1),
      d_factor(window.n_columns + STEP, 1.0f),
      d_may_reach(window.n_columns + STEP, -1),
      d_above(d_stride)
{
}

void order_count::set(int column, float factor, int n, int rank)
{
    d_factor[column] = factor;
    d_may_reach[column] = n - rank;
}

void order_count::start(const float* map, int first_column, int n)
{
    const auto& w = d_window;
    const auto copied =
        w.on_map(first_column - w.column_reach, first_column + n - 1 + w.column_reach);
    d_from = map + copied.first;
    d_first_column = first_column;
    d_n = n;
    d_n_copied = copied.n();
    d_margin = copied.first - (first_column - w.column_reach);
    d_n_pushed = d_n_bad_rows = 0;
    std::fill(d_rows.begin(), d_rows.end(), BELOW_ALL);
    std::fill(d_bad_rows.begin(), d_bad_rows.end(), false);
    for (int i = 0; i < 2 * w.row_reach; ++i) {
        push();
    }
}

void order_count::push()
{
    const auto& w = d_window;
    const int at = d_n_pushed % static_cast<int>(d_around.size());
    const float* from =
        d_from +
        static_cast<std::size_t>(w.wrapped(d_n_pushed - w.row_reach)) * w.n_columns;
    float* to = d_rows.data() + static_cast<std::size_t>(at) * d_stride + d_margin;
    std::copy_n(from, d_n_copied, to);
    d_n_bad_rows -= d_bad_rows[at];
    d_bad_rows[at] = has_bad(from, d_n_copied);
    d_n_bad_rows += d_bad_rows[at];
    ++d_n_pushed;
}

const std::int32_t* order_count::next()
{
    push();
    const auto& w = d_window;
    const int n = static_cast<int>(d_around.size());
    for (int i = 0; i < n; ++i) {
        d_around[i] = row(d_n_pushed - n + i) + w.column_reach;
    }
    test_row(
        { d_around.data(), w.row_reach, w.row_guard, w.column_reach, w.column_guard },
        d_factor.data() + d_first_column,
        d_may_reach.data() + d_first_column,
        d_above.data(),
        d_n);
    return d_above.data();
}

} // namespace dsp
} // namespace isac
} // namespace gr

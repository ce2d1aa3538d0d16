/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "lanes.h"
#include "sector_sums.h"
#include "simd.h"
#include <algorithm>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int STEP = 32; // columns that are summed at once

ISAC_SIMD void add(const float* a, const float* b, float* __restrict__ sum, int n)
{
    for (int i = 0; i < n; ++i) {
        sum[i] = a[i] + b[i];
    }
}

/// begin += x, sum = begin + end.
ISAC_SIMD void
extend(const float* x, const float* end, float* begin, float* __restrict__ sum, int n)
{
    for (int i = 0; i < n; ++i) {
        begin[i] += x[i];
        sum[i] = begin[i] + end[i];
    }
}

/// out[i] = or += x[i], x[i + apart].., so many of them; whole steps that cover n
/// columns.
template <bool ADD>
ISAC_INLINE void sum_apart(const float* x, int apart, int n_added, float* out, int n)
{
    for (int i = 0; i < n; i += STEP) {
        lanes a = {}, b = {}, c = {}, d = {}, more;
        if (ADD) {
            load(out + i, a);
            load(out + i + 8, b);
            load(out + i + 16, c);
            load(out + i + 24, d);
        }
        const float* from = x + i;
        for (int k = 0; k < n_added; ++k, from += apart) {
            load(from, more);
            a += more;
            load(from + 8, more);
            b += more;
            load(from + 16, more);
            c += more;
            load(from + 24, more);
            d += more;
        }
        store(a, out + i);
        store(b, out + i + 8);
        store(c, out + i + 16);
        store(d, out + i + 24);
    }
}

/*! out[i] = x[i] + .. + x[i + width - 1] for n columns. Wide sums are put together from
 *  sums of four, which go to \p fours, as many columns as \p x has. */
ISAC_SIMD void sum_columns(const float* x, int width, float* fours, float* out, int n)
{
    const int n_fours = width / 4, n_rest = width % 4;
    if (n_fours < 3) {
        sum_apart<false>(x, 1, width, out, n);
        return;
    }
    sum_apart<false>(x, 1, 4, fours, n + STEP + 4 * (n_fours - 1));
    sum_apart<false>(fours, 4, n_fours, out, n);
    sum_apart<true>(x + 4 * n_fours, 1, n_rest, out, n);
}

// No power of two: rows would share their cache lines.
int odd_stride(int width) { return (width + 31) / 32 * 32 + 16; }

} // namespace

sliding_rows::sliding_rows(int height, int max_width)
    : d_height(height),
      d_stride(odd_stride(max_width)),
      d_begin(max_width),
      d_ends(static_cast<std::size_t>(height) * d_stride),
      d_rows(height)
{
}

void sliding_rows::start(int width)
{
    d_width = width;
    d_n_in_block = 0;
}

void sliding_rows::push(const float* row, float* sum)
{
    d_rows[d_n_in_block] = row;
    const int n = ++d_n_in_block; // of the block, this one included
    const auto end = [&](int i) {
        return d_ends.data() + static_cast<std::size_t>(i) * d_stride;
    };
    if (n == 1 && n < d_height) {
        std::copy_n(row, d_width, d_begin.begin());
        add(row, end(1), sum, d_width);
    } else if (n < d_height) {
        extend(row, end(n), d_begin.data(), sum, d_width);
    } else {
        if (n == 1) {
            std::copy_n(row, d_width, sum);
        } else {
            add(d_begin.data(), row, sum, d_width);
        }
        end_block();
    }
}

/// From the rows of the block what is left of it from each of them on.
void sliding_rows::end_block()
{
    const float* rest = d_rows[d_height - 1];
    for (int i = d_height - 1; i > 0; --i) {
        float* end = d_ends.data() + static_cast<std::size_t>(i) * d_stride;
        if (i == d_height - 1) {
            std::copy_n(rest, d_width, end);
        } else {
            add(d_rows[i], rest, end, d_width);
        }
        rest = end;
    }
    d_n_in_block = 0;
}

sector_sums::sector_sums(const cfar_window& window, int max_columns)
    : d_window(window),
      d_stride(odd_stride(max_columns + 2 * window.column_reach + 2 * STEP)),
      d_many_rows(upright_height(), max_columns + 2 * window.column_reach),
      d_few_rows(window.row_training(), max_columns + 2 * window.column_reach),
      d_sums(d_stride + STEP),
      d_fours(d_stride + STEP),
      d_upright(static_cast<std::size_t>(window.row_training() + 1) * d_stride),
      d_flat(static_cast<std::size_t>(upright_height() + 1) * d_stride)
{
}

void sector_sums::start(const float* map, int first_column, int n)
{
    const auto& w = d_window;
    const auto summed =
        w.on_map(first_column - w.column_reach, first_column + n - 1 + w.column_reach);
    d_from = map + summed.first;
    d_n = n;
    d_n_summed = summed.n();
    d_zeros = summed.first - (first_column - w.column_reach); // beyond the first column
    d_n_pushed = 0;
    std::fill(d_sums.begin(), d_sums.end(), 0.0f);
    d_many_rows.start(d_n_summed);
    d_few_rows.start(d_n_summed);
    for (int i = 0; i < 2 * w.row_reach; ++i) {
        push();
    }
}

void sector_sums::push()
{
    const auto& w = d_window;
    const int row = w.wrapped(d_n_pushed - w.row_reach);
    const float* cells = d_from + static_cast<std::size_t>(row) * w.n_columns;
    float* sums = d_sums.data() + d_zeros;

    d_many_rows.push(cells, sums);
    sum_columns(d_sums.data(),
                w.column_training(),
                d_fours.data(),
                upright(d_n_pushed),
                d_n + flat_width());
    d_few_rows.push(cells, sums);
    sum_columns(d_sums.data(),
                flat_width(),
                d_fours.data(),
                flat(d_n_pushed),
                d_n + w.column_training());
    ++d_n_pushed;
}

std::array<const float*, cfar_window::N_SECTORS> sector_sums::next()
{
    push();
    const auto& w = d_window;
    const int last = d_n_pushed - 1;
    return { upright(last - w.row_training()),
             upright(last) + flat_width(),
             flat(last - upright_height()) + w.column_training(),
             flat(last) };
}

} // namespace dsp
} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "ldpc_tables.h"
#include "require.h"
#include "simd.h"
#include <gnuradio/isac/dsp/ldpc_code.h>
#include <algorithm>

namespace gr {
namespace isac {
namespace dsp {

namespace {

ISAC_SIMD void add(std::uint8_t* to, const std::uint8_t* from, std::size_t n)
{
    for (std::size_t i = 0; i < n; ++i) {
        to[i] ^= from[i];
    }
}

/// Adds a block of n bytes, turned up by \p shift of them.
void add_turned(std::uint8_t* to,
                const std::uint8_t* from,
                std::size_t n,
                std::size_t shift)
{
    add(to, from + shift, n - shift);
    add(to + n - shift, from, shift);
}

} // namespace

ldpc_code::ldpc_code(int n, coding rate) : d_n(n)
{
    const auto* table = ldpc_table(n, rate);
    const int n_rows[] = { 12, 8, 6, 4 };
    const int m = n_rows[static_cast<int>(rate) - static_cast<int>(coding::LDPC_1_2)];
    const int k = LDPC_COLUMNS - m;
    d_circulant_len = n / LDPC_COLUMNS;
    d_rows.resize(m * d_circulant_len);
    const auto insert = [&](int row, int column, int shift) {
        for (int i = 0; i < d_circulant_len; ++i) {
            d_rows[row * d_circulant_len + i].push_back(column * d_circulant_len +
                                                        (i + shift) % d_circulant_len);
        }
    };
    for (int row = 0; row < m; ++row) {
        for (int column = 0; column < k; ++column) {
            const int shift = table[row * k + column];
            if (shift >= 0) {
                d_circulants.push_back({ row, column, shift });
                insert(row, column, shift);
            }
        }
        if (row == 0 || row == m - 1 || row == m / 2) { // the column of weight three
            insert(row, k, row == m / 2 ? 0 : 1);
        }
        if (row > 0) { // the staircase
            insert(row, k + row, 0);
        }
        if (row < m - 1) {
            insert(row, k + row + 1, 0);
        }
    }
}

ldpc_code::ldpc_code(int n, std::vector<std::vector<int>> rows)
    : d_n(n), d_rows(std::move(rows))
{
    require(n >= 2, "ldpc_code", "n", n, "it must be >= 2");
    require(!d_rows.empty() && n_checks() < n,
            "ldpc_code",
            "number of rows",
            d_rows.size(),
            "it must be in [1, n = " + std::to_string(n) + ")");
    for (auto& row : d_rows) {
        std::sort(row.begin(), row.end());
        require(
            row.size() >= 2, "ldpc_code", "row weight", row.size(), "it must be >= 2");
        require(row.front() >= 0 && row.back() < n,
                "ldpc_code",
                "place",
                row.front() < 0 ? row.front() : row.back(),
                "it must be in [0, n = " + std::to_string(n) + ")");
        const auto twice = std::adjacent_find(row.begin(), row.end());
        require(twice == row.end(),
                "ldpc_code",
                "place",
                twice == row.end() ? 0 : *twice,
                "no place must be twice in a row");
    }
}

int ldpc_code::n_edges() const
{
    int n = 0;
    for (const auto& row : d_rows) {
        n += static_cast<int>(row.size());
    }
    return n;
}

void ldpc_code::encode(span<std::uint8_t> words, int n_words) const
{
    require(can_encode(), "ldpc_code", "n", d_n, "only codes of 802.11n have an encoder");
    require(n_words >= 0, "ldpc_code", "n_words", n_words, "it must be >= 0");
    require_len("words", words.size(), std::size_t(d_n) * n_words);
    const int m = n_checks() / d_circulant_len;
    const int k = LDPC_COLUMNS - m;
    const std::size_t block = std::size_t(d_circulant_len) * n_words;
    const auto column = [&](int i) { return words.data() + i * block; };

    // What the information bits add to check row i waits in the column that this row
    // determines, k + 1 + i; the last row determines none and only enters the sum.
    std::fill(column(k), words.end(), 0);
    for (const auto& c : d_circulants) {
        auto* to = c.row < m - 1 ? column(k + 1 + c.row) : column(k);
        add_turned(to, column(c.column), block, std::size_t(c.shift) * n_words);
    }
    // In the sum of all rows the staircase cancels, and so do the two equal circulants of
    // the column of weight three: what is left is that column, not turned.
    for (int i = 1; i < m; ++i) {
        add(column(k), column(k + i), block);
    }
    add_turned(column(k + 1), column(k), block, n_words);
    for (int row = 1; row < m - 1; ++row) {
        add(column(k + 1 + row), column(k + row), block);
        if (row == m / 2) {
            add(column(k + 1 + row), column(k), block);
        }
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

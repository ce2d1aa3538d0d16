/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "bit_packing.h"
#include "require.h"
#include "simd.h"
#include <gnuradio/isac/dsp/ldpc_frame_encoder.h>
#include <algorithm>
#include <cstring>

namespace gr {
namespace isac {
namespace dsp {

namespace {

/// The 64 bits from bit \p at on.
inline std::uint64_t bits_from(const std::uint64_t* words, std::size_t at)
{
    const int r = at % 64;
    const auto* w = words + at / 64;
    return w[0] >> r | w[1] << 1 << (63 - r);
}

/// Adds n words to n whole ones, from bit \p at on.
ISAC_SIMD void
add(std::uint64_t* to, const std::uint64_t* from, std::size_t at, std::size_t n)
{
    const int r = at % 64, rest = 63 - r;
    const auto* w = from + at / 64;
    for (std::size_t i = 0; i < n; ++i) {
        to[i] ^= w[i] >> r | w[i + 1] << 1 << rest;
    }
}

/// Adds n bits, turned up by \p turn of them. The rest of the last word may be anything.
void add_turned(std::uint64_t* to,
                const std::uint64_t* from,
                std::size_t at,
                std::size_t n,
                std::size_t turn)
{
    const std::size_t n_first = n - turn, whole = n_first / 64, part = n_first % 64;
    add(to, from, at + turn, whole);
    std::size_t next = whole;
    if (part > 0) {
        const auto first =
            bits_from(from, at + turn + 64 * whole) << (64 - part) >> (64 - part);
        to[next++] ^= first | bits_from(from, at) << part;
    }
    if (64 * next < n) {
        add(to + next, from, at + 64 * next - n_first, (n + 63) / 64 - next);
    }
}

} // namespace

ldpc_frame_encoder::ldpc_frame_encoder(const ldpc_frame& frame,
                                       coding rate,
                                       const std::vector<std::uint8_t>& known)
    : d_code(frame.layout().n, rate), d_n_words(frame.layout().n_words)
{
    const std::size_t n_info = std::size_t(frame.layout().n_info) * d_n_words;
    require(known.size() <= n_info && (n_info - known.size()) % 8 == 0,
            "ldpc_frame_encoder",
            "known",
            known.size(),
            "it must leave whole bytes of information");
    d_block_len = (n_info - known.size()) / 8;
    // A word more than there are bits for everything that is read by twos.
    const std::size_t z = d_code.circulant_len(), k = d_code.k() / z;
    d_parity = (k * z * d_n_words + 63) / 64 + 1;
    d_column_len = (z * d_n_words + 63) / 64 + 1;
    d_bits.resize(d_parity + d_column_len * d_code.n_checks() / z + 1);
    for (std::size_t i = 0; i < known.size(); ++i) {
        const auto at = 8 * d_block_len + i;
        d_bits[at / 64] |= std::uint64_t(known[i] & 1) << (at % 64);
    }
    for (int i = 0; i < frame.layout().n_sent; ++i) {
        const std::size_t row = frame.row(i), column = row / z;
        const auto bit = column < k ? row * d_n_words
                                    : 64 * (d_parity + (column - k) * d_column_len) +
                                          row % z * d_n_words;
        d_rows.push_back({ bit, frame.turn(i) });
    }
    d_end.resize(d_n_words + MOST_UNPACKED);
    use_avx2(true);
}

void ldpc_frame_encoder::use_avx2(bool allowed) { d_avx2 = allowed && can_unpack_fast(); }

/// As ldpc_code::encode(), which says why.
void ldpc_frame_encoder::add_parity()
{
    const std::size_t z = d_code.circulant_len(), n = z * d_n_words;
    const int m = static_cast<int>(d_code.n_checks() / z);
    const auto column = [&](int i) {
        return d_bits.data() + d_parity + i * d_column_len;
    };
    std::fill(column(0), d_bits.data() + d_bits.size(), 0);
    for (const auto& c : d_code.circulants()) {
        add_turned(column(c.row < m - 1 ? c.row + 1 : 0),
                   d_bits.data(),
                   c.column * n,
                   n,
                   std::size_t(c.shift) * d_n_words);
    }
    for (int i = 1; i < m; ++i) {
        add(column(0), column(i), 0, d_column_len - 1);
    }
    add_turned(column(1), column(0), 0, n, d_n_words);
    for (int row = 1; row < m - 1; ++row) {
        add(column(row + 1), column(row), 0, d_column_len - 1);
        if (row == m / 2) {
            add(column(row + 1), column(0), 0, d_column_len - 1);
        }
    }
}

void ldpc_frame_encoder::encode(span<const std::uint8_t> block, span<std::uint8_t> bits)
{
    const std::size_t n = d_n_words;
    require_len("block", block.size(), d_block_len);
    require_len("bits", bits.size(), d_rows.size() * n);
    std::memcpy(d_bits.data(), block.data(), d_block_len); // what is known stays
    add_parity();

    // Each piece is written with some more behind it, which the next one writes over.
    auto* unpack = d_avx2 ? unpack_bits_fast : unpack_bits_from;
    const auto put = [&](const sent_row& row, std::uint8_t* out) {
        unpack(d_bits.data(), row.bit + n - row.turn, row.turn, out);
        unpack(d_bits.data(), row.bit, n - row.turn, out + row.turn);
    };
    std::uint8_t* out = bits.begin();
    for (const auto& row : d_rows) {
        if (bits.end() - out >= std::ptrdiff_t(d_end.size())) {
            put(row, out);
        } else {
            put(row, d_end.data());
            std::copy_n(d_end.begin(), n, out);
        }
        out += n;
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

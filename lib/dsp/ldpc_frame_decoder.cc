/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include "sign_mask.h"
#include "simd.h"
#include <gnuradio/isac/dsp/ldpc_frame_decoder.h>
#include <algorithm>
#include <array>
#include <cstring>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int LANES = ldpc_decoder::N_LANES;
constexpr std::int8_t CERTAIN = 127; // as soft bit of a bit that the receiver knows

typedef std::int8_t lanes __attribute__((vector_size(LANES)));

/// Where a batch of words stands in the frame.
struct batch {
    int first, n_lanes; // words
    int n_words;        // of the frame
};

/// ONES + LANES - n is n bytes of ones and then zeros, as far as LANES bytes reach.
constexpr auto ONES = [] {
    std::array<std::int8_t, 2 * LANES> x{};
    for (int i = 0; i < LANES; ++i) {
        x[i] = -1;
    }
    return x;
}();

inline void load(const std::int8_t* x, lanes& to) { std::memcpy(&to, x, sizeof to); }

/*! One row of the frame after the other to its row of \p sums, clipped, and its signs.
 *  The words of a row have turned, so the last of them may stand at its beginning: two
 *  loads, of which either may reach beyond the row by LANES bytes, make up for it. */
ISAC_SIMD void take_rows(const std::int8_t* first_row,
                         const batch& b,
                         const frame_row* rows,
                         int n,
                         std::int8_t most,
                         std::int8_t* sums,
                         std::uint32_t* signs)
{
    const lanes high = lanes{} + most, low = -high;
    const int first = b.first, n_words = b.n_words; // no store below may change them
    lanes is_word, ahead, behind, x;
    load(&ONES[LANES - b.n_lanes], is_word);
    const lanes no_word = ~is_word & (lanes{} + CERTAIN);
    const auto* in = first_row;
    for (int i = 0; i < n; ++i, in += n_words) {
        int at = first + rows[i].turn;
        at -= at < n_words ? 0 : n_words;
        const int before_end = n_words - at;
        load(in + at, x);
        if (before_end < LANES) { // no surprise: the turns come in a steady pattern
            load(&ONES[LANES - before_end], ahead);
            load(in - before_end, behind);
            x = (x & ahead) | (behind & ~ahead);
        }
        x = (x & is_word) | no_word;
        x = x < high ? x : high;
        x = x > low ? x : low;
        auto* out = sums + rows[i].row * LANES;
        std::memcpy(out, &x, sizeof x);
        signs[rows[i].row] = sign_mask(out);
    }
}

void add_bits(std::uint8_t* bytes, std::size_t at, std::uint64_t bits)
{
    std::uint64_t x;
    std::memcpy(&x, bytes + at / 8, sizeof x);
    x |= bits << at % 8;
    std::memcpy(bytes + at / 8, &x, sizeof x);
}

} // namespace

ldpc_frame_decoder::ldpc_frame_decoder(const ldpc_frame& frame,
                                       const ldpc_code& code,
                                       std::int8_t most,
                                       span<const std::uint8_t> known)
    : d_frame(frame),
      d_decoder(code),
      d_most(most),
      d_known(known.begin(), known.end()),
      d_received(code.n()),
      d_decided(code.n())
{
    const auto& layout = frame.layout();
    require(code.n() == layout.n,
            "ldpc_frame_decoder",
            "length of the code",
            code.n(),
            "it must be that of the words, " + std::to_string(layout.n));
    for (int i = 0; i < layout.n_sent; ++i) {
        d_rows.push_back({ frame.row(i), frame.turn(i) });
    }
    for (int row = layout.n_info; row < layout.n_info + layout.n - layout.n_sent; ++row) {
        d_unsent.push_back(row);
    }
    const auto n_info = std::size_t(layout.n_info) * layout.n_words;
    d_info.resize(n_info / 8 + 1 + sizeof(std::uint64_t));
    d_edge.resize(std::max(layout.n_words, 2 * LANES) + 2 * LANES);
}

void ldpc_frame_decoder::take_words(span<const std::int8_t> soft, int first, int n_lanes)
{
    const int n_words = d_frame.layout().n_words, n_rows = int(d_rows.size());
    const auto take = [&](const std::int8_t* in, int row, int n) {
        take_rows(in,
                  { first, n_lanes, n_words },
                  &d_rows[row],
                  n,
                  d_most,
                  d_decoder.sums(),
                  d_received.data());
    };
    // The outermost rows are too close to the ends of the frame to read beyond them.
    const int n_edge = std::min((LANES - 1) / n_words + 1, n_rows);
    const int n_inner = std::max(n_rows - 2 * n_edge, 0);
    const int last = n_edge + n_inner, n_first = n_edge * n_words;
    std::copy_n(soft.begin(), n_first, d_edge.begin() + LANES);
    take(d_edge.data() + LANES, 0, n_edge);
    take(soft.data() + n_first, n_edge, n_inner);
    std::copy(soft.begin() + last * n_words, soft.end(), d_edge.begin() + LANES);
    take(d_edge.data() + LANES, last, n_rows - last);
}

void ldpc_frame_decoder::take_known(int first, int n_lanes)
{
    const auto& layout = d_frame.layout();
    for (const int row : d_unsent) {
        std::memset(d_decoder.sums() + row * LANES, CERTAIN, LANES);
        d_received[row] = 0;
    }
    const int n_info = layout.n_info * layout.n_words;
    for (int i = n_info - static_cast<int>(d_known.size()); i < n_info; ++i) {
        const int row = i / layout.n_words, lane = i % layout.n_words - first;
        if (lane >= 0 && lane < n_lanes) {
            const bool bit = d_known[i - n_info + d_known.size()];
            const auto here = std::uint32_t(1) << lane;
            d_decoder.sums()[row * LANES + lane] = bit ? -CERTAIN : CERTAIN;
            d_n_turned += ((d_received[row] & here) != 0) != bit;
            d_received[row] = bit ? d_received[row] | here : d_received[row] & ~here;
        }
    }
}

/// Leaves in d_decided what the words of the batch turn out to be.
bool ldpc_frame_decoder::decode_batch()
{
    if (d_decoder.fulfil(d_received)) {
        std::copy(d_received.begin(), d_received.end(), d_decided.begin());
        return true;
    }
    const bool fulfilled = d_decoder.decode_sums();
    d_n_iterations += d_decoder.n_iterations();
    for (int row = 0; row < d_decoder.n(); ++row) {
        d_decided[row] = sign_mask(d_decoder.sums() + row * LANES);
        d_n_turned += __builtin_popcount(d_decided[row] ^ d_received[row]);
    }
    return fulfilled;
}

void ldpc_frame_decoder::give_info(int first)
{
    const auto& layout = d_frame.layout();
    for (int row = 0; row < layout.n_info; ++row) {
        add_bits(
            d_info.data(), std::size_t(row) * layout.n_words + first, d_decided[row]);
    }
}

void ldpc_frame_decoder::decode(span<const std::int8_t> soft, span<std::uint8_t> info)
{
    const auto& layout = d_frame.layout();
    require_len("soft", soft.size(), d_frame.n_sent());
    require(8 * info.size() <= std::size_t(layout.n_info) * layout.n_words,
            "ldpc_frame_decoder",
            "length of info",
            info.size(),
            "it must be at most the information bits of a frame / 8");
    d_fulfilled = true;
    d_n_turned = d_n_iterations = 0;
    std::fill(d_info.begin(), d_info.end(), 0);
    for (int first = 0; first < layout.n_words; first += LANES) {
        const int n_lanes = std::min(LANES, layout.n_words - first);
        take_words(soft, first, n_lanes);
        take_known(first, n_lanes);
        d_fulfilled &= decode_batch();
        give_info(first);
    }
    std::copy_n(d_info.begin(), info.size(), info.begin());
}

} // namespace dsp
} // namespace isac
} // namespace gr

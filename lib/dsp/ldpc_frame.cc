/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include <gnuradio/isac/dsp/crc.h>
#include <gnuradio/isac/dsp/ldpc_frame.h>
#include <algorithm>
#include <cstring>
#include <numeric>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int LENGTHS[] = { 1944, 1296, 648 };
constexpr double LEAST_SHARE = 0.98; // of the most that any length carries

int n_parity(int n, coding rate)
{
    switch (rate) {
    case coding::LDPC_1_2:
        return n / 2;
    case coding::LDPC_2_3:
        return n / 3;
    case coding::LDPC_3_4:
        return n / 4;
    case coding::LDPC_5_6:
        return n / 6;
    default:
        require(false, "ldpc_frame", "rate", static_cast<int>(rate), "it is not LDPC");
        return 0;
    }
}

/// Bytes of payload in words of length \p n, shortened where there is no room for them.
int room(int n_bits, int n, int n_words, coding rate)
{
    if (n_words < 1) {
        return 0;
    }
    const std::int64_t info = std::min(n, n_bits / n_words) - n_parity(n, rate);
    const std::int64_t bytes = n_words * info / 8 - CRC32_LEN;
    return static_cast<int>(std::max<std::int64_t>(bytes, 0) / 16 * 16);
}

/// As many words of length \p n as fit, or one more if that carries more.
int best_n_words(int n_bits, int n, coding rate)
{
    const int fit = n_bits / n;
    return fit + (room(n_bits, n, fit + 1, rate) > room(n_bits, n, fit, rate));
}

/// Near the golden section of \p n, and coprime to it.
int golden_step(int n)
{
    int step = static_cast<int>(0.618034 * n + 0.5);
    while (std::gcd(step, n) != 1) {
        ++step;
    }
    return step % n;
}

} // namespace

ldpc_layout::ldpc_layout(int n_bits, coding rate)
{
    const auto carries = [&](int length) {
        return room(n_bits, length, best_n_words(n_bits, length, rate), rate);
    };
    int most = 0;
    for (const int length : LENGTHS) {
        most = std::max(most, carries(length));
    }
    const auto* chosen = std::find_if(std::begin(LENGTHS), std::end(LENGTHS), [&](int x) {
        return carries(x) >= LEAST_SHARE * most;
    });
    n = *chosen;
    payload_len = carries(n);
    n_words = best_n_words(n_bits, n, rate);
    n_info = (8 * (payload_len + CRC32_LEN) + n_words - 1) / std::max(1, n_words);
    n_sent = n_info + n_parity(n, rate);
}

ldpc_frame::ldpc_frame(int n_bits, coding rate) : d_layout(n_bits, rate)
{
    require(d_layout.payload_len > 0,
            "ldpc_frame",
            "n_bits",
            n_bits,
            "it must have room for a code word with 16 bytes of payload");
    d_n_shortened = d_layout.n - d_layout.n_sent;
    d_row_step = golden_step(d_layout.n_sent);
    d_turn_step = golden_step(d_layout.n_words);
}

int ldpc_frame::row(int i) const
{
    const auto bit = static_cast<int>(std::int64_t(i) * d_row_step % d_layout.n_sent);
    return bit < d_layout.n_info ? bit : bit + d_n_shortened;
}

int ldpc_frame::turn(int i) const
{
    return static_cast<int>(std::int64_t(i) * d_turn_step % d_layout.n_words);
}

int ldpc_frame::place(int i, int word) const
{
    return i * d_layout.n_words + (word + turn(i)) % d_layout.n_words;
}

void ldpc_frame::interleave(span<const std::uint8_t> words, span<std::uint8_t> bits) const
{
    const std::size_t n = d_layout.n_words;
    require_len("words", words.size(), d_layout.n * n);
    require_len("bits", bits.size(), n_sent());
    for (int i = 0; i < d_layout.n_sent; ++i) {
        const auto* in = words.data() + row(i) * n;
        auto* out = bits.data() + i * n;
        const std::size_t t = turn(i);
        std::memcpy(out + t, in, n - t);
        std::memcpy(out, in + n - t, t);
    }
}

void ldpc_frame::deinterleave(span<const std::int8_t> soft, span<std::int8_t> words) const
{
    const std::size_t n = d_layout.n_words;
    require_len("soft", soft.size(), n_sent());
    require_len("words", words.size(), d_layout.n * n);
    for (int i = 0; i < d_layout.n_sent; ++i) {
        const auto* in = soft.data() + i * n;
        auto* out = words.data() + row(i) * n;
        const std::size_t t = turn(i);
        std::memcpy(out, in + t, n - t);
        std::memcpy(out + n - t, in, t);
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

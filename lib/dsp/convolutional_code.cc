/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "require.h"
#include "simd.h"
#include <gnuradio/isac/dsp/convolutional_code.h>
#include <volk/volk.h>
#include <algorithm>
#include <array>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

constexpr int MEMORY = 6;
constexpr int N_STATES = 1 << MEMORY;

// VOLK's generic kernel wraps around above 255, so state 0 can have a head start of two
// bits only over those where no block starts. Steps that are known to be zero, before
// the block, make up for it.
constexpr int LEAD = 12;
constexpr std::uint8_t HEAD_START = 63; // the most that one step can cost

// Newest input in bit 0, the mirror image of the octal notation. IEEE 802.11 sends the
// bit of 133 first; puncturing depends on the order.
constexpr int GENERATORS[2] = { 0x6d, 0x4f }; // 133, 171 octal

// What VOLK asks for: for both generators and half of the states, 255 where the
// transition that shifts in a 0 sends a 1.
struct branch_table {
    alignas(64) std::array<std::uint8_t, N_STATES> expected;

    branch_table()
    {
        for (int g = 0; g < 2; ++g) {
            for (int state = 0; state < N_STATES / 2; ++state) {
                expected[g * N_STATES / 2 + state] =
                    __builtin_parity((2 * state) & GENERATORS[g]) ? 255 : 0;
            }
        }
    }
};

// Which bits of the rate 1/2 code word are sent, over one period.
template <coding RATE>
struct puncturing;
template <>
struct puncturing<coding::CC_1_2> {
    static constexpr bool SENT[] = { 1, 1 };
};
template <>
struct puncturing<coding::CC_2_3> {
    static constexpr bool SENT[] = { 1, 1, 1, 0 };
};
template <>
struct puncturing<coding::CC_3_4> {
    static constexpr bool SENT[] = { 1, 1, 1, 0, 0, 1 };
};

template <coding RATE, class F>
void for_each_sent(int mother_len, F&& f)
{
    constexpr auto& sent = puncturing<RATE>::SENT;
    constexpr int period = sizeof(sent);
    for (int start = 0; start < mother_len; start += period) {
        for (int i = 0; i < period; ++i) {
            if (sent[i] && start + i < mother_len) {
                f(start + i);
            }
        }
    }
}

/// Calls \p f(i) for each sent bit i of a rate 1/2 code word, in order.
template <class F>
void for_each_sent(coding rate, int mother_len, F&& f)
{
    switch (rate) {
    case coding::CC_1_2:
        return for_each_sent<coding::CC_1_2>(mother_len, f);
    case coding::CC_2_3:
        return for_each_sent<coding::CC_2_3>(mother_len, f);
    case coding::CC_3_4:
        return for_each_sent<coding::CC_3_4>(mother_len, f);
    default:
        require(false, "convolutional_code", "rate", int(rate), "it is not of this code");
    }
}

/// \p u is preceded by MEMORY zeros: the state in which a block starts.
ISAC_SIMD void encode_mother(const std::uint8_t* u, int n_steps, std::uint8_t* mother)
{
    for (int t = 0; t < n_steps; ++t) {
        const std::uint8_t* x = u + t;
        const std::uint8_t both = x[0] ^ x[-2] ^ x[-3] ^ x[-6];
        mother[2 * t] = both ^ x[-5];
        mother[2 * t + 1] = both ^ x[-1];
    }
}

} // namespace

convolutional_code::convolutional_code(int n_bytes, coding rate)
    : d_n_bytes(n_bytes), d_rate(rate), d_coded_len(0)
{
    require(n_bytes >= 1, "convolutional_code", "n_bytes", n_bytes, "it must be >= 1");
    for_each_sent(rate, 2 * n_steps(), [&](int) { ++d_coded_len; });
    d_bits.resize(MEMORY + n_steps());
    d_mother.resize(2 * (LEAD + n_steps()));
    d_decisions.resize(N_STATES / 32 * (LEAD + n_steps()));
}

void convolutional_code::encode(span<const std::uint8_t> bytes, span<std::uint8_t> coded)
{
    require_len("bytes", bytes.size(), d_n_bytes);
    require_len("coded", coded.size(), d_coded_len);
    auto* bit = d_bits.data() + MEMORY; // zeros before and after stay
    for (const auto byte : bytes) {
        for (int i = 0; i < 8; ++i) {
            *bit++ = (byte >> i) & 1;
        }
    }
    auto* mother = d_mother.data() + 2 * LEAD;
    encode_mother(d_bits.data() + MEMORY, n_steps(), mother);
    auto* out = coded.data();
    for_each_sent(d_rate, 2 * n_steps(), [&](int i) { *out++ = mother[i]; });
}

void convolutional_code::decode(span<const std::uint8_t> soft, span<std::uint8_t> bytes)
{
    require_len("soft", soft.size(), d_coded_len);
    require_len("bytes", bytes.size(), d_n_bytes);
    auto* mother = d_mother.data() + 2 * LEAD; // the zeros before it stay
    std::fill(mother, mother + 2 * n_steps(), ERASURE);
    const auto* in = soft.data();
    for_each_sent(d_rate, 2 * n_steps(), [&](int i) { mother[i] = *in++; });
    add_compare_select();
    trace_back(bytes);
}

void convolutional_code::add_compare_select()
{
    static const branch_table branches;
    alignas(64) std::array<std::uint8_t, N_STATES> metrics, next_metrics;
    metrics.fill(HEAD_START);
    metrics[0] = 0;
    std::fill(d_decisions.begin(), d_decisions.end(), 0); // the kernel ORs into it
    volk_8u_x4_conv_k7_r2_8u(next_metrics.data(),
                             metrics.data(),
                             d_mother.data(),
                             reinterpret_cast<unsigned char*>(d_decisions.data()),
                             LEAD + 8 * d_n_bytes,
                             MEMORY,
                             const_cast<unsigned char*>(branches.expected.data()));
}

void convolutional_code::trace_back(span<std::uint8_t> bytes) const
{
    // The decision of step t is the bit that left the register: the input of t - MEMORY.
    std::fill(bytes.begin(), bytes.end(), 0);
    unsigned state = 0; // where the tail has led the encoder
    for (int i = 8 * d_n_bytes - 1; i >= 0; --i) {
        const auto* word = &d_decisions[N_STATES / 32 * (LEAD + i + MEMORY)];
        const std::uint64_t survivors = std::uint64_t(word[1]) << 32 | word[0];
        const unsigned bit = (survivors >> state) & 1;
        state = (state >> 1) | (bit << (MEMORY - 1));
        bytes[i / 8] |= bit << (i % 8);
    }
}

} // namespace dsp
} // namespace isac
} // namespace gr

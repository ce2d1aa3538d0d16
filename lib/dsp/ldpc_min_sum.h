/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

// The two functions of ldpc_kernel.h, written for a type `lanes` of 32 signed bytes that
// whoever includes this has defined, with its operations. No include guard: each version
// of the kernel is a file of its own that includes this once, inside its own namespace.

// A message of a check is the least magnitude less an offset, half an LLR, and at most
// MAX_MESSAGE. Of offsets from 0 to 3 and scales from 5/8 to 1, with 1.5 to 6 steps an
// LLR, this offset comes closest to sum-product decoding at all four rates. Bits that are
// in eleven checks need the room above eight messages: where sums saturate at four, three
// wrong messages turn a sure bit, and one word in 3000 is torn away at any SNR.
constexpr int OFFSET = 1;
constexpr int MAX_MESSAGE = 15;

ISAC_INLINE lanes message_size(lanes least)
{
    return smaller(minus(least, all(OFFSET)), all(MAX_MESSAGE));
}

/// In the first iteration all messages are 0 and need not be there. A WEIGHT that is
/// known beforehand, not 0, keeps what comes from the bits in registers.
template <bool FIRST, int WEIGHT>
ISAC_INLINE void
update_check(const int* places, int weight, std::int8_t* sums, std::int8_t* messages)
{
    const int n = WEIGHT ? WEIGHT : weight;
    lanes from_bits[WEIGHT ? WEIGHT : LDPC_MAX_WEIGHT];
    lanes least = all(127), second = all(127), signs = all(0);
#pragma GCC unroll 8
    for (int i = 0; i < n; ++i) {
        lanes q = load(sums + places[i]);
        if (!FIRST) {
            q = subtract(q, load(messages + 32 * i));
        }
        from_bits[i] = q;
        signs = exclusive_or(signs, q);
        const lanes size = magnitude(q);
        second = smaller(second, larger(least, size));
        least = smaller(least, size);
    }
    const lanes to_others = message_size(least);
    const lanes to_least = message_size(second);
#pragma GCC unroll 8
    for (int i = 0; i < n; ++i) {
        const lanes q = from_bits[i];
        const lanes size = choose(equal(magnitude(q), least), to_least, to_others);
        const lanes message = with_sign(size, exclusive_or(signs, q));
        store(messages + 32 * i, message);
        store(sums + places[i], add(q, message));
    }
}

template <bool FIRST>
ISAC_INLINE void
update_all(const ldpc_checks& checks, std::int8_t* sums, std::int8_t* messages)
{
    const int* places = checks.places;
    for (int i = 0; i < checks.n; ++i) {
        const int weight = checks.weights[i];
        switch (weight) { // those of rate 1/2; more would not fit the registers
        case 7:
            update_check<FIRST, 7>(places, weight, sums, messages);
            break;
        case 8:
            update_check<FIRST, 8>(places, weight, sums, messages);
            break;
        default:
            update_check<FIRST, 0>(places, weight, sums, messages);
        }
        places += weight;
        messages += 32 * weight;
    }
}

ISAC_INLINE bool all_fulfilled(const ldpc_checks& checks, const std::int8_t* sums)
{
    const int* places = checks.places;
    for (int i = 0; i < checks.n; ++i) {
        lanes parity = all(0);
        for (int k = 0; k < checks.weights[i]; ++k) {
            parity = exclusive_or(parity, load(sums + places[k]));
        }
        if (any_negative(parity)) {
            return false;
        }
        places += checks.weights[i];
    }
    return true;
}

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/crc.h>
#include <gnuradio/isac/dsp/scrambler.h>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

using namespace gr::isac;

namespace {
const std::array<std::uint8_t, 9> DIGITS = {
    '1', '2', '3', '4', '5', '6', '7', '8', '9'
};
}

/* The check values of the catalogue of parametrised CRC algorithms: CRC-32/ISO-HDLC
 * and CRC-16/IBM-3740 (CCITT with start 0xffff). */
BOOST_AUTO_TEST_CASE(crcs_have_their_check_values)
{
    BOOST_TEST(dsp::crc32(DIGITS) == 0xcbf43926u);
    BOOST_TEST(dsp::crc16(DIGITS) == 0x29b1u);
}

/* Long runs take another way than short ones: the same bytes in pieces of 7 give the
 * same. */
BOOST_AUTO_TEST_CASE(a_long_crc_is_that_of_its_pieces)
{
    std::vector<std::uint8_t> bytes(1031);
    dsp::scrambler random;
    for (auto& byte : bytes) {
        byte = random.next_byte();
    }
    for (std::size_t n = 0; n < bytes.size(); ++n) {
        std::uint32_t pieces = 0x12345678;
        for (std::size_t at = 0; at < n; at += 7) {
            pieces = dsp::crc32({ &bytes[at], std::min<std::size_t>(7, n - at) }, pieces);
        }
        BOOST_TEST_REQUIRE(dsp::crc32({ bytes.data(), n }, 0x12345678) == pieces);
    }
}

/* The recursion of ITU-T O.150, from its polynomial: b[n] = b[n - 28] xor b[n - 31]. */
BOOST_AUTO_TEST_CASE(scrambler_follows_its_polynomial)
{
    dsp::scrambler scrambler;
    std::vector<int> b(5000);
    for (auto& bit : b) {
        bit = scrambler.next_bit();
    }
    for (std::size_t n = 31; n < b.size(); ++n) {
        BOOST_TEST_REQUIRE(b[n] == (b[n - 28] ^ b[n - 31]));
    }
}

/* From the first bit on, any 512 bits have as many ones as a fair coin throws: within
 * six sigma, sqrt(512) / 2 each. There are 10^4 windows, most of them dependent, which is
 * why six. */
BOOST_AUTO_TEST_CASE(scrambler_is_balanced_from_the_start)
{
    const int window = 512;
    dsp::scrambler scrambler;
    std::vector<int> bits(10000 + window);
    for (auto& bit : bits) {
        bit = scrambler.next_bit();
    }
    int ones = 0;
    for (std::size_t n = 0; n < bits.size(); ++n) {
        ones += bits[n] - (n >= std::size_t(window) ? bits[n - window] : 0);
        if (n + 1 >= std::size_t(window)) {
            BOOST_TEST_REQUIRE(std::abs(ones - window / 2) < 6 * std::sqrt(window) / 2);
        }
    }
}

BOOST_AUTO_TEST_CASE(scrambler_bytes_are_its_bits)
{
    dsp::scrambler bits, bytes;
    for (int i = 0; i < 100; ++i) {
        const int byte = bytes.next_byte();
        for (int b = 0; b < 8; ++b) {
            BOOST_TEST((byte >> b & 1) == bits.next_bit());
        }
    }
}

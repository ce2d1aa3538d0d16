/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/ldpc_frame.h>
#include <gnuradio/isac/dsp/ldpc_frame_encoder.h>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

using namespace gr::isac;
namespace data = boost::unit_test::data;

BOOST_TEST_DONT_PRINT_LOG_VALUE(coding)

namespace {

const std::vector<coding> RATES = {
    coding::LDPC_1_2, coding::LDPC_2_3, coding::LDPC_3_4, coding::LDPC_5_6
};

double rate_of(coding c)
{
    return c == coding::LDPC_1_2   ? 1 / 2.
           : c == coding::LDPC_2_3 ? 2 / 3.
           : c == coding::LDPC_3_4 ? 3 / 4.
                                   : 5 / 6.;
}

} // namespace

/* Words fit, payloads are whole, and hardly anything is lost: at most 2 % by the choice
 * of the length, 16 bytes by rounding, the CRC, and what no word at all can use:
 * shortening makes that less than a tenth from 20 short words on. */
BOOST_DATA_TEST_CASE(frames_of_any_length_are_used_well, data::make(RATES), rate)
{
    for (int n_bits = 648; n_bits < 400000; n_bits += 1 + n_bits / 50) {
        const dsp::ldpc_layout l(n_bits, rate);
        BOOST_TEST_CONTEXT("n_bits " << n_bits)
        {
            BOOST_TEST_REQUIRE(l.payload_len >= 16);
            BOOST_TEST_REQUIRE(l.payload_len % 16 == 0);
            BOOST_TEST_REQUIRE(l.n_words * l.n_sent <= n_bits);
            BOOST_TEST_REQUIRE(l.n_words * l.n_info >= 8 * (l.payload_len + 4));
            BOOST_TEST_REQUIRE(l.n_words * (l.n_info - 1) < 8 * (l.payload_len + 4));
            BOOST_TEST_REQUIRE(l.n_info <= std::lround(l.n * rate_of(rate)));
            BOOST_TEST_REQUIRE(l.n_sent - l.n_info ==
                               std::lround(l.n * (1 - rate_of(rate))));
            if (n_bits > 20 * 648) {
                const double most = n_bits * rate_of(rate) / 8;
                BOOST_TEST_REQUIRE(l.payload_len + 20 >= 0.9 * most);
            }
        }
    }
    BOOST_TEST(dsp::ldpc_layout(217600, rate).n == 1944); // the default frame
}

/* Every bit on the air carries one bit of one word, and what is taken apart comes
 * together again. */
BOOST_DATA_TEST_CASE(the_interleaver_is_a_permutation,
                     data::make({ 700, 2000, 4000, 10000, 217600 }) * data::make(RATES),
                     n_bits,
                     rate)
{
    const dsp::ldpc_frame frame(n_bits, rate);
    const auto l = frame.layout();
    std::vector<int> used(frame.n_sent());
    std::vector<std::uint8_t> words(l.n * l.n_words), bits(frame.n_sent());
    std::mt19937 rng(1);
    std::generate(words.begin(), words.end(), [&] { return rng() % 127; });
    frame.interleave(words, bits);
    for (int i = 0; i < l.n_sent; ++i) {
        const int row = frame.row(i);
        BOOST_TEST_REQUIRE((row < l.n_info || row >= l.n - (l.n_sent - l.n_info)));
        for (int word = 0; word < l.n_words; ++word) {
            const int place = frame.place(i, word);
            ++used[place];
            BOOST_TEST_REQUIRE(bits[place] == words[row * l.n_words + word]);
        }
    }
    BOOST_TEST(std::count(used.begin(), used.end(), 1) == long(used.size()));

    std::vector<std::int8_t> soft(bits.begin(), bits.end()),
        back(words.begin(), words.end());
    for (int i = 0; i < l.n_sent; ++i) {
        std::fill_n(back.begin() + frame.row(i) * l.n_words, l.n_words, -1);
    }
    frame.deinterleave(soft, back);
    BOOST_TEST(std::equal(back.begin(), back.end(), words.begin()));
}

/* Each word meets all QAM bits and all parts of the band and of the frame alike: of
 * n_sent bits in m classes a word has n_sent/m in each. A random interleaver would be off
 * by a standard deviation of sqrt(n_sent/m); this one must be better than two of them
 * everywhere, which is three or four of the largest of all words at random. */
BOOST_DATA_TEST_CASE(words_are_spread_over_the_frame,
                     data::make({ 1, 2, 4, 6, 8 }) * data::make(RATES),
                     bits_per_symbol,
                     rate)
{
    const int row_len = 425 * bits_per_symbol, n_bits = 256 * row_len;
    const dsp::ldpc_frame frame(n_bits, rate);
    const auto l = frame.layout();
    const auto worst = [&](int n_classes, auto class_of) {
        double largest = 0;
        const double mean = double(l.n_sent) / n_classes;
        for (int word = 0; word < l.n_words; ++word) {
            std::vector<int> count(n_classes);
            for (int i = 0; i < l.n_sent; ++i) {
                ++count[class_of(frame.place(i, word))];
            }
            for (const int c : count) {
                largest = std::max(largest, std::abs(c - mean) / std::sqrt(mean));
            }
        }
        return largest;
    };
    BOOST_TEST(worst(bits_per_symbol, [&](int k) { return k % bits_per_symbol; }) < 2);
    BOOST_TEST(worst(16, [&](int k) { return k % row_len * 16 / row_len; }) < 2);
    BOOST_TEST(worst(16, [&](int k) { return k / row_len / 16; }) < 2);
}

/* A burst takes bits that are far apart in a word: 27 bits on the air one after another,
 * if they were neighbours, would be all of one circulant. */
BOOST_AUTO_TEST_CASE(neighbours_on_the_air_are_apart_in_a_word)
{
    const dsp::ldpc_frame frame(700, coding::LDPC_1_2);
    const int n = frame.layout().n_sent;
    for (int i = 0; i + 1 < n; ++i) {
        BOOST_TEST_REQUIRE(std::abs(frame.row(i + 1) - frame.row(i)) > n / 5);
    }
}

BOOST_AUTO_TEST_CASE(ldpc_frame_refuses_bad_values)
{
    BOOST_CHECK_THROW(dsp::ldpc_frame(100, coding::LDPC_1_2), std::invalid_argument);
    BOOST_CHECK_THROW(dsp::ldpc_frame(2000, coding::CC_1_2), std::invalid_argument);
    BOOST_TEST(dsp::ldpc_layout(100, coding::LDPC_1_2).payload_len == 0);
    const dsp::ldpc_frame frame(2000, coding::LDPC_1_2);
    std::vector<std::uint8_t> words(10), bits(frame.n_sent());
    BOOST_CHECK_THROW(frame.interleave(words, bits), std::invalid_argument);
}

/* With 64 bits in a word or with one in a byte, and both ways to take them apart: the
 * same frame, whatever its length. It writes no byte behind the frame. */
BOOST_DATA_TEST_CASE(the_frame_encoder_is_encode_and_interleave, data::make(RATES), rate)
{
    std::mt19937 rng(9);
    for (int n_bits = 648; n_bits < 300000; n_bits += 1 + n_bits / (3 + rng() % 5)) {
        const dsp::ldpc_frame frame(n_bits, rate);
        const auto& l = frame.layout();
        BOOST_TEST_CONTEXT("n_bits " << n_bits << ", " << l.n_words << " words")
        {
            const dsp::ldpc_code code(l.n, rate);
            std::vector<std::uint8_t> block(l.payload_len + 4);
            std::vector<std::uint8_t> known(l.n_info * l.n_words - 8 * block.size());
            std::vector<std::uint8_t> words(std::size_t(l.n) * l.n_words);
            std::generate(block.begin(), block.end(), rng);
            std::generate(known.begin(), known.end(), [&] { return rng() & 1; });
            for (std::size_t i = 0; i < 8 * block.size(); ++i) {
                words[i] = block[i / 8] >> (i % 8) & 1;
            }
            std::copy(known.begin(), known.end(), words.begin() + 8 * block.size());
            code.encode(words, l.n_words);
            std::vector<std::uint8_t> expected(frame.n_sent());
            frame.interleave(words, expected);

            dsp::ldpc_frame_encoder encoder(frame, rate, known);
            for (const bool avx2 : { true, false }) {
                std::vector<std::uint8_t> bits(frame.n_sent() + 64, 7);
                encoder.use_avx2(avx2);
                encoder.encode(block, { bits.data(), expected.size() });
                BOOST_TEST_REQUIRE(
                    std::equal(expected.begin(), expected.end(), bits.begin()));
                BOOST_TEST_REQUIRE(std::count(bits.end() - 64, bits.end(), 7) == 64);
            }
        }
    }
}

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/ldpc_code.h>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <map>
#include <random>
#include <vector>

using namespace gr::isac;
namespace data = boost::unit_test::data;
using bits = std::vector<std::uint8_t>;

BOOST_TEST_DONT_PRINT_LOG_VALUE(coding)

namespace {

const std::vector<int> LENGTHS = { 648, 1296, 1944 };
const std::vector<coding> RATES = {
    coding::LDPC_1_2, coding::LDPC_2_3, coding::LDPC_3_4, coding::LDPC_5_6
};

int n_block_rows(coding rate)
{
    return rate == coding::LDPC_1_2   ? 12
           : rate == coding::LDPC_2_3 ? 8
           : rate == coding::LDPC_3_4 ? 6
                                      : 4;
}

/// Pairs of rows that share more than one bit: cycles of length four.
int n_short_cycles(const dsp::ldpc_code& code)
{
    std::map<std::pair<int, int>, int> shared; // pairs of bits and the rows they share
    int n = 0;
    for (const auto& row : code.rows()) {
        for (const int a : row) {
            for (const int b : row) {
                if (a < b) {
                    n += shared[{ a, b }]++;
                }
            }
        }
    }
    return n;
}

std::vector<int> column_weights(const dsp::ldpc_code& code)
{
    std::vector<int> weights(code.n());
    for (const auto& row : code.rows()) {
        for (const int place : row) {
            ++weights[place];
        }
    }
    return weights;
}

} // namespace

/* The defining property, for every code and from one word to more than one register of
 * them: each check finds an even number of ones, and the information is there as given.
 */
BOOST_DATA_TEST_CASE(every_word_fulfils_every_check,
                     data::make(LENGTHS) * data::make(RATES) * data::make({ 1, 3, 45 }),
                     n,
                     rate,
                     n_words)
{
    const dsp::ldpc_code code(n, rate);
    std::mt19937 rng(n + n_words);
    bits info(code.k() * n_words);
    std::generate(info.begin(), info.end(), [&] { return rng() & 1; });
    bits words(n * n_words, 7); // what stood there before does not matter
    std::copy(info.begin(), info.end(), words.begin());
    code.encode(words, n_words);
    BOOST_TEST(std::equal(info.begin(), info.end(), words.begin()));
    int broken = 0;
    for (const auto& row : code.rows()) {
        for (int word = 0; word < n_words; ++word) {
            int sum = 0;
            for (const int place : row) {
                sum += words[place * n_words + word];
            }
            broken += sum % 2;
        }
    }
    BOOST_TEST(broken == 0);
}

/* What a mistyped table would break. The rate; one circulant at most in each block; the
 * staircase of the parity part, whose columns have weight two, behind one of weight
 * three; no bit of information in fewer than two checks; and rows of nearly equal weight,
 * as all of these codes have them. */
BOOST_DATA_TEST_CASE(the_matrix_has_the_structure_of_802_11n,
                     data::make(LENGTHS) * data::make(RATES),
                     n,
                     rate)
{
    const dsp::ldpc_code code(n, rate);
    const int z = n / 24, m = n_block_rows(rate);
    BOOST_TEST(code.n() == n);
    BOOST_TEST(code.k() == n - m * z);
    BOOST_TEST(code.n_checks() == m * z);
    std::size_t lightest = n, heaviest = 0;
    for (int i = 0; i < code.n_checks(); ++i) {
        const auto& row = code.rows()[i];
        lightest = std::min(lightest, row.size());
        heaviest = std::max(heaviest, row.size());
        for (std::size_t k = 1; k < row.size(); ++k) {
            BOOST_TEST_REQUIRE(row[k] / z > row[k - 1] / z);
        }
    }
    BOOST_TEST(heaviest - lightest <= 1u + (rate == coding::LDPC_5_6));
    const auto weights = column_weights(code);
    for (int i = 0; i < n; ++i) {
        BOOST_TEST_REQUIRE(weights[i] == weights[i / z * z]);
        BOOST_TEST_REQUIRE(weights[i] >= 2);
        if (i >= code.k()) {
            BOOST_TEST_REQUIRE(weights[i] == (i < code.k() + z ? 3 : 2));
        }
    }
    for (int i = 1; i < m; ++i) { // column i of the staircase is in rows i - 1 and i
        const int place = code.k() + i * z;
        for (const int row : { (i - 1) * z, i * z }) {
            const auto& r = code.rows()[row];
            BOOST_TEST(std::count(r.begin(), r.end(), place) == 1);
        }
    }
}

/* Two bits that share two checks mislead each other. The codes were made to avoid it, so
 * most wrong shifts would show. Three tables of the standard have a few such pairs, one
 * or two circulants of them: known from counting them in published copies of the tables.
 */
BOOST_DATA_TEST_CASE(there_are_few_cycles_of_length_four,
                     data::make(LENGTHS) * data::make(RATES),
                     n,
                     rate)
{
    const std::map<std::pair<int, coding>, int> known = {
        { { 648, coding::LDPC_3_4 }, 2 },
        { { 1296, coding::LDPC_2_3 }, 2 },
        { { 1944, coding::LDPC_2_3 }, 1 },
    };
    const auto found = known.find({ n, rate });
    const int expected = found == known.end() ? 0 : found->second;
    BOOST_TEST(n_short_cycles(dsp::ldpc_code(n, rate)) == expected * n / 24);
}

BOOST_AUTO_TEST_CASE(ldpc_code_refuses_what_is_no_code)
{
    BOOST_CHECK_THROW(dsp::ldpc_code(1000, coding::LDPC_1_2), std::invalid_argument);
    BOOST_CHECK_THROW(dsp::ldpc_code(648, coding::CC_1_2), std::invalid_argument);
    using rows = std::vector<std::vector<int>>;
    BOOST_CHECK_THROW(dsp::ldpc_code(4, rows{}), std::invalid_argument);
    BOOST_CHECK_THROW(dsp::ldpc_code(4, rows{ { 1 } }), std::invalid_argument);
    BOOST_CHECK_THROW(dsp::ldpc_code(4, rows{ { 1, 4 } }), std::invalid_argument);
    BOOST_CHECK_THROW(dsp::ldpc_code(4, rows{ { -1, 2 } }), std::invalid_argument);
    BOOST_CHECK_THROW(dsp::ldpc_code(4, rows{ { 2, 1, 2 } }), std::invalid_argument);
    BOOST_CHECK_THROW(dsp::ldpc_code(2, rows{ { 0, 1 }, { 0, 1 } }),
                      std::invalid_argument);
    const dsp::ldpc_code repetition(3, rows{ { 0, 1 }, { 1, 2 } });
    BOOST_TEST(!repetition.can_encode());
    bits words(3);
    BOOST_CHECK_THROW(repetition.encode(words, 1), std::invalid_argument);
    bits few(647);
    BOOST_CHECK_THROW(dsp::ldpc_code(648, coding::LDPC_1_2).encode(few, 1),
                      std::invalid_argument);
}

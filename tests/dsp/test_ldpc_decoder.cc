/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/ldpc_decoder.h>
#include <gnuradio/isac/dsp/llr_quantizer.h>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using namespace gr::isac;
namespace data = boost::unit_test::data;
using bits = std::vector<std::uint8_t>;
using soft_bits = std::vector<std::int8_t>;

BOOST_TEST_DONT_PRINT_LOG_VALUE(coding)

namespace {

const std::vector<int> LENGTHS = { 648, 1296, 1944 };
const std::vector<coding> RATES = {
    coding::LDPC_1_2, coding::LDPC_2_3, coding::LDPC_3_4, coding::LDPC_5_6
};

bits random_words(const dsp::ldpc_code& code, int n_words, unsigned seed)
{
    std::mt19937 rng(seed);
    bits words(code.n() * n_words);
    std::generate(words.begin(), words.end(), [&] { return rng() & 1; });
    code.encode(words, n_words);
    return words;
}

/// Soft bits of words sent as +-1 through AWGN.
soft_bits receive(const bits& words, double eb_n0_db, double rate, int seed)
{
    const double noise_var = 1 / (2 * rate * std::pow(10, eb_n0_db / 10));
    std::mt19937 rng(seed);
    std::normal_distribution<float> gauss(0, std::sqrt(noise_var));
    std::vector<float> llrs(words.size());
    for (std::size_t i = 0; i < words.size(); ++i) {
        llrs[i] = 2 / noise_var * ((words[i] ? -1 : 1) + gauss(rng));
    }
    soft_bits soft(llrs.size());
    dsp::quantize_llrs(llrs, soft);
    return soft;
}

int wrong_words(const bits& a, const bits& b, int n_words)
{
    int n = 0;
    for (int word = 0; word < n_words; ++word) {
        bool wrong = false;
        for (std::size_t i = word; i < a.size(); i += n_words) {
            wrong |= a[i] != b[i];
        }
        n += wrong;
    }
    return n;
}

} // namespace

/* Half a decibel to the right of where one word in a hundred fails, by the waterfall of
 * these codes, less than one in a thousand does: of 45 words, none or one. */
BOOST_DATA_TEST_CASE(noisy_words_come_back,
                     data::make(LENGTHS) * data::make(RATES),
                     n,
                     rate)
{
    const dsp::ldpc_code code(n, rate);
    const double r = double(code.k()) / n;
    const double waterfall_db = r < 0.6 ? 1.5 : r < 0.7 ? 2.3 : r < 0.8 ? 2.8 : 3.5;
    const int n_words = 45;
    const auto words = random_words(code, n_words, n);
    const double short_db = n == 1944 ? 0 : n == 1296 ? 0.25 : 0.75;
    const auto soft = receive(words, waterfall_db + short_db + 0.5, r, 1);
    bits decoded(words.size());
    dsp::ldpc_decoder decoder(code);
    decoder.decode(soft, n_words, decoded);
    BOOST_TEST(wrong_words(decoded, words, n_words) <= 1);
}

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/convolutional_code.h>
#include <gnuradio/isac/dsp/llr_quantizer.h>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <vector>

using namespace gr::isac;
namespace data = boost::unit_test::data;
using bytes = std::vector<std::uint8_t>;

BOOST_TEST_DONT_PRINT_LOG_VALUE(coding)

namespace {

const std::vector<coding> RATES = { coding::CC_1_2, coding::CC_2_3, coding::CC_3_4 };

// Free distances of the code and its IEEE 802.11 puncturings.
int free_distance(coding rate)
{
    return rate == coding::CC_1_2 ? 10 : rate == coding::CC_2_3 ? 6 : 5;
}

/// Fig. 17-9 of IEEE 802.11-2020: over three inputs, which of A and B are not stolen.
bool is_sent(coding rate, int t, char output)
{
    if (rate == coding::CC_2_3) {
        return output == 'A' || t % 2 == 0;
    }
    if (rate == coding::CC_3_4) {
        return output == 'A' ? t % 3 != 2 : t % 3 != 1;
    }
    return true;
}

/// The encoder as the standard draws it: a register, generators as octal digits read
/// from the newest bit.
std::vector<int> shift_register(const bytes& info, coding rate)
{
    const std::string generator_a = "1011011", generator_b = "1111001"; // 133, 171
    std::string reg = "0000000";
    std::vector<int> coded;
    const int n_info = 8 * info.size();
    for (int t = 0; t < n_info + 6; ++t) {
        const bool bit = t < n_info && (info[t / 8] >> (t % 8) & 1);
        reg = std::string(1, bit ? '1' : '0') + reg.substr(0, 6);
        int a = 0, b = 0;
        for (int i = 0; i < 7; ++i) {
            a ^= reg[i] == '1' && generator_a[i] == '1';
            b ^= reg[i] == '1' && generator_b[i] == '1';
        }
        if (is_sent(rate, t, 'A')) {
            coded.push_back(a);
        }
        if (is_sent(rate, t, 'B')) {
            coded.push_back(b);
        }
    }
    return coded;
}

/// Viterbi in float, without saturation or rounding.
bytes viterbi(const std::vector<float>& llrs, int n_bytes, coding rate)
{
    const int n_steps = 8 * n_bytes + 6;
    std::vector<float> metric(64, -1e9f), next(64);
    metric[0] = 0;
    std::vector<std::array<char, 64>> from(n_steps);
    auto llr = llrs.begin();
    for (int t = 0; t < n_steps; ++t) {
        const float a = is_sent(rate, t, 'A') ? *llr++ : 0;
        const float b = is_sent(rate, t, 'B') ? *llr++ : 0;
        for (int state = 0; state < 64; ++state) {
            float best[2];
            for (int old = 0; old < 2; ++old) { // the bit that leaves the register
                const int reg = old << 6 | state;
                best[old] = metric[reg >> 1] - (__builtin_parity(reg & 0x6d) ? a : 0) -
                            (__builtin_parity(reg & 0x4f) ? b : 0);
            }
            from[t][state] = best[1] > best[0];
            next[state] = std::max(best[0], best[1]);
        }
        std::swap(metric, next);
    }
    bytes info(n_bytes);
    for (int t = n_steps - 1, state = 0; t >= 0; --t) {
        if (t < 8 * n_bytes) {
            info[t / 8] |= (state & 1) << (t % 8);
        }
        state = (from[t][state] << 6 | state) >> 1;
    }
    return info;
}

bytes random_bytes(int n, std::mt19937& rng)
{
    bytes b(n);
    std::generate(b.begin(), b.end(), [&] { return rng(); });
    return b;
}

int bit_errors(const bytes& a, const bytes& b)
{
    int errors = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        errors += __builtin_popcount(a[i] ^ b[i]);
    }
    return errors;
}

} // namespace

BOOST_DATA_TEST_CASE(encodes_like_a_shift_register,
                     data::make(RATES) * data::make({ 1, 2, 3, 10, 101 }),
                     rate,
                     n_bytes)
{
    std::mt19937 rng(n_bytes);
    const auto info = random_bytes(n_bytes, rng);
    dsp::convolutional_code code(n_bytes, rate);
    bytes coded(code.coded_len());
    for (int repeat = 0; repeat < 2; ++repeat) { // no state is left behind
        code.encode(info, coded);
        const auto expected = shift_register(info, rate);
        BOOST_TEST(std::vector<int>(coded.begin(), coded.end()) == expected);
    }
}

/* Two code words differ in at least free_distance bits, so the nearest one is right as
 * long as fewer than half of that many bits are wrong, wherever they are; and as long as
 * fewer than all of that many are erased. */
BOOST_DATA_TEST_CASE(corrects_what_its_distance_promises,
                     data::make(RATES) * data::make({ false, true }),
                     rate,
                     erase)
{
    const int n_bytes = 12;
    const int d = free_distance(rate);
    const int n_bad = erase ? d - 1 : (d - 1) / 2;
    std::mt19937 rng(5);
    dsp::convolutional_code code(n_bytes, rate);
    bytes coded(code.coded_len()), decoded(n_bytes);
    for (int trial = 0; trial < 2000; ++trial) {
        const auto info = random_bytes(n_bytes, rng);
        code.encode(info, coded);
        for (auto& bit : coded) {
            bit = bit ? 255 : 0;
        }
        // All within one burst, where they hurt.
        const int first = rng() % (coded.size() - 30);
        std::array<int, 30> offsets;
        std::iota(offsets.begin(), offsets.end(), 0);
        std::shuffle(offsets.begin(), offsets.end(), rng);
        for (int i = 0; i < n_bad; ++i) {
            auto& bit = coded[first + offsets[i]];
            bit = erase ? dsp::ERASURE : 255 - bit;
        }
        code.decode(coded, decoded);
        BOOST_TEST_REQUIRE(decoded == info, boost::test_tools::per_element());
    }
}

/* Eight bits, of which the kernel keeps six, against a decoder in float. With 0.25 dB
 * more signal, the same noise and enough errors to compare, the library makes fewer
 * errors than float without: its loss is smaller than that. */
BOOST_DATA_TEST_CASE(loses_little_to_a_decoder_in_float,
                     data::make(RATES) ^ data::make({ 2.0, 4.6, 5.6 }),
                     rate,
                     snr_db)
{
    const int n_bytes = 250, n_blocks = 200;
    std::mt19937 rng(17);
    std::normal_distribution<float> gauss;
    dsp::convolutional_code code(n_bytes, rate);
    bytes coded(code.coded_len()), soft(code.coded_len()), decoded(n_bytes);
    std::vector<float> noise(coded.size()), llrs(coded.size());
    int errors = 0, float_errors = 0;

    // One dimension of QPSK has half the signal and half the noise of a symbol.
    const auto receive = [&](double snr_db) {
        const float amplitude = std::pow(10, snr_db / 20);
        for (std::size_t i = 0; i < llrs.size(); ++i) {
            llrs[i] = 2 * amplitude * ((coded[i] ? -1 : 1) * amplitude + noise[i]);
        }
    };
    for (int block = 0; block < n_blocks; ++block) {
        const auto info = random_bytes(n_bytes, rng);
        code.encode(info, coded);
        std::generate(noise.begin(), noise.end(), [&] { return gauss(rng); });
        receive(snr_db);
        float_errors += bit_errors(viterbi(llrs, n_bytes, rate), info);
        receive(snr_db + 0.25);
        dsp::quantize_llrs(llrs, soft);
        code.decode(soft, decoded);
        errors += bit_errors(decoded, info);
    }
    BOOST_TEST_REQUIRE(float_errors > 100);
    BOOST_TEST(errors <= float_errors);
}

BOOST_AUTO_TEST_CASE(llrs_become_soft_bits)
{
    const float inf = std::numeric_limits<float>::infinity();
    const float nan = std::numeric_limits<float>::quiet_NaN();
    // 12 steps per unit from 128, 0 and 255 at the ends; what is not finite says nothing.
    const std::vector<float> llrs = { 0,     1,      -1,  5,   1000, -1000,
                                      3e38f, -3e38f, nan, inf, -inf };
    const bytes expected = { 128, 116, 140, 68, 0, 255, 0, 255, 128, 128, 128 };
    bytes soft(llrs.size());
    dsp::quantize_llrs(llrs, soft);
    BOOST_TEST(soft == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(llrs_that_are_all_too_small_are_scaled_up)
{
    const std::vector<float> llrs = { 1e-6f, -1e-6f, 1e-6f, -1e-6f };
    const bytes expected = { 104, 152, 104, 152 }; // 24 steps
    bytes soft(llrs.size());
    dsp::quantize_llrs(llrs, soft);
    BOOST_TEST(soft == expected, boost::test_tools::per_element());

    const std::vector<float> nothing(4);
    dsp::quantize_llrs(nothing, soft);
    BOOST_TEST(soft == bytes(4, dsp::ERASURE), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(code_refuses_a_bad_length)
{
    BOOST_CHECK_THROW(dsp::convolutional_code(0, coding::CC_1_2), std::invalid_argument);
    dsp::convolutional_code code(4, coding::CC_1_2);
    bytes info(4), coded(code.coded_len()), wrong(5);
    BOOST_CHECK_THROW(code.encode(wrong, coded), std::invalid_argument);
    BOOST_CHECK_THROW(code.decode(wrong, info), std::invalid_argument);
}

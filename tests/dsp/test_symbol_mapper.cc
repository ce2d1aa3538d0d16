/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/symbol_demapper.h>
#include <gnuradio/isac/dsp/symbol_mapper.h>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

using namespace gr::isac;
namespace data = boost::unit_test::data;
using cf = std::complex<float>;
using bytes = std::vector<std::uint8_t>;

BOOST_TEST_DONT_PRINT_LOG_VALUE(modulation)

namespace {

const std::vector<modulation> ALL = { modulation::BPSK,
                                      modulation::QPSK,
                                      modulation::QAM16,
                                      modulation::QAM64,
                                      modulation::QAM256 };

/// The formulas of 3GPP TS 38.211, 5.1.3 to 5.1.6, as they stand there.
std::complex<double> standard_symbol(modulation m, const int* b)
{
    const auto s = [b](int i) { return 1 - 2 * b[i]; };
    const std::complex<double> j(0, 1);
    switch (m) {
    case modulation::BPSK:
        return s(0);
    case modulation::QPSK:
        return (double(s(0)) + j * double(s(1))) / std::sqrt(2);
    case modulation::QAM16:
        return (double(s(0) * (2 - s(2))) + j * double(s(1) * (2 - s(3)))) /
               std::sqrt(10);
    case modulation::QAM64:
        return (double(s(0) * (4 - s(2) * (2 - s(4)))) +
                j * double(s(1) * (4 - s(3) * (2 - s(5))))) /
               std::sqrt(42);
    case modulation::QAM256:
        return (double(s(0) * (8 - s(2) * (4 - s(4) * (2 - s(6))))) +
                j * double(s(1) * (8 - s(3) * (4 - s(5) * (2 - s(7)))))) /
               std::sqrt(170);
    }
    return 0;
}

/// All symbols of the standard; bit 0 of a symbol is the top bit of its index.
std::vector<std::complex<double>> standard_constellation(modulation m)
{
    const int n = static_cast<int>(m);
    std::vector<std::complex<double>> symbols;
    for (int index = 0; index < 1 << n; ++index) {
        int b[8];
        for (int i = 0; i < n; ++i) {
            b[i] = index >> (n - 1 - i) & 1;
        }
        symbols.push_back(standard_symbol(m, b));
    }
    return symbols;
}

} // namespace

BOOST_DATA_TEST_CASE(maps_as_the_standard_says, data::make(ALL), m)
{
    const int n = static_cast<int>(m);
    const auto expected = standard_constellation(m);
    const dsp::symbol_mapper mapper(m);
    BOOST_TEST(mapper.constellation().size() == expected.size());

    bytes bits;
    for (int index = 0; index < 1 << n; ++index) {
        for (int i = 0; i < n; ++i) {
            bits.push_back(0xfe | (index >> (n - 1 - i) & 1)); // only bit 0 counts
        }
    }
    std::vector<cf> symbols(expected.size());
    mapper.map(bits, symbols);
    double power = 0;
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        BOOST_TEST(std::abs(std::complex<double>(symbols[i]) - expected[i]) < 1e-7);
        BOOST_TEST(symbols[i] == mapper.constellation()[i]);
        power += std::norm(symbols[i]) / symbols.size();
    }
    BOOST_TEST(std::abs(power - 1) < 1e-6);
}

/* The LLR is a difference of two squared distances over the noise. In float each
 * distance has a few roundings of relative size eps, so the error is a few eps of the
 * larger square; ten are allowed. */
BOOST_DATA_TEST_CASE(llrs_are_max_log, data::make(ALL), m)
{
    const int n = static_cast<int>(m);
    const auto constellation = standard_constellation(m);
    std::mt19937 rng(2);
    std::normal_distribution<float> gauss;
    std::uniform_real_distribution<float> log_noise(-3, 1);

    // Symbols on and beside the constellation and far outside, and a length that leaves
    // a part of a block.
    std::vector<cf> symbols(1021);
    std::vector<float> noise_var(symbols.size()), llrs(symbols.size() * n);
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        const float spread = i % 3 == 0 ? 0.5f : i % 3 == 1 ? 1.0f : 5.0f;
        symbols[i] = spread * cf(gauss(rng), gauss(rng));
        noise_var[i] = std::pow(10.0f, log_noise(rng));
    }
    dsp::symbol_demapper(m).demap(symbols, noise_var, llrs);

    for (std::size_t i = 0; i < symbols.size(); ++i) {
        const std::complex<double> y = symbols[i];
        for (int bit = 0; bit < n; ++bit) {
            double nearest[2] = { 1e9, 1e9 };
            for (std::size_t x = 0; x < constellation.size(); ++x) {
                auto& d = nearest[x >> (n - 1 - bit) & 1];
                d = std::min(d, std::norm(y - constellation[x]));
            }
            const double largest = std::max(nearest[0], nearest[1]) / noise_var[i];
            const double max_log = (nearest[1] - nearest[0]) / noise_var[i];
            const double expected = std::clamp<double>(max_log, -1000, 1000);
            const double tolerance = 10 * std::numeric_limits<float>::epsilon() *
                                     (largest + std::norm(y) / noise_var[i]);
            BOOST_TEST_REQUIRE(std::abs(llrs[i * n + bit] - expected) <= tolerance);
        }
    }
}

BOOST_DATA_TEST_CASE(no_noise_gives_back_the_bits, data::make(ALL), m)
{
    const int n = static_cast<int>(m);
    std::mt19937 rng(4);
    bytes bits(300 * n);
    std::generate(bits.begin(), bits.end(), [&] { return rng() & 1; });
    std::vector<cf> symbols(300);
    dsp::symbol_mapper(m).map(bits, symbols);
    const std::vector<float> noise_var(symbols.size());
    std::vector<float> llrs(bits.size());
    dsp::symbol_demapper(m).demap(symbols, noise_var, llrs);
    for (std::size_t i = 0; i < bits.size(); ++i) {
        BOOST_TEST_REQUIRE(llrs[i] == (bits[i] ? -dsp::LLR_MAX : dsp::LLR_MAX));
    }
}

/* What is no number or no variance says nothing, and spoils nothing beside it. */
BOOST_DATA_TEST_CASE(what_is_not_known_has_llr_0, data::make(ALL), m)
{
    const int n = static_cast<int>(m);
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float inf = std::numeric_limits<float>::infinity();
    const std::vector<cf> symbols = { { 1, 1 },   { 1, 1 },    { 1, 1 },    { 1, 1 },
                                      { nan, 1 }, { 1, nan },  { -inf, 1 }, { 1, inf },
                                      { 9, 9 },   { 3e38f, 1 } };
    const std::vector<float> noise_var = { nan,  inf,  -1,   -inf, 0.1f,
                                           0.1f, 0.1f, 0.1f, 0.1f, 1e-30f };
    std::vector<float> llrs(symbols.size() * n, nan);
    dsp::symbol_demapper(m).demap(symbols, noise_var, llrs);
    for (int i = 0; i < 8 * n; ++i) {
        BOOST_TEST(llrs[i] == 0);
    }
    for (int i = 8 * n; i < 10 * n; ++i) {
        BOOST_TEST(std::isfinite(llrs[i]));
        BOOST_TEST(llrs[i] != 0);
    }
}

BOOST_AUTO_TEST_CASE(mapping_refuses_a_bad_length)
{
    bytes bits(7);
    std::vector<cf> symbols(2);
    std::vector<float> noise_var(2), llrs(7);
    BOOST_CHECK_THROW(dsp::symbol_mapper(modulation::QAM16).map(bits, symbols),
                      std::invalid_argument);
    BOOST_CHECK_THROW(
        dsp::symbol_demapper(modulation::QAM16).demap(symbols, noise_var, llrs),
        std::invalid_argument);
}

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/awgn.h>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

using gr::isac::dsp::awgn;
using cf = std::complex<float>;

namespace {

constexpr int N = 1 << 20;
constexpr double SIGMAS = 5;

std::vector<cf> noise(std::uint64_t seed, std::uint64_t stream = 0, double noise_var = 1)
{
    std::vector<cf> samples(N);
    awgn(seed, stream).add(samples, noise_var);
    return samples;
}

/// |mean of conj(a(n)) b(n + lag)|
double correlation(const std::vector<cf>& a, const std::vector<cf>& b, int lag)
{
    std::complex<double> sum = 0;
    for (int i = 0; i + lag < N; ++i) {
        sum += std::complex<double>(std::conj(a[i]) * b[i + lag]);
    }
    return std::abs(sum) / (N - lag);
}

} // namespace

BOOST_AUTO_TEST_SUITE(awgn_noise)

/* With unit power, the mean of n samples has variance 1/n; a real part x has variance
 * 1/2, x^2 has standard deviation sqrt(1/2), x^4 has mean 3/4 and variance
 * (105 - 9)/16; the product of both parts has standard deviation 1/2. Five sigma each. */
BOOST_AUTO_TEST_CASE(moments_are_those_of_a_gaussian)
{
    std::complex<double> mean = 0;
    double re2 = 0, im2 = 0, re4 = 0, im4 = 0, cross = 0;
    for (const auto& sample : noise(1)) {
        const double x = sample.real(), y = sample.imag();
        mean += std::complex<double>(x, y);
        re2 += x * x;
        im2 += y * y;
        re4 += x * x * x * x;
        im4 += y * y * y * y;
        cross += x * y;
    }
    const double bound = SIGMAS / std::sqrt(N);
    BOOST_TEST(std::abs(mean) / N < bound);
    BOOST_TEST(std::abs(re2 / N - 0.5) < std::sqrt(0.5) * bound);
    BOOST_TEST(std::abs(im2 / N - 0.5) < std::sqrt(0.5) * bound);
    BOOST_TEST(std::abs(re4 / N - 0.75) < std::sqrt(6.0) * bound);
    BOOST_TEST(std::abs(im4 / N - 0.75) < std::sqrt(6.0) * bound);
    BOOST_TEST(std::abs(cross / N) < 0.5 * bound);
}

/* |n|^2 is exponential: P(|n|^2 > t) = exp(-t). The counts are binomial; the last
 * threshold still expects 117 of them, and none may lie beyond 32 ln 2, where the
 * generator ends. */
BOOST_AUTO_TEST_CASE(tail_is_exponential_in_power)
{
    const auto samples = noise(2);
    for (const double threshold : { 0.01, 0.5, 2.0, 5.0, 9.1 }) {
        double above = 0, largest = 0;
        for (const auto& sample : samples) {
            above += std::norm(sample) > threshold;
            largest = std::max<double>(largest, std::norm(sample));
        }
        const double p = std::exp(-threshold);
        BOOST_TEST(std::abs(above - N * p) < SIGMAS * std::sqrt(N * p * (1 - p)));
        BOOST_TEST(largest < 32.01 * std::log(2.0));
    }
}

/* The correlation of independent noise over n samples is Rayleigh with mean square
 * 1/n: beyond 5/sqrt(n) once in exp(25). Lags around the sixteen generators and the
 * tile of 256 are where a fault would show. */
BOOST_AUTO_TEST_CASE(white_and_independent_between_streams_and_seeds)
{
    const auto a = noise(3);
    for (const int lag : { 1, 2, 8, 15, 16, 17, 32, 255, 256, 257, 512 }) {
        BOOST_TEST(correlation(a, a, lag) < SIGMAS / std::sqrt(N - lag));
    }
    for (const auto& b : { noise(3, 1), noise(4), noise(3, ~std::uint64_t(0)) }) {
        for (const int lag : { 0, 1, 16, 256 }) {
            BOOST_TEST(correlation(a, b, lag) < SIGMAS / std::sqrt(N - lag));
        }
    }
}

BOOST_AUTO_TEST_CASE(one_seed_is_one_noise_however_it_is_cut)
{
    const auto whole = noise(5, 0, 0.25);
    std::vector<cf> pieces(N);
    awgn source(5);
    for (int at = 0, len = 1; at < N; at += len, len = len * 3 % 1021 + 1) {
        len = std::min(len, N - at);
        source.add({ pieces.data() + at, static_cast<std::size_t>(len) }, 0.25);
    }
    BOOST_TEST((whole == pieces));
    BOOST_TEST((whole != noise(6, 0, 0.25)));
}

BOOST_AUTO_TEST_SUITE_END()

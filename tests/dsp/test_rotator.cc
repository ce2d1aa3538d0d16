/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/rotator.h>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>
#include <vector>

using namespace gr::isac::dsp;
using samples = std::vector<std::complex<float>>;

namespace {

samples random_samples(int n)
{
    std::mt19937 random(5);
    std::uniform_real_distribution<float> uniform(-1, 1);
    samples x(n);
    for (auto& value : x) {
        value = { uniform(random), uniform(random) };
    }
    return x;
}

/// The most that \p y is off x less \p offset, turned from \p turns on.
double error(const samples& x,
             const samples& y,
             double step,
             double turns,
             std::complex<double> offset)
{
    double worst = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const auto phasor = std::polar(1.0, 2 * M_PI * (turns + step * double(i)));
        const auto expected = (std::complex<double>(x[i]) - offset) * phasor;
        worst = std::max(worst, std::abs(expected - std::complex<double>(y[i])));
    }
    return worst;
}

} // namespace

BOOST_AUTO_TEST_SUITE(rotator_)

// A product of two phasors rounds four times and starts from a step rounded once, at most
// 5 * 2^-24 together, 16 samples a step, on samples of up to sqrt(2) + |offset|. Rounding
// of the last product adds as much once.
BOOST_AUTO_TEST_CASE(turns_every_sample_by_its_phase)
{
    const std::complex<float> offset(0.25f, -0.5f);
    for (const int n : { 1, 3, 15, 16, 17, 64, 1001, 4384 }) {
        for (const double step : { 0.0, 1e-9, -3.3 / 1024, 0.49 }) {
            rotator r;
            r.set(step, 0.3);
            const auto x = random_samples(n);
            samples y(n);
            r.rotate(x, y, offset);
            const double bound = (n / 16 + 2) * 5 * std::ldexp(1, -24) * 2;
            BOOST_TEST(error(x, y, step, 0.3, offset) < bound, "n = " << n);
        }
    }
}

// The phase is kept in double: what was done in pieces is as good as in one.
BOOST_AUTO_TEST_CASE(goes_on_where_it_was_and_skips)
{
    const double step = 0.1234567;
    rotator r;
    r.set(step);
    auto x = random_samples(100);
    samples y(100);
    for (int i = 0; i < 1000; ++i) {
        r.rotate(x, y);
        r.skip(996);
    }
    r.rotate(x, x); // in place
    const auto again = random_samples(100);
    BOOST_TEST(error(again, x, step, 1000 * 1096.0 * step, 0) <
               8 * 5 * std::ldexp(1, -24) * 2);
}

BOOST_AUTO_TEST_SUITE_END()

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/window.h>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <cmath>

using namespace gr::isac;
namespace data = boost::unit_test::data;

BOOST_TEST_DONT_PRINT_LOG_VALUE(gr::isac::window)

BOOST_AUTO_TEST_SUITE(window_values)

/* Energy n whatever the window and the length, odd or even, so that noise keeps its
 * power. Values are floats: n roundings of 6e-8 each. */
BOOST_DATA_TEST_CASE(the_energy_is_the_length,
                     data::make({ gr::isac::window::RECTANGULAR,
                                  gr::isac::window::HANN,
                                  gr::isac::window::HAMMING,
                                  gr::isac::window::BLACKMAN_HARRIS }) *
                         data::make({ 7, 14, 15, 256, 600 }),
                     kind,
                     n)
{
    const auto w = dsp::window_values(kind, n);
    double sum = 0, energy = 0;
    for (const float value : w) {
        sum += value;
        energy += double(value) * value;
    }
    BOOST_TEST(energy == n, boost::test_tools::tolerance(1e-6));
    BOOST_TEST(std::abs(20 * std::log10(n / sum) - dsp::window_loss_db(kind)) < 1e-5);
    BOOST_TEST(*std::max_element(w.begin(), w.end()) == w[n / 2]);
}

/* The equivalent noise bandwidths of the table of Harris, 1978: 1.50, 1.36 and 2.00
 * bins to the two digits printed there. */
BOOST_AUTO_TEST_CASE(the_losses_are_those_of_the_books)
{
    const auto bins = [](gr::isac::window kind) {
        return std::pow(10, dsp::window_loss_db(kind) / 10);
    };
    BOOST_TEST(std::abs(bins(gr::isac::window::RECTANGULAR) - 1) < 1e-12);
    BOOST_TEST(std::abs(bins(gr::isac::window::HANN) - 1.50) < 0.005);
    BOOST_TEST(std::abs(bins(gr::isac::window::HAMMING) - 1.36) < 0.005);
    BOOST_TEST(std::abs(bins(gr::isac::window::BLACKMAN_HARRIS) - 2.00) < 0.005);
}

BOOST_AUTO_TEST_CASE(too_short_is_refused)
{
    BOOST_CHECK_THROW(dsp::window_values(gr::isac::window::HAMMING, 2),
                      std::invalid_argument);
    BOOST_CHECK_THROW(dsp::window_values(gr::isac::window::RECTANGULAR, 0),
                      std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()

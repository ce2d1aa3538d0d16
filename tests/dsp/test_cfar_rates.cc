/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cfar_noise.h"
#include <gnuradio/isac/dsp/cfar.h>
#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace gr::isac;
using namespace cfar_test;

BOOST_AUTO_TEST_SUITE(cfar_rates)

/* The factors themselves, from the closed forms; -log of the rate for as many cells. */
BOOST_AUTO_TEST_CASE(factors_are_those_of_the_closed_forms)
{
    const double n = 17 * 17 - 5 * 5;
    auto p = rectangular(1e-6, 2, 6);
    BOOST_TEST(dsp::cfar(64, 64, p).alpha(30) == n * (std::pow(1e-6, -1 / n) - 1),
               boost::test_tools::tolerance(1e-9));

    p.cfar = cfar_kind::OS; // alpha is over the noise: x(k) has a mean of its own
    double rate = 1, mean = 0;
    const int rank = 198;
    for (int i = 0; i < rank; ++i) {
        mean += 1 / (n - i);
    }
    const double on_rank = dsp::cfar(64, 64, p).alpha(30) / mean;
    for (int i = 0; i < rank; ++i) {
        rate *= (n - i) / (n - i + on_rank);
    }
    BOOST_TEST(rate == 1e-6, boost::test_tools::tolerance(1e-6));

    // Two exponentials: the smaller one has half the mean, and the greater 3/2 of it.
    // With one column there are but two sectors, of one cell each.
    p = rectangular(1e-2, 0, 1);
    p.cfar = cfar_kind::SO; // rate = 2 / (2 + a)
    BOOST_TEST(dsp::cfar(8, 1, p).alpha(0) == 198 * 0.5,
               boost::test_tools::tolerance(1e-4));
    p.cfar = cfar_kind::GO; // rate = 2 / (1 + a) - 2 / (2 + a)
    const double a = (-3 + std::sqrt(1 + 8 / 1e-2)) / 2;
    BOOST_TEST(dsp::cfar(8, 1, p).alpha(0) == a * 1.5,
               boost::test_tools::tolerance(1e-4));
}

/* On noise alone the detector must fire at exactly the rate it was asked for, at the
 * edges too, where the window is cut off. Cells a whole window apart share no training
 * cell, so they are independent trials and their count is binomial: five sigma is a
 * false alarm of the test itself once in two million seeds, and the seed is fixed. */
BOOST_DATA_TEST_CASE(fires_at_the_asked_rate_on_noise,
                     KINDS* data::make({ 0, 13, 36 }),
                     kind,
                     tested_column)
{
    const int n_rows = 126, n_columns = 37, n_maps = 1500;
    auto p = rectangular(1e-2, 1, 3);
    p.cfar = kind;
    const int window = 2 * (p.guard + p.training) + 1;
    dsp::cfar cfar(n_rows, n_columns, p);

    std::mt19937 rng(11);
    int alarms = 0;
    for (int i = 0; i < n_maps; ++i) {
        const auto map = exponential(n_rows * n_columns, rng);
        for (const int cell : cfar.detect(map)) {
            alarms += cell % n_columns == tested_column &&
                      cell / n_columns % window == 0 &&
                      cell / n_columns + window <= n_rows;
        }
    }

    const int trials = n_maps * (n_rows / window);
    const double expected = trials * p.false_alarm_rate;
    const double sigma = std::sqrt(expected * (1 - p.false_alarm_rate));
    BOOST_REQUIRE(expected > 100); // else a Gaussian band means nothing
    BOOST_TEST_CONTEXT(alarms << " alarms in " << trials << " trials, expected "
                              << expected)
    {
        BOOST_TEST(std::abs(alarms - expected) < 5 * sigma);
    }
}

/* A window correlates neighbours, so their mean says less than that of as many free
 * cells, and the factor on it must be larger. Two Hamming windows: the correlation of
 * neighbours is the transform of w^2, 0.625 at one bin and 0.133 at two, so a long axis
 * has 1/(1 + 2 (0.625^2 + 0.133^2)) = 0.55 free cells per cell. */
BOOST_AUTO_TEST_CASE(a_window_makes_the_noise_less_certain)
{
    const dsp::cfar free(256, 64, rectangular(1e-6, 2, 6));
    const dsp::cfar correlated(256, 64); // the defaults are the same but for the window
    const double n = 17 * 17 - 5 * 5;
    BOOST_TEST(free.alpha(30) == n * (std::pow(1e-6, -1 / n) - 1),
               boost::test_tools::tolerance(1e-9));
    const auto alpha = [](double n_free) {
        return n_free * (std::pow(1e-6, -1 / n_free) - 1);
    };
    // The edges of the ring have fewer neighbours: a few more free cells than 0.55^2 n.
    BOOST_TEST(correlated.alpha(30) < alpha(0.55 * 0.55 * n));
    BOOST_TEST(correlated.alpha(30) > alpha(1.4 * 0.55 * 0.55 * n));
}

/* Cells between the bins say nothing new: padded by two in both axes a cell is worth a
 * quarter, and less than a half of a cell more than that at the edges of the ring. */
BOOST_AUTO_TEST_CASE(padding_adds_no_cells)
{
    auto p = rectangular(1e-6, 2, 6);
    p.range_padding = p.velocity_padding = 2;
    const auto alpha = [](double n) { return n * (std::pow(1e-6, -1 / n) - 1); };
    const double n = 17 * 17 - 5 * 5, padded = dsp::cfar(256, 128, p).alpha(64);
    BOOST_TEST(padded < alpha(n));
    BOOST_TEST(padded > alpha(1.3 * n));
}

/* The noise power without bias: the standard deviation of the mean of 2000 estimates of
 * mean 4, each from at least 38 cells of its own, is 4 / sqrt(38 * 2000) = 0.36 %; the
 * order statistic needs 1.6 times as many cells (its variance at 0.75 is 3/n), an extreme
 * of four sectors four times as many. Five sigma of the worst. */
BOOST_DATA_TEST_CASE(noise_is_measured_without_bias,
                     KINDS* data::make({ 0, 20 }),
                     kind,
                     column)
{
    auto p = rectangular(1e-3, 1, 3);
    p.cfar = kind;
    const int n_rows = 9, n_columns = 41, n_maps = 2000;
    dsp::cfar cfar(n_rows, n_columns, p);
    std::mt19937 rng(6);
    double sum = 0;
    for (int i = 0; i < n_maps; ++i) {
        const auto map = exponential(n_rows * n_columns, rng);
        sum += cfar.noise(map, 4 * n_columns + column);
    }
    BOOST_TEST(std::abs(sum / n_maps / 4 - 1) < 5 * 2 * 0.0036);
}

BOOST_AUTO_TEST_SUITE_END()

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/cfar.h>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>
#include <vector>

using namespace gr::isac;
namespace data = boost::unit_test::data;

namespace {

sensing_params rectangular(double false_alarm_rate, int guard, int training)
{
    sensing_params p;
    p.range_window = p.velocity_window = gr::isac::window::RECTANGULAR;
    p.false_alarm_rate = false_alarm_rate;
    p.guard = guard;
    p.training = training;
    return p;
}

std::vector<float> exponential(int n, std::mt19937& rng)
{
    std::exponential_distribution<float> power(0.25f); // mean 4: it must not matter
    std::vector<float> cells(n);
    for (auto& cell : cells) {
        cell = power(rng);
    }
    return cells;
}

} // namespace

BOOST_AUTO_TEST_SUITE(cfar)

/* The definition, cell by cell: mean of the cells in the ring, wrapped in velocity, cut
 * off in range, times n (rate^(-1/n) - 1). Rounding is that of a float result. */
BOOST_DATA_TEST_CASE(thresholds_follow_the_definition,
                     data::make({ 3, 9, 40 }) * data::make({ 0, 2 }),
                     n_columns,
                     guard)
{
    const int n_rows = 24, training = 4, reach = guard + training;
    const auto p = rectangular(1e-3, guard, training);
    std::mt19937 rng(2);
    auto power = exponential(n_rows * n_columns, rng);
    power[5] = 4e10f; // what leaves a sliding sum must leave nothing behind
    std::vector<float> thresholds(power.size());
    dsp::cfar cfar(n_rows, n_columns, p);
    cfar.compute(power, thresholds);

    for (int row = 0; row < n_rows; ++row) {
        for (int column = 0; column < n_columns; ++column) {
            double sum = 0;
            int n = 0;
            for (int i = -reach; i <= reach; ++i) {
                for (int j = std::max(-reach, -column);
                     j <= std::min(reach, n_columns - 1 - column);
                     ++j) {
                    if (std::abs(i) > guard || std::abs(j) > guard) {
                        sum +=
                            power[(row + i + n_rows) % n_rows * n_columns + column + j];
                        ++n;
                    }
                }
            }
            const double expected = (std::pow(1e-3, -1.0 / n) - 1) * sum;
            const float is = thresholds[row * n_columns + column];
            BOOST_TEST(is == float(expected), boost::test_tools::tolerance(1e-5f));
        }
    }
}

/* On noise alone the detector must fire at exactly the rate it was asked for, at the
 * edges too, where the window is cut off. Cells a whole window apart share no training
 * cell, so they are independent trials and their count is binomial: five sigma is a
 * false alarm of the test itself once in two million seeds, and the seed is fixed. */
BOOST_DATA_TEST_CASE(fires_at_the_asked_rate_on_noise,
                     data::make({ 0, 13, 36 }),
                     tested_column)
{
    const int n_rows = 126, n_columns = 37, n_maps = 4000;
    const auto p = rectangular(1e-2, 1, 3);
    const int window = 2 * (p.guard + p.training) + 1;
    dsp::cfar cfar(n_rows, n_columns, p);

    std::mt19937 rng(11);
    std::vector<float> thresholds(n_rows * n_columns);
    int trials = 0, alarms = 0;
    for (int i = 0; i < n_maps; ++i) {
        const auto map = exponential(n_rows * n_columns, rng);
        cfar.compute(map, thresholds);
        for (int row = 0; row + window <= n_rows; row += window) {
            const int at = row * n_columns + tested_column;
            alarms += map[at] > thresholds[at];
            ++trials;
        }
    }

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

BOOST_AUTO_TEST_CASE(a_bad_parameter_is_refused_by_name)
{
    const auto says = [](const char* name) {
        return [name](const std::invalid_argument& e) {
            return std::string(e.what()).find(name) != std::string::npos;
        };
    };
    const auto make = [](double rate, int guard, int training, int n_rows) {
        dsp::cfar(n_rows, 64, rectangular(rate, guard, training));
    };
    BOOST_CHECK_EXCEPTION(
        make(0, 2, 6, 64), std::invalid_argument, says("false_alarm_rate = 0"));
    BOOST_CHECK_EXCEPTION(
        make(NAN, 2, 6, 64), std::invalid_argument, says("false_alarm_rate = nan"));
    BOOST_CHECK_EXCEPTION(
        make(1e-6, -1, 6, 64), std::invalid_argument, says("guard = -1"));
    BOOST_CHECK_EXCEPTION(
        make(1e-6, 2, 0, 64), std::invalid_argument, says("training = 0"));
    BOOST_CHECK_EXCEPTION(make(1e-6, 2, 6, 16), std::invalid_argument, says("= 17"));
}

BOOST_AUTO_TEST_SUITE_END()

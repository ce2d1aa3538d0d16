/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/cfar.h>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

using namespace gr::isac;
namespace data = boost::unit_test::data;

namespace gr {
namespace isac {
std::ostream& operator<<(std::ostream& out, cfar_kind kind)
{
    return out << static_cast<int>(kind);
}
} // namespace isac
} // namespace gr

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

/// Mean, extreme mean of a sector, or order statistic of the cells around one: the
/// definition, cell by cell. Cells that are not finite are left out.
double noise_around(const std::vector<float>& map,
                    int n_rows,
                    int n_columns,
                    int row,
                    int column,
                    const sensing_params& p)
{
    const int up = p.guard * p.velocity_padding, left = p.guard * p.range_padding;
    const int row_reach = (p.guard + p.training) * p.velocity_padding;
    const int column_reach = (p.guard + p.training) * p.range_padding;
    std::vector<float> sectors[4], all;
    for (int i = -row_reach; i <= row_reach; ++i) {
        for (int j = -column_reach; j <= column_reach; ++j) {
            if ((std::abs(i) <= up && std::abs(j) <= left) || column + j < 0 ||
                column + j >= n_columns) {
                continue;
            }
            const float x = map[(row + i + n_rows) % n_rows * n_columns + column + j];
            if (std::isfinite(x)) {
                all.push_back(x);
                const int sector = j < -left && i <= up   ? 0
                                   : j > left && i >= -up ? 1
                                   : i < -up              ? 2
                                                          : 3;
                sectors[sector].push_back(x);
            }
        }
    }
    if (p.cfar == cfar_kind::OS) {
        std::sort(all.begin(), all.end());
        return all[static_cast<int>(std::ceil(p.os_rank * all.size())) - 1];
    }
    const auto mean = [](const std::vector<float>& x) {
        return std::accumulate(x.begin(), x.end(), 0.0) / x.size();
    };
    std::vector<double> means;
    for (const auto& sector : sectors) {
        if (!sector.empty()) {
            means.push_back(mean(sector));
        }
    }
    return p.cfar == cfar_kind::CA   ? mean(all)
           : p.cfar == cfar_kind::GO ? *std::max_element(means.begin(), means.end())
                                     : *std::min_element(means.begin(), means.end());
}

const auto KINDS =
    data::make({ cfar_kind::CA, cfar_kind::GO, cfar_kind::SO, cfar_kind::OS });

const float NOT_A_NUMBER = std::numeric_limits<float>::quiet_NaN();
const float INFINITE = std::numeric_limits<float>::infinity();

} // namespace

BOOST_AUTO_TEST_SUITE(cfar)

/* The definition for every kind, at the edges and inside, with and without guard and
 * padding. The factor of a column is one number, so thresholds over the noise around
 * must agree along it; what a strong cell left in a sum would show. Rounding: a few sums
 * of up to 30 float additions, each 6e-8. detect() is the comparison with them, OS bit by
 * bit: there the threshold is one multiplication. */
BOOST_DATA_TEST_CASE(thresholds_follow_the_definition,
                     KINDS* data::make({ 3, 9, 40 }) * data::make({ 0, 2 }) *
                         data::make({ 1, 2 }),
                     kind,
                     n_columns,
                     guard,
                     padding)
{
    const int n_rows = 29;
    auto p = rectangular(2e-2, guard, 4);
    p.cfar = kind;
    p.range_padding = padding;
    std::mt19937 rng(2);
    auto power = exponential(n_rows * n_columns, rng);
    power[5] = 4e10f;
    std::vector<float> thresholds(power.size());
    dsp::cfar cfar(n_rows, n_columns, p);
    cfar.compute(power, thresholds);

    std::vector<int> above;
    std::vector<double> factors(n_columns);
    for (int cell = 0; cell < n_rows * n_columns; ++cell) {
        const int row = cell / n_columns, column = cell % n_columns;
        const double factor =
            thresholds[cell] / noise_around(power, n_rows, n_columns, row, column, p);
        factors[column] = row == 0 ? factor : factors[column];
        BOOST_TEST(factor == factors[column], boost::test_tools::tolerance(1e-5));
        BOOST_TEST(cfar.threshold(power, cell) == thresholds[cell],
                   boost::test_tools::tolerance(1e-5f));
        if (power[cell] > thresholds[cell]) {
            above.push_back(cell);
        }
    }
    const auto found = cfar.detect(power);
    BOOST_TEST(!above.empty());
    BOOST_TEST(std::vector<int>(found.begin(), found.end()) == above,
               boost::test_tools::per_element());
    BOOST_TEST(cfar.n_not_finite() == 0);
}

/* What detect() leaves out in advance at low rates is what no threshold would have let
 * through: a step of clutter, walls, targets of every strength, cells that are not
 * finite, and maps so full that it gives up. Sums round by 1e-6; cells closer to their
 * threshold are left out of the comparison. */
BOOST_DATA_TEST_CASE(detections_are_those_of_the_thresholds,
                     KINDS* data::make({ 1, 2 }) * data::make({ 0, 1, 12 }) *
                         data::make({ 70, 91 }),
                     kind,
                     padding,
                     spacing,
                     n_columns)
{
    const int n_rows = 64;
    sensing_params p;
    p.cfar = kind;
    p.range_padding = p.velocity_padding = padding;
    std::mt19937 rng(8);
    auto power = exponential(n_rows * n_columns, rng);
    for (int cell = 0; cell < n_rows * n_columns; ++cell) {
        const int row = cell / n_columns, column = cell % n_columns;
        power[cell] *= row == 32 ? 1e4f : column < 20 ? 30 : 1;
        if (spacing > 0 && row % spacing == 0 && column % (2 * spacing) == 0) {
            power[cell] *= rng() % 200;
        }
    }
    power[40 * n_columns + 3] = NOT_A_NUMBER;
    power[63 * n_columns + 69] = INFINITE;

    dsp::cfar cfar(n_rows, n_columns, p);
    std::vector<float> thresholds(power.size());
    cfar.compute(power, thresholds);
    const auto list = cfar.detect(power);
    BOOST_TEST(cfar.n_not_finite() == 2);
    BOOST_TEST(std::is_sorted(list.begin(), list.end()));
    std::vector<bool> found(power.size());
    for (const int cell : list) {
        found[cell] = true;
    }
    for (std::size_t cell = 0; cell < power.size(); ++cell) {
        const float over = power[cell] / thresholds[cell];
        if (std::isfinite(power[cell]) && std::abs(over - 1) < 1e-5f) {
            continue;
        }
        BOOST_TEST(found[cell] == (std::isfinite(power[cell]) && over > 1));
    }
}

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

/* Neighbours do without a cell that is not finite, exactly; it is no detection itself,
 * and the others that were there are still. */
BOOST_DATA_TEST_CASE(cells_that_are_not_finite_are_left_out, KINDS, kind)
{
    const int n_rows = 40, n_columns = 50;
    auto p = rectangular(1e-3, 1, 4);
    p.cfar = kind;
    std::mt19937 rng(4);
    auto power = exponential(n_rows * n_columns, rng);
    const std::vector<int> bad{ 0, 49, 717, 718, 1023, 1999 };
    for (std::size_t i = 0; i < bad.size(); ++i) {
        power[bad[i]] = i % 3 == 0 ? NOT_A_NUMBER : i % 3 == 1 ? INFINITE : -INFINITE;
    }
    power[720] = power[1022] = 4e3f;
    dsp::cfar cfar(n_rows, n_columns, p);
    const auto found = cfar.detect(power);
    for (const int cell : { 720, 1022 }) {
        BOOST_TEST(std::count(found.begin(), found.end(), cell) == 1);
    }
    for (const int cell : bad) {
        BOOST_TEST(std::count(found.begin(), found.end(), cell) == 0);
    }
    BOOST_TEST(cfar.n_not_finite() == static_cast<int>(bad.size()));

    std::vector<float> thresholds(power.size());
    cfar.compute(power, thresholds);
    const double factor = thresholds[20 * n_columns + 22] /
                          noise_around(power, n_rows, n_columns, 20, 22, p);
    for (int column = 6; column < 44; ++column) {
        const double is = thresholds[16 * n_columns + column];
        BOOST_TEST(is == factor * noise_around(power, n_rows, n_columns, 16, column, p),
                   boost::test_tools::tolerance(1e-5));
    }
}

/* Maps that hold nothing to find: all equal, all zero, nothing finite. */
BOOST_DATA_TEST_CASE(nothing_is_found_in_a_map_without_contrast, KINDS, kind)
{
    auto p = rectangular(1e-3, 1, 4);
    p.cfar = kind;
    dsp::cfar cfar(40, 50, p);
    for (const float all : { 0.0f, 1e-30f, 7.0f, 1e38f, NOT_A_NUMBER, INFINITE }) {
        const std::vector<float> map(2000, all);
        BOOST_TEST(cfar.detect(map).size() == 0u);
        BOOST_TEST(cfar.n_not_finite() == (std::isfinite(all) ? 0 : 2000));
    }
    const std::vector<float> shorter(1999), empty;
    BOOST_CHECK_THROW(cfar.detect(shorter), std::invalid_argument);
    BOOST_CHECK_THROW(cfar.detect(empty), std::invalid_argument);
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
    auto p = rectangular(1e-6, 2, 6);
    p.cfar = cfar_kind::OS;
    for (const double rank : { 0.0, 1.1, static_cast<double>(NOT_A_NUMBER) }) {
        p.os_rank = rank;
        BOOST_CHECK_EXCEPTION(
            dsp::cfar(64, 64, p), std::invalid_argument, says("os_rank = "));
    }
    p.os_rank = 1; // the greatest
    dsp::cfar(64, 64, p);
    p.velocity_padding = 4;
    BOOST_CHECK_EXCEPTION(dsp::cfar(64, 64, p),
                          std::invalid_argument,
                          says("velocity_padding + 1 = 65, but it must be <= the 64"));
}

BOOST_AUTO_TEST_SUITE_END()

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "cfar_noise.h"
#include <gnuradio/isac/dsp/cfar.h>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

using namespace gr::isac;
using namespace cfar_test;

namespace {

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

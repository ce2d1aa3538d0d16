/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "../../lib/dsp/map_kernels.h"
#include <volk/volk_alloc.hh>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

using namespace gr::isac;
using cf = std::complex<float>;
namespace data = boost::unit_test::data;

namespace {

std::vector<cf> random_cells(int n, double spread_db = 0)
{
    std::mt19937 rng(n);
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> level_db(-spread_db, spread_db);
    std::vector<cf> x(n);
    for (auto& v : x) {
        const double level = std::pow(10, level_db(rng) / 20);
        v = cf(std::complex<double>(normal(rng), normal(rng)) * level);
    }
    return x;
}

template <class T>
void turns_like_the_portable_one(int n_rows, int n_columns)
{
    const int from_stride = n_columns + 3, to_stride = n_rows + 5;
    std::vector<T> from(n_rows * from_stride);
    for (std::size_t i = 0; i < from.size(); ++i) {
        from[i] = T(static_cast<float>(i));
    }
    std::vector<T> to(n_columns * to_stride), expected = to;
    const dsp::strided<const T> in{ from.data(), static_cast<std::size_t>(from_stride) };
    dsp::turn(in, n_rows, n_columns, { to.data(), static_cast<std::size_t>(to_stride) });
    dsp::turn_portably(
        in,
        n_rows,
        n_columns,
        dsp::strided<T>{ expected.data(), static_cast<std::size_t>(to_stride) });
    BOOST_TEST((to == expected));
}

} // namespace

BOOST_AUTO_TEST_SUITE(map_kernels)

/* Whole squares, parts of them and less than one, tall and wide: items are moved, so
 * every one must arrive, and none beyond. */
BOOST_DATA_TEST_CASE(matrices_are_turned_whole,
                     data::make({ 1, 3, 8, 13, 32, 50 }) *
                         data::make({ 1, 4, 7, 16, 32, 37 }),
                     n_rows,
                     n_columns)
{
    turns_like_the_portable_one<float>(n_rows, n_columns);
    turns_like_the_portable_one<cf>(n_rows, n_columns);
}

/* Past the caches or, where rows are not aligned, not: the same matrix. */
BOOST_DATA_TEST_CASE(lines_written_past_the_caches_arrive,
                     data::make({ 32, 40, 37 }) * data::make({ 0, 1 }) *
                         data::make({ 8, 21, 64 }),
                     to_stride,
                     offset,
                     n_columns)
{
    const std::size_t from_stride = n_columns + 8, stride = to_stride;
    volk::vector<float> from(dsp::MAP_TILE * from_stride);
    for (std::size_t i = 0; i < from.size(); ++i) {
        from[i] = static_cast<float>(i);
    }
    volk::vector<float> to(n_columns * stride + offset), expected = to;
    const dsp::strided<const float> in{ from.data(), from_stride };
    dsp::turn_past_caches(in, n_columns, { to.data() + offset, stride });
    dsp::turn_portably(in,
                       dsp::MAP_TILE,
                       n_columns,
                       dsp::strided<float>{ expected.data() + offset, stride });
    BOOST_TEST((to == expected));
}

/* The documented 1e-4 dB over 400 dB of powers, and float rounding of the result: half a
 * unit in the last place of 200 is 8e-6. */
BOOST_AUTO_TEST_CASE(decibels_are_what_the_library_says)
{
    const auto x = random_cells(1003, 150);
    std::vector<float> fast(x.size()), portable(x.size());
    dsp::powers_db(x.data(), fast.data(), static_cast<int>(x.size()));
    dsp::powers_db_portably(x.data(), portable.data(), static_cast<int>(x.size()));
    double worst = 0, apart = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double expected = 10 * std::log10(std::norm(std::complex<double>(x[i])));
        worst = std::max(worst, std::abs(fast[i] - expected));
        apart = std::max<double>(apart, std::abs(fast[i] - portable[i]));
    }
    BOOST_TEST(worst < 1.1e-4);
    BOOST_TEST(apart < 5e-5); // both within 4.5e-5 of the truth, on the same side
}

BOOST_AUTO_TEST_CASE(no_power_at_all_is_a_number)
{
    const std::vector<cf> nothing(11);
    std::vector<float> db(nothing.size());
    dsp::powers_db(nothing.data(), db.data(), static_cast<int>(db.size()));
    for (const float value : db) {
        BOOST_TEST(std::abs(value + 379.3) < 0.1);
    }
}

/* With and without fused multiplication: three roundings of float32 at most. */
BOOST_DATA_TEST_CASE(products_agree, data::make({ 1, 4, 7, 64, 101 }), n)
{
    const auto x = random_cells(n), y = random_cells(n + 1);
    std::vector<float> window(n);
    for (int k = 0; k < n; ++k) {
        window[k] = 1 + std::cos(0.1f * k);
    }
    std::vector<cf> fast(n), portable(n);
    dsp::multiply_conjugate(x.data(), y.data(), window.data(), 0.3f, fast.data(), n);
    dsp::multiply_conjugate_portably(
        x.data(), y.data(), window.data(), 0.3f, portable.data(), n);
    for (int k = 0; k < n; ++k) {
        const float scale = 0.3f * window[k] * std::abs(x[k]) * std::abs(y[k]);
        BOOST_TEST(std::abs(fast[k] - portable[k]) <=
                   3 * std::numeric_limits<float>::epsilon() * scale);
        const auto expected = std::complex<double>(y[k]) *
                              std::conj(std::complex<double>(x[k])) * 0.3 *
                              static_cast<double>(window[k]);
        BOOST_TEST(std::abs(std::complex<double>(portable[k]) - expected) <=
                   3 * std::numeric_limits<float>::epsilon() * scale);
    }
}

BOOST_AUTO_TEST_SUITE_END()

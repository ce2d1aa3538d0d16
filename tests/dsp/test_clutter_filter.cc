/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "radar_scene.h"
#include <gnuradio/isac/dsp/clutter_filter.h>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace gr::isac;
using scene::cf;
using scene::grid;
namespace data = boost::unit_test::data;

namespace {

waveform small()
{
    waveform_params p;
    p.n_subcarriers = 128;
    p.n_symbols = 64;
    return waveform(p);
}

grid filtered(const waveform& w, const grid& tx, const grid& rx)
{
    grid moving(rx.size());
    dsp::clutter_filter(w).filter(tx, rx, moving);
    return moving;
}

/// Amplitude of the echo at this velocity that is left in the rows.
double amplitude(const waveform& w, const grid& tx, const grid& rows, double velocity_mps)
{
    grid model(tx.size());
    scene::add_echo(w, tx, 12, velocity_mps, 1, model);
    std::complex<double> sum = 0;
    double energy = 0;
    for (std::size_t i = 0; i < tx.size(); ++i) {
        sum += std::complex<double>(rows[i]) * std::conj(std::complex<double>(model[i]));
        energy += std::norm(model[i]);
    }
    return std::abs(sum) / energy;
}

} // namespace

BOOST_AUTO_TEST_SUITE(clutter_filter)

/* Any mixture of standing echoes goes, whatever the symbols: the fit is exact. What is
 * left is float rounding of cells of 1e2, 1e-7 of that a cell. */
BOOST_AUTO_TEST_CASE(what_stands_still_goes)
{
    const auto w = small();
    std::mt19937 rng(1);
    const auto tx = scene::gaussian(w, rng);
    grid rx(tx.size());
    scene::add_echo(w, tx, 0, 0, 100, rx);
    scene::add_echo(w, tx, 33, 0, 7, rx);
    for (const auto cell : filtered(w, tx, rx)) {
        BOOST_REQUIRE(std::abs(cell) < 1e-3);
    }
}

/* Movers lose what the header says: 1 - sinc(v)^2 of the amplitude is left, sinc being
 * that of 64 symbols, sin(pi v) / (64 sin(pi v / 64)). */
BOOST_DATA_TEST_CASE(movers_lose_what_is_stated,
                     data::make({ 0.1, 0.44, 0.5, 1.0, 1.5, 7.3 }),
                     velocity_bin)
{
    const auto w = small();
    std::mt19937 rng(1);
    const auto tx = scene::qpsk(w, rng);
    const double velocity_mps = velocity_bin * w.velocity_bin_mps();
    grid rx(tx.size());
    scene::add_echo(w, tx, 12, velocity_mps, 1, rx);
    const double x = M_PI * velocity_bin;
    const double sinc = std::sin(x) / (64 * std::sin(x / 64));
    BOOST_TEST(std::abs(amplitude(w, tx, filtered(w, tx, rx), velocity_mps) -
                        (1 - sinc * sinc)) < 1e-5);
}

/* The rest may overwrite the received rows, and a column that was never sent passes. */
BOOST_AUTO_TEST_CASE(it_works_in_place_and_leaves_empty_cells_alone)
{
    const auto w = small();
    std::mt19937 rng(1);
    const auto tx = scene::qpsk(w, rng);
    auto rx = scene::noise(w, rng);
    const auto expected = filtered(w, tx, rx);
    BOOST_TEST((expected[w.n_subcarriers() / 2] == rx[w.n_subcarriers() / 2]));
    dsp::clutter_filter(w).filter(tx, rx, rx);
    BOOST_TEST((rx == expected));
}

BOOST_AUTO_TEST_CASE(a_buffer_of_the_wrong_length_is_refused)
{
    const auto w = small();
    dsp::clutter_filter filter(w);
    grid cells(w.grid_len()), longer(w.grid_len() + 1);
    BOOST_CHECK_THROW(filter.filter(longer, cells, cells), std::invalid_argument);
    BOOST_CHECK_THROW(filter.filter(cells, longer, cells), std::invalid_argument);
    BOOST_CHECK_THROW(filter.filter(cells, cells, longer), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()

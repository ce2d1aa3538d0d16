/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "radar_scene.h"
#include <gnuradio/isac/dsp/clutter_filter.h>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <limits>

using namespace gr::isac;
using scene::cf;
using scene::grid;
namespace data = boost::unit_test::data;

namespace gr {
namespace isac {
std::ostream& operator<<(std::ostream& out, clutter_method method)
{
    return out << static_cast<int>(method);
}
} // namespace isac
} // namespace gr

namespace {

waveform small()
{
    waveform_params p;
    p.n_subcarriers = 128;
    p.n_symbols = 64;
    return waveform(p);
}

grid filtered(const waveform& w, const grid& tx, const grid& rx, clutter_params p = {})
{
    grid moving(rx.size());
    dsp::clutter_filter(w, p).filter(tx, rx, moving);
    return moving;
}

/// Amplitude of the echo from there that is left in the rows.
double amplitude(const waveform& w,
                 const grid& tx,
                 const grid& rows,
                 double velocity_mps,
                 double range_m = 12)
{
    grid model(tx.size());
    scene::add_echo(w, tx, range_m, velocity_mps, 1, model);
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

/* What kept() says of every method, at the place of the echo: the fit is that of least
 * squares, and the symbols have equal power but for the empty DC, of which the sums over
 * 128 subcarriers of LEAKAGE know (1/127). */
BOOST_DATA_TEST_CASE(movers_keep_what_is_told,
                     data::make({ clutter_method::MEAN,
                                  clutter_method::ECA,
                                  clutter_method::ECA_BATCH,
                                  clutter_method::LEAKAGE }) *
                         data::make({ 0.0, 0.3, 1.0, 2.0, 4.6 }) *
                         data::make({ 0.0, 2.5, 9.0 }),
                     method,
                     velocity_bin,
                     range_bin)
{
    const auto w = small();
    std::mt19937 rng(1);
    const auto tx = scene::qpsk(w, rng);
    clutter_params p;
    p.method = method;
    p.leakage_range_m = w.range_bin_m();
    const double velocity_mps = velocity_bin * w.velocity_bin_mps();
    const double range_m = range_bin * w.range_bin_m();
    grid rx(tx.size());
    scene::add_echo(w, tx, range_m, velocity_mps, 1, rx);
    const double is = amplitude(w, tx, filtered(w, tx, rx, p), velocity_mps, range_m);
    const double off =
        std::abs(is - dsp::clutter_filter(w, p).kept(range_m, velocity_mps));
    BOOST_TEST(off < (method == clutter_method::LEAKAGE ? 1.0 / 127 : 1e-5));
}

/* The running mean: the first frame is MEAN, later a mover turns from frame to frame and
 * stays, as kept() says once the memory is full: after 60 frames (1 - 1/4)^56 = 1e-7 of
 * the beginning is left. What stands still is gone in every frame. */
BOOST_DATA_TEST_CASE(slow_movers_survive_a_memory_of_frames,
                     data::make({ 0.2, 0.44, 1.7 }),
                     velocity_bin)
{
    const auto w = small();
    std::mt19937 rng(1);
    const auto tx = scene::qpsk(w, rng);
    clutter_params p;
    p.method = clutter_method::RECURSIVE;
    p.memory = 4;
    dsp::clutter_filter filter(w, p);
    const double velocity_mps = velocity_bin * w.velocity_bin_mps();
    const double turns_per_frame =
        2 * velocity_mps / w.wavelength_m() * w.frame_duration_s();
    grid first(tx.size()), moving(tx.size());
    for (int i = 0; i < 60; ++i) {
        grid rx(tx.size());
        scene::add_echo(
            w, tx, 12, velocity_mps, std::polar(1.0, 2 * M_PI * turns_per_frame * i), rx);
        scene::add_echo(w, tx, 20, 0, 10, rx);
        filter.filter(tx, rx, moving);
        BOOST_REQUIRE(amplitude(w, tx, moving, 0, 20) < 1.3);
        if (i == 0) {
            BOOST_TEST((moving == filtered(w, tx, rx)));
        }
    }
    BOOST_TEST(std::abs(amplitude(w, tx, moving, velocity_mps) -
                        filter.kept(12, velocity_mps)) < 1e-4);

    // Frames of zeros leave the memory alone; without it all is as in the beginning.
    const grid silence(tx.size());
    filter.filter(tx, silence, moving);
    filter.reset();
    grid rx(tx.size());
    scene::add_echo(w, tx, 12, velocity_mps, 1, rx);
    filter.filter(tx, rx, moving);
    BOOST_TEST((moving == filtered(w, tx, rx)));
}

/// Power of the rows over what it was, dB.
double left_db(const grid& before, const grid& after)
{
    const auto power = [](const grid& x) {
        double sum = 0;
        for (const auto v : x) {
            sum += std::norm(v);
        }
        return sum;
    };
    return 10 * std::log10(power(after) / power(before));
}

/* Clutter that drifts, and leakage from a short way, whatever the symbols are: what is
 * left is what the functions of time or frequency do not span (slow_functions.h), 1 dB
 * more for symbols of unequal power, or else the rounding of the cells. */
BOOST_DATA_TEST_CASE(what_nearly_stands_still_goes,
                     data::make({ 1, 2, 3 }) * data::make({ false, true }),
                     dopplers,
                     is_qpsk)
{
    const auto w = small();
    std::mt19937 rng(1);
    const auto tx = is_qpsk ? scene::qpsk(w, rng) : scene::gaussian(w, rng);
    clutter_params p;
    p.method = clutter_method::ECA;
    p.dopplers = dopplers;
    grid rx(tx.size());
    scene::add_echo(w, tx, 0, 0.25 * dopplers * 0.9 * w.velocity_bin_mps(), 30, rx);
    scene::add_echo(w, tx, 20, -0.1 * w.velocity_bin_mps(), 20, rx);
    const double most[] = { -46, -69, -90 };
    BOOST_TEST(left_db(rx, filtered(w, tx, rx, p)) < most[dopplers - 1] + 1);

    p.method = clutter_method::LEAKAGE;
    p.leakage_range_m = dopplers * w.range_bin_m();
    std::fill(rx.begin(), rx.end(), 0);
    scene::add_echo(w, tx, 0.3, 0, 1000, rx);
    scene::add_echo(w, tx, 0.95 * p.leakage_range_m, 0, std::polar(300.0, 1.0), rx);
    BOOST_TEST(left_db(rx, filtered(w, tx, rx, p)) < -90 + 1);
}

/* A cell that is not finite counts as neither sent nor received. */
BOOST_DATA_TEST_CASE(cells_that_are_not_finite_are_left_out,
                     data::make({ clutter_method::MEAN,
                                  clutter_method::RECURSIVE,
                                  clutter_method::ECA,
                                  clutter_method::ECA_BATCH,
                                  clutter_method::LEAKAGE }),
                     method)
{
    const auto w = small();
    std::mt19937 rng(1);
    auto tx = scene::qpsk(w, rng);
    auto rx = scene::noise(w, rng);
    clutter_params p;
    p.method = method;
    auto tx_without = tx, rx_without = rx;
    const float nan = std::numeric_limits<float>::quiet_NaN();
    rx[100] = cf(nan, 1);
    rx[5000] = cf(0, std::numeric_limits<float>::infinity());
    tx[7000] = cf(nan, nan);
    for (const int i : { 100, 5000, 7000 }) {
        tx_without[i] = rx_without[i] = 0;
    }
    dsp::clutter_filter filter(w, p);
    grid moving(rx.size());
    filter.filter(tx, rx, moving);
    BOOST_TEST(filter.n_not_finite() == 3);
    BOOST_TEST((moving == filtered(w, tx_without, rx_without, p)));
    filter.filter(tx_without, rx_without, moving);
    BOOST_TEST(filter.n_not_finite() == 0);
    const grid silence(rx.size());
    filter.filter(silence, silence, moving); // a reference of zeros
    BOOST_TEST((moving == silence));
}

BOOST_AUTO_TEST_CASE(a_bad_parameter_is_refused_by_name)
{
    const auto w = small();
    const auto refuses = [&](clutter_params p, const std::string& words) {
        BOOST_CHECK_EXCEPTION(
            dsp::clutter_filter(w, p), std::invalid_argument, [&](const auto& e) {
                return std::string(e.what()).find(words) != std::string::npos;
            });
    };
    refuses({ clutter_method::RECURSIVE, 0 }, "memory = 0, but it must be >= 1");
    refuses({ clutter_method::ECA, 1, -1 }, "dopplers = -1, but it must be in [0, 16]");
    refuses({ clutter_method::ECA_BATCH, 1, 1, 5 }, "batches = 5, but it must divide");
    refuses({ clutter_method::LEAKAGE, 1, 1, 1, -1 }, "leakage_range_m = -1, but");
    refuses({ clutter_method::LEAKAGE, 1, 1, 1, 1e6 }, "leakage_range_m = 1e+06, but");
    dsp::clutter_filter(w,
                        { clutter_method::MEAN, 0, -1, 5, -1 }); // it uses none of them
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

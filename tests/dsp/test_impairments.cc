/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/impairments.h>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <complex>
#include <vector>

using namespace gr::isac::dsp;
using cd = std::complex<double>;

namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(impairments)

/* Rapp's formula in double precision, from far below saturation to far above. The
 * logarithm has a relative error of 3e-7, which the exponent 2 p times ln(power), up to
 * 20 * 14 here, turns into 1e-4 where it is largest. */
BOOST_DATA_TEST_CASE(rapp_follows_its_formula,
                     data::make({ 0.5, 1.0, 2.0, 3.0, 20.0 }),
                     p)
{
    const double saturation = 0.3;
    const rapp_amplifier amplifier(saturation, p);
    std::vector<float> re, im;
    std::vector<cd> exact;
    for (double level_db = -60; level_db <= 40; level_db += 0.25) {
        const double amplitude = std::sqrt(saturation) * std::pow(10, level_db / 20);
        const cd x = std::polar(amplitude, level_db);
        re.push_back(x.real());
        im.push_back(x.imag());
        const double ratio = std::pow(amplitude * amplitude / saturation, p);
        exact.push_back(x / std::pow(1 + ratio, 0.5 / p));
    }
    amplifier.apply(re.data(), im.data(), re.size());
    for (std::size_t i = 0; i < exact.size(); ++i) {
        BOOST_TEST(std::abs(cd(re[i], im[i]) - exact[i]) < 1e-4 * std::abs(exact[i]));
    }
}

BOOST_AUTO_TEST_CASE(an_infinite_saturation_changes_nothing_and_silence_stays)
{
    float re[3] = { 1, 0, 1e6 }, im[3] = { -2, 0, 1e6 };
    rapp_amplifier(INFINITY, 2).apply(re, im, 3);
    BOOST_TEST((re[0] == 1 && im[0] == -2 && re[2] == 1e6f && im[2] == 1e6f));
    rapp_amplifier(1, 2).apply(re, im, 3);
    BOOST_TEST((re[1] == 0 && im[1] == 0));
}

/* A tone gets an image; the formula in the header says how strong. */
BOOST_DATA_TEST_CASE(an_imbalance_mirrors_the_spectrum,
                     data::make({ 0.0, 0.5, -1.0 }) * data::make({ 0.0, 0.05, -0.1 }),
                     gain_db,
                     phase_rad)
{
    constexpr int N = 1024, TONE = 100;
    std::vector<float> re(N), im(N);
    for (int i = 0; i < N; ++i) {
        re[i] = std::cos(2 * M_PI * TONE * i / N);
        im[i] = std::sin(2 * M_PI * TONE * i / N);
    }
    iq_imbalance(gain_db, phase_rad).apply(re.data(), im.data(), N);
    cd tone = 0, image = 0;
    for (int i = 0; i < N; ++i) {
        const cd sample(re[i], im[i]), turn = std::polar(1.0, 2 * M_PI * TONE * i / N);
        tone += sample * std::conj(turn) / double(N);
        image += sample * turn / double(N);
    }
    const cd g = std::polar(std::pow(10, gain_db / 20), phase_rad);
    BOOST_TEST(std::abs(std::abs(tone) - std::abs(1.0 + std::conj(g)) / 2) < 1e-6);
    BOOST_TEST(std::abs(std::abs(image) - std::abs(1.0 - g) / 2) < 1e-6);
}

/* A Wiener phase steps by a variance of 2 pi b / rate; n squared steps tell it to
 * sqrt(2/n). After many steps the variance has grown in proportion: the steps are
 * independent. All streams turn alike. */
BOOST_AUTO_TEST_CASE(phase_noise_is_a_wiener_process_of_its_linewidth)
{
    constexpr int TILES = 2000, TILE = awgn::TILE;
    const double linewidth_hz = 500, rate_hz = 1e6;
    phase_noise oscillator(7);
    oscillator.set_linewidth(linewidth_hz, rate_hz);

    double steps = 0, leaps = 0;
    cd last = 1, last_tile = 1;
    for (int t = 0; t < TILES; ++t) {
        std::vector<float> re(2 * TILE, 1), im(2 * TILE, 0);
        oscillator.apply_tile(re.data(), im.data(), 2);
        for (int i = 0; i < TILE; ++i) {
            const cd now(re[i], im[i]);
            const double step = std::arg(now * std::conj(last));
            steps += step * step;
            last = now;
            BOOST_REQUIRE((re[TILE + i] == re[i] && im[TILE + i] == im[i]));
        }
        const double leap = std::arg(last * std::conj(last_tile));
        leaps += leap * leap;
        last_tile = last;
    }
    const double variance = 2 * M_PI * linewidth_hz / rate_hz;
    const double n = TILES * TILE;
    BOOST_TEST(std::abs(steps / n / variance - 1) < 5 * std::sqrt(2 / n));
    BOOST_TEST(std::abs(leaps / TILES / (TILE * variance) - 1) <
               5 * std::sqrt(2.0 / TILES));
}

BOOST_AUTO_TEST_SUITE_END()

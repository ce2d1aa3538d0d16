/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <gnuradio/isac/dsp/fractional_delay.h>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <complex>
#include <vector>

using namespace gr::isac::dsp;

namespace data = boost::unit_test::data;

namespace {

/// Power of what a delayed tone differs by from the tone of the formula.
double error_db(const fractional_delay& filter, double cycles, double delay)
{
    constexpr int N = 256, PAD = 64;
    std::vector<float> re(N + 2 * PAD), im(N + 2 * PAD), out_re(N), out_im(N);
    for (int i = 0; i < N + 2 * PAD; ++i) {
        re[i] = std::cos(2 * M_PI * cycles * (i - PAD));
        im[i] = std::sin(2 * M_PI * cycles * (i - PAD));
    }
    const phasor_ramp ramp{ 0.3, -0.0123, 0.8, 1e-3 };
    filter.add(&re[PAD], &im[PAD], delay, ramp, out_re.data(), out_im.data(), N);

    double error = 0;
    for (int i = 0; i < N; ++i) {
        const double turns = cycles * (i - delay) + ramp.turns + ramp.turns_step * i;
        const auto exact =
            std::polar(ramp.weight + ramp.weight_step * i, 2 * M_PI * turns);
        error += std::norm(std::complex<double>(out_re[i], out_im[i]) - exact) /
                 std::norm(exact) / N;
    }
    return 10 * std::log10(error);
}

} // namespace

BOOST_AUTO_TEST_SUITE(fractional_delays)

/* Kaiser's rule gives 94 dB for 16 taps up to a band edge of 0.30, and 79 dB for 32 taps
 * at 0.42; it holds for the stop band of one filter, and a delay at a half adds the
 * images of all others, so 10 dB are left to it. The table adds (pi / 512)^2 / 8, or
 * -106 dB. */
BOOST_DATA_TEST_CASE(a_tone_is_delayed_as_the_formula_says,
                     data::make({ 0.0, 0.1234, 0.5, 0.77, 0.999, 1.0 }) *
                         data::make({ -1.0, -0.4, 0.0, 0.7, 1.0 }),
                     delay,
                     place)
{
    for (const double edge : { 0.15, 0.25, 0.3 }) {
        const fractional_delay filter(edge);
        BOOST_TEST(filter.n_taps() == 16);
        BOOST_TEST(error_db(filter, place * edge, delay) < -84);
    }
    for (const double edge : { 0.31, 0.375, 0.42 }) {
        const fractional_delay filter(edge);
        BOOST_TEST(filter.n_taps() == 32);
        BOOST_TEST(error_db(filter, place * edge, delay) < -69);
    }
}

BOOST_AUTO_TEST_CASE(a_band_without_room_for_a_transition_is_refused)
{
    BOOST_CHECK_THROW(fractional_delay(0.5), std::invalid_argument);
    BOOST_CHECK_THROW(fractional_delay(0.0), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "../../lib/dsp/anchor_pilots.h"
#include "../../lib/dsp/demap_kernels.h"
#include <gnuradio/isac/dsp/folded_channel.h>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <cmath>
#include <random>

using namespace gr::isac;
using cf = std::complex<float>;

namespace {

constexpr int FFT_LEN = 256, N = 200, N_PADDED = 208;

/// Two channels that planes can hold.
struct planes {
    std::vector<float> re[2], im[2];

    explicit planes(unsigned seed)
    {
        std::mt19937 rng(seed);
        std::normal_distribution<float> gauss(0, std::sqrt(0.5f));
        for (int i = 0; i < 2; ++i) {
            for (auto* plane : { &re[i], &im[i] }) {
                plane->resize(N_PADDED);
                std::generate(plane->begin(), plane->end(), [&] { return gauss(rng); });
            }
        }
    }

    dsp::row_channel
    channel(int from, int to, float share, double delay, int span, double a, double b)
    {
        return { re[from].data(),
                 im[from].data(),
                 re[to].data(),
                 im[to].data(),
                 share,
                 { 0, delay, false },
                 span,
                 a,
                 b };
    }
};

cf cell(const dsp::row_channel& c, int k)
{
    const cf from(c.from_re[k], c.from_im[k]), to(c.to_re[k], c.to_im[k]);
    const double angle = -2 * M_PI * c.rotation.delay * (k - N / 2) / FFT_LEN;
    return (from + c.share * (to - from)) * cf(std::polar(1.0, angle));
}

/// Mean of the squared distance from what it should be, over the mean power.
double error(const dsp::folded_channel::view& v, const dsp::row_channel& c)
{
    double off = 0, power = 0;
    for (int k = 0; k < N; ++k) {
        const float* h = v.planes + k / dsp::DEMAP_LANES * 4 * dsp::DEMAP_LANES +
                         dsp::lane_of(k % dsp::DEMAP_LANES);
        const cf is(h[0] + v.share * h[32], h[16] + v.share * h[48]);
        off += std::norm(is - cell(c, k));
        power += std::norm(cell(c, k));
    }
    return off / power;
}

} // namespace

BOOST_AUTO_TEST_SUITE(folded_channel)

/* Timing that stands still is folded in without a loss: what is left is rounding, of a
 * few operations in single precision. From span to span only the end is new. */
BOOST_AUTO_TEST_CASE(spans_follow_each_other)
{
    dsp::folded_channel folded(FFT_LEN, N);
    planes p(1);
    for (int span = 1; span < 200; ++span) {
        const int to = span % 2, from = span == 1 ? to : 1 - to;
        for (auto& x : p.re[to]) {
            x = -0.9f * x + 0.1f;
        }
        for (const float share : { 0.25f, 1.0f }) {
            const auto c = p.channel(from, to, share, 3.3, span, 3.3, 3.3);
            BOOST_TEST_REQUIRE(error(folded.of(c, 0.1), c) < 1e-11);
        }
    }
}

/* Rows that drift stay on the line as long as it misses less than the noise allows, a
 * twentieth of it; a row that jumps is turned for itself, and so is every row without
 * noise. */
BOOST_AUTO_TEST_CASE(drift_costs_a_twentieth_of_the_noise_and_jumps_nothing)
{
    dsp::folded_channel folded(FFT_LEN, N);
    planes p(2);
    p.re[1] = p.re[0]; // a channel that only drifts: the derivation has no other motion
    p.im[1] = p.im[0];
    int span = 1;
    for (const double drift : { 0.01, 0.1, 0.3, 1.0 }) {
        for (const double noise : { 0.0, 1e-4, 1e-2, 1.0 }) {
            for (const float share : { 0.0f, 0.5f, 0.75f }) {
                auto c = p.channel(0, 1, share, 2 + drift * share, span, 2, 2 + drift);
                BOOST_TEST(error(folded.of(c, noise), c) <= 0.06 * noise + 1e-11);
                c.rotation.delay += 1;
                BOOST_TEST(error(folded.of(c, noise), c) <= 0.06 * noise + 1e-11);
            }
            ++span;
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(anchor_pilots)

namespace {

constexpr int ROWS = 64, LANES = 176, PILOTS = 86, TAPS = 16;

std::vector<int> every(int step)
{
    std::vector<int> rows;
    for (int row = 0; row < ROWS; row += step) {
        rows.push_back(row);
    }
    return rows;
}

} // namespace

/* White noise through the weights: bend_gain() is the variance of what comes out. Over 86
 * pilots and 400 draws the mean of their squares strays by 1 / sqrt(86 * 400) = 0.5 %;
 * four times that are allowed. */
BOOST_AUTO_TEST_CASE(noise_bends_as_much_as_the_weights_say)
{
    const auto anchors = every(4);
    const dsp::time_filter filter(every(1), anchors, TAPS, 0.03, 100);
    std::mt19937 rng(3);
    std::normal_distribution<float> gauss(0, std::sqrt(0.5f));
    const int from = 4, between = 5, to = 8, n_draws = 400;
    double sum = 0;
    for (int draw = 0; draw < n_draws; ++draw) {
        std::vector<std::vector<float>> rows(ROWS, std::vector<float>(LANES));
        for (auto& row : rows) {
            std::generate_n(row.begin(), 2 * PILOTS, [&] { return gauss(rng); });
        }
        dsp::anchor_pilots pilots(LANES, PILOTS);
        while (pilots.n_made() <= to) {
            const float* taps[TAPS];
            for (int t = 0; t < TAPS; ++t) {
                taps[t] = rows[filter.first(pilots.n_made()) + t].data();
            }
            pilots.make(filter, taps);
        }
        for (int i = 0; i < 2 * PILOTS; ++i) {
            const float a = pilots.of(from)[i], b = pilots.of(to)[i];
            const float off = pilots.of(between)[i] - (a + 0.25f * (b - a));
            sum += off * off;
        }
    }
    const double expected = filter.bend_gain(from, between, to, 0.25);
    BOOST_TEST(std::abs(sum / (PILOTS * n_draws) / expected - 1) < 0.02);
}

/* A channel that turns bends: the middle of a chord is 1 - cos of half the angle away
 * from the arc, here of 4 rows, whatever noise is said to be there. One that grows
 * steadily does not. */
BOOST_AUTO_TEST_CASE(a_turn_is_missed_and_a_line_is_not)
{
    const auto anchors = every(4);
    const double turns = 0.01;
    const dsp::time_filter filter(every(1), anchors, 1, 0.0, 1e9);
    for (const bool is_turn : { true, false }) {
        dsp::anchor_pilots pilots(LANES, PILOTS);
        for (int i = 0; i <= 2; ++i) {
            std::vector<float> row(LANES);
            const double angle = 2 * M_PI * turns * anchors[i];
            std::fill_n(row.begin(),
                        PILOTS,
                        static_cast<float>(is_turn ? std::cos(angle) : angle));
            std::fill_n(row.begin() + LANES / 2,
                        PILOTS,
                        static_cast<float>(is_turn ? std::sin(angle) : angle));
            const float* taps[] = { row.data() };
            pilots.make(filter, taps);
        }
        const double chord = 1 - std::cos(2 * M_PI * turns * 4);
        const double expected = is_turn ? chord * chord : 0;
        BOOST_TEST(std::abs(pilots.missed(0, 2, anchors, filter, 0) - expected) <
                   1e-3 * chord * chord);
    }
}

BOOST_AUTO_TEST_SUITE_END()

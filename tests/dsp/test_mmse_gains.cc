/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "../../lib/dsp/spread_kernels.h"
#include <gnuradio/isac/dsp/mmse_gains.h>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <cmath>
#include <random>

using namespace gr::isac;
using cf = std::complex<float>;

namespace {

constexpr int FFT_LEN = 256, N = 200, USED = 180, HALF = USED / 2;

/// Two channels that planes can hold, smooth and never weak; rows between them.
struct scene {
    std::vector<float> planes[4];

    explicit scene(double motion)
    {
        std::mt19937 rng(1);
        std::normal_distribution<float> gauss;
        const cf move = static_cast<float>(motion) * cf(gauss(rng), gauss(rng));
        for (auto& plane : planes) {
            plane.resize(N + dsp::mmse_gains::LANES);
        }
        for (int k = 0; k < N; ++k) {
            const cf from = 1.0f + std::polar(0.6f, 0.1f * k), to = from + move;
            planes[0][k] = from.real();
            planes[1][k] = from.imag();
            planes[2][k] = to.real();
            planes[3][k] = to.imag();
        }
    }

    dsp::row_channel row(float share, double delay, int span, double a, double b) const
    {
        return { planes[0].data(),
                 planes[1].data(),
                 planes[2].data(),
                 planes[3].data(),
                 share,
                 { 0.3, delay, false },
                 span,
                 a,
                 b };
    }
};

/// The channel of a used cell, those above DC first.
cf cell(const dsp::row_channel& c, int i)
{
    const int off = i < HALF ? i + 1 : i - USED, k = N / 2 + off;
    const cf from(c.from_re[k], c.from_im[k]), to(c.to_re[k], c.to_im[k]);
    return (from + c.share * (to - from)) *
           cf(std::polar(1.0, -2 * M_PI * c.rotation.delay * off / FFT_LEN));
}

cf between(const cf* from, const cf* to, float share)
{
    return to ? *from + share * (*to - *from) : *from;
}

/// Squared error of the gains, times the power of what they are for; and what noise
/// leaves, and what the gains say that it leaves, means over the cells.
struct result {
    double error = 0, left = 0, missing = 0;
};

result compare(dsp::mmse_gains& gains, const dsp::row_channel& c, float noise_var)
{
    const auto v = gains.of(c, noise_var);
    result r;
    for (int i = 0; i < USED; ++i) {
        const auto& side = i < HALF ? v.above : v.below;
        const cf is = between(
            side.from + i % HALF, side.to ? side.to + i % HALF : nullptr, v.share);
        const cf h = cell(c, i);
        const float power = std::norm(h) + noise_var;
        r.error += std::norm(is - std::conj(h) / power) * power / USED;
        r.left += noise_var / power / USED;
    }
    r.missing = v.missing;
    return r;
}

} // namespace

BOOST_AUTO_TEST_SUITE(mmse_gains)

/* At standstill, rounding is all there is: every eight cells a turn goes on by a product
 * in single precision, 12 times, and lines go on from where the last one ended. */
BOOST_AUTO_TEST_CASE(spans_follow_each_other)
{
    dsp::mmse_gains gains(FFT_LEN, N, USED);
    const scene s(0);
    for (int span = 1; span < 100; ++span) {
        auto c = s.row(0.25, 3.3, span, 3.3, 3.3);
        if (span % 2 == 0) {
            std::swap(c.from_re, c.to_re);
            std::swap(c.from_im, c.to_im);
        }
        const auto r = compare(gains, c, 0.01f);
        BOOST_TEST_REQUIRE(r.error < 1e-11);
        BOOST_TEST_REQUIRE(std::abs(r.missing / r.left - 1) < 1e-4);
    }
}

/* What lines miss in the middle of the span, in the sampled cells, is at most a fiftieth
 * of what the noise leaves, and what gains that stay the same miss at its ends 0.032 of
 * it; sampling allows a third more. A row off the line of the timing has gains of its
 * own. */
BOOST_DATA_TEST_CASE(lines_cost_a_fiftieth_of_what_noise_does,
                     boost::unit_test::data::make({ 0.01, 0.1, 0.3 }) *
                         boost::unit_test::data::make({ 0.0, 0.1, 1.0 }),
                     motion,
                     drift)
{
    dsp::mmse_gains gains(FFT_LEN, N, USED);
    const scene s(motion);
    int span = 1;
    for (const float noise_var : { 1e-4f, 1e-2f, 1.0f }) {
        for (const float share : { 0.0f, 0.5f, 0.75f, 1.0f }) {
            auto c = s.row(share, 2 + drift * share, span, 2, 2 + drift);
            auto r = compare(gains, c, noise_var);
            BOOST_TEST(r.error <= 0.043 * r.left + 1e-11);
            BOOST_TEST(std::abs(r.missing / r.left - 1) < 0.043);
            c.rotation.delay += 1;
            r = compare(gains, c, noise_var);
            BOOST_TEST(r.error < 1e-11);
        }
        span += 2;
    }
}

/* Sums of a few products with float errors of 2^-24 each, next to complex<float>. Lengths
 * that fill no register too. */
BOOST_DATA_TEST_CASE(products_and_sums_are_what_they_say,
                     boost::unit_test::data::make({ 1, 3, 4, 7, 84 }),
                     n)
{
    std::mt19937 rng(n);
    std::normal_distribution<float> gauss;
    std::vector<cf> x(6 * n), a(n), b(n), out(n), still(n);
    for (auto* v : { &x, &a, &b }) {
        std::generate(v->begin(), v->end(), [&] { return cf(gauss(rng), gauss(rng)); });
    }
    const auto floats = [](auto& v) { return reinterpret_cast<float*>(v.data()); };
    dsp::multiply_by_line(floats(x), floats(a), floats(b), 0.3f, n, floats(out));
    dsp::multiply_by_line(floats(x), floats(a), nullptr, 0.3f, n, floats(still));
    cf expected = 0;
    for (int i = 0; i < n; ++i) {
        BOOST_TEST(std::abs(out[i] - x[i] * (a[i] + 0.3f * (b[i] - a[i]))) < 1e-5);
        BOOST_TEST(std::abs(still[i] - x[i] * a[i]) < 1e-5);
        expected += x[6 * i] * std::conj(a[i]);
    }
    BOOST_TEST(std::abs(dsp::correlate(x.data(), 6, floats(a), n) - expected) < 1e-6 * n);
}

BOOST_AUTO_TEST_SUITE_END()

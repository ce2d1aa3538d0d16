/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "../../lib/dsp/fast_math.h"
#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace gr::isac;

BOOST_AUTO_TEST_SUITE(fast_math)

/* All angles and a range of sizes. Single precision rounds an angle near pi to 1.2e-7
 * either way, the quotient and the last sum once more, and the polynomial is off by as
 * much again. */
BOOST_AUTO_TEST_CASE(atan2_knows_every_angle)
{
    for (const float size : { 1e-15f, 1.0f, 3e14f }) {
        for (int i = -1000; i <= 1000; ++i) {
            const double angle = M_PI * i / 1000;
            const auto x = static_cast<float>(size * std::cos(angle));
            const auto y = static_cast<float>(size * std::sin(angle));
            BOOST_TEST_REQUIRE(std::abs(dsp::fast_atan2(y, x) - std::atan2(y, x)) < 5e-7);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

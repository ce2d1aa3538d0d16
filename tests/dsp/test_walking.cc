/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "../../lib/dsp/walking.h"
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <algorithm>
#include <cmath>

namespace data = boost::unit_test::data;
using namespace gr::isac::dsp;

namespace {

constexpr int N = 400; // moments of a cycle
enum { TORSO = 1, RIGHT_THIGH, RIGHT_SHIN, RIGHT_FOOT, LEFT_THIGH, LEFT_SHIN, LEFT_FOOT };

/// Metres a cycle, forward.
double speed(const body_part& part, int moment)
{
    const auto& p = part.path;
    return (p[(moment + 1) % N][0] - p[(moment + N - 1) % N][0]) * N / 2;
}

} // namespace

BOOST_AUTO_TEST_SUITE(walking_person)

/* A foot on the ground stands still while the body moves on: seen from the body it goes
 * backwards, one way of the cycle after the other. The model takes its angles from
 * measured people and its segments from others, so that feet slide: a quarter of the
 * velocity in the mean over the middle of the stance is what its authors leave open. */
BOOST_DATA_TEST_CASE(a_foot_on_the_ground_stands_still,
                     data::make({ 1.0, 1.4, 1.9 }) * data::make({ 1.6, 1.9 }),
                     velocity_mps,
                     height_m)
{
    const auto parts = walking(height_m, velocity_mps, N);
    const double way_m = velocity_mps / natural_gait_hz(height_m, velocity_mps);
    double mean = 0;
    for (int i = N / 10; i < 4 * N / 10; ++i) {
        mean += speed(parts[RIGHT_FOOT], i) / (0.3 * N);
    }
    BOOST_TEST(mean == -way_m, boost::test_tools::tolerance(0.25));
}

/* What a foot lost to the body while it stood it must make up for while it swings, in
 * less time: it passes the body with more than the body's velocity. */
BOOST_DATA_TEST_CASE(a_foot_that_swings_overtakes,
                     data::make({ 0.4, 1.4, 2.2 }),
                     velocity_mps)
{
    const auto parts = walking(1.75, velocity_mps, N);
    const double way_m = velocity_mps / natural_gait_hz(1.75, velocity_mps);
    double fastest = 0, total = 0;
    for (int i = 0; i < N; ++i) {
        fastest = std::max(fastest, speed(parts[RIGHT_FOOT], i));
        total += speed(parts[RIGHT_FOOT], i) / N;
    }
    BOOST_TEST(fastest > way_m);
    BOOST_TEST(std::abs(total) < 1e-9);
}

/* Left and right do the same, half a cycle apart, but for the middle of the body, which
 * sways once a cycle to the side and twice along the way. */
BOOST_AUTO_TEST_CASE(left_follows_right)
{
    const auto parts = walking(1.75, 1.4, N);
    for (int i = 0; i < N; ++i) {
        for (const int part : { 0, 1, 2 }) {
            const auto& right = parts[RIGHT_THIGH + part].path[i];
            const auto& left = parts[LEFT_THIGH + part].path[(i + N / 2) % N];
            BOOST_TEST(std::abs(right[0] - left[0]) < 1e-9);
            BOOST_TEST(std::abs(right[1] + left[1]) < 1e-9);
            BOOST_TEST(std::abs(right[2] - left[2]) < 1e-9);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_parts_make_up_a_person)
{
    double power = 0, lowest = 0, highest = 0;
    for (const auto& part : walking(1.8, 1.2, N)) {
        power += part.power;
        for (const auto& at : part.path) {
            lowest = std::min(lowest, at[2]);
            highest = std::max(highest, at[2]);
        }
    }
    BOOST_TEST(power == 1, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(highest - lowest >
               0.8 * 1.8); // from the middle of a foot to that of the head
    BOOST_TEST(highest - lowest < 1.8);
}

BOOST_AUTO_TEST_SUITE_END()

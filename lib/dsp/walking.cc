/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "walking.h"
#include <algorithm>
#include <cmath>

namespace gr {
namespace isac {
namespace dsp {

namespace {

// Lengths of segments in heights of the person; shoulders and hips from the middle.
constexpr double HEAD = 0.130, TORSO = 0.288, SHOULDER = 0.1295, HIP = 0.0955;
constexpr double UPPER_ARM = 0.188, LOWER_ARM = 0.152;
constexpr double UPPER_LEG = 0.245, LOWER_LEG = 0.246, FOOT = 0.143;
constexpr double FASTEST = 3; // hip heights per second: the end of the model
constexpr double DEGREE = M_PI / 180;

double hip_height_m(double height_m) { return (UPPER_LEG + LOWER_LEG) * height_m; }

double relative_velocity(double height_m, double velocity_mps)
{
    return std::abs(velocity_mps) / hip_height_m(height_m);
}

double cycle_s(double v) { return 1.346 / std::sqrt(v); }

/// A joint's angle over a cycle: control points at its extremes, flat there, with cubics
/// between them. Degrees over fractions of a cycle.
class joint
{
public:
    joint(std::vector<std::array<double, 2>> points) : d_points(std::move(points)) {}

    double at(double moment) const
    {
        const double x = moment - std::floor(moment - d_points.front()[0]);
        std::size_t next = 1;
        while (next < d_points.size() && d_points[next][0] <= x) {
            ++next;
        }
        const bool wraps = next == d_points.size();
        const auto& left = d_points[next - 1];
        const auto& right = d_points[wraps ? 0 : next];
        const double span = right[0] + (wraps ? 1 : 0) - left[0];
        const double u = span > 0 ? (x - left[0]) / span : 0;
        return DEGREE * (left[1] + (right[1] - left[1]) * u * u * (3 - 2 * u));
    }

private:
    std::vector<std::array<double, 2>> d_points;
};

/// The curves of the model at one relative velocity. Its constants change their slope at
/// 0.5 and 1.3: slow, normal and fast gait.
struct gait {
    explicit gait(double velocity) : v(velocity) {}

    const double v;
    const double slow = std::min(1.0, 2 * v); // 0 to 1 up to v = 0.5
    const double normal = std::clamp((v - 0.5) / 0.8, 0.0, 1.0);
    const double fast = std::max(0.0, (v - 1.3) / 1.7);
    const double support = 0.752 - 0.143 / cycle_s(v); // share of a cycle
    const double sway = std::min(v, 0.5) * (1 - std::min(v, 0.5)) / 0.25;

    const joint hip{ { { -0.1 + 0.2 * fast, 25 * slow + 5 * fast },
                       { 0.5, -15 * slow },
                       { 0.9, 25 * slow + 6 * fast } } };
    const joint knee{ { { 0.17 - 0.05 * fast, 3 + 22 * fast },
                        { 0.4, 3 },
                        { 0.75 - 0.05 * fast, 70 * slow - 5 * fast },
                        { 1 - 0.03 * fast, 3 + 3 * fast } } };
    const joint ankle{ { { 0, -3 + 5 * fast },
                         { 0.08, -3 - 15 * slow + 4 * fast },
                         { 0.5 - 0.1 * fast, -3 + 11 * slow - 3 * fast },
                         { support, -3 - 17 * slow - 8 * fast },
                         { 0.85, -3 + 5 * fast } } };
    const joint thorax{
        { { 0.1, 4 * v / 3 }, { 0.4, -1.5 * v }, { 0.6, -4 * v / 3 }, { 0.9, 1.5 * v } }
    };
    const joint elbow{ { { 0.05, 3 + 3 * slow + 8 * normal - 6 * fast },
                         { 0.5 + 0.01 * normal + 0.04 * fast,
                           3 + 17 * slow + 24 * normal + 26 * fast },
                         { 0.9 - 0.1 * fast, 3 + 5 * slow + 9 * normal - 6 * fast } } };

    double shoulder(double moment) const
    {
        const double swing = 9.88 * v;
        return DEGREE * (3 - swing / 2 - swing * std::cos(2 * M_PI * moment));
    }
    double hips_torsion(double moment) const
    {
        return DEGREE * 4 * v * std::cos(2 * M_PI * moment);
    }
    /// Of the middle of the hips, whose mean is the origin.
    position middle(double moment) const
    {
        const double turn = 2 * M_PI * moment, late = 4 * M_PI * (0.625 - support);
        return { -0.021 * sway * std::sin(2 * turn + late),
                 -0.032 * sway * std::sin(turn - 0.2 * M_PI),
                 0.015 * v * std::sin(2 * turn - 0.7 * M_PI) };
    }
};

/// \p length along an angle in the plane of walking: 0 is down, 90 degrees forward.
position along(const position& from, double angle, double length)
{
    return { from[0] + length * std::sin(angle),
             from[1],
             from[2] - length * std::cos(angle) };
}

/// An end of shoulders or hips that turn about the vertical.
position beside(const position& middle, double to_the_left, double torsion)
{
    return { middle[0] - to_the_left * std::sin(torsion),
             middle[1] + to_the_left * std::cos(torsion),
             middle[2] };
}

void add(body_part& part, const position& one, const position& other)
{
    part.path.push_back(
        { (one[0] + other[0]) / 2, (one[1] + other[1]) / 2, (one[2] + other[2]) / 2 });
}

/// Thigh, shin, foot. \p side is 1 for the left and -1 for the right.
void add_leg(const gait& g, double height_m, double moment, int side, body_part* parts)
{
    const double own = side > 0 ? moment + 0.5 : moment;
    const auto hip =
        beside(g.middle(moment), side * HIP * height_m, g.hips_torsion(moment));
    const double thigh = g.hip.at(own), shin = thigh - g.knee.at(own);
    const auto knee = along(hip, thigh, UPPER_LEG * height_m);
    const auto ankle = along(knee, shin, LOWER_LEG * height_m);
    const auto toe = along(ankle, shin + g.ankle.at(own) + M_PI / 2, FOOT * height_m);
    add(parts[0], hip, knee);
    add(parts[1], knee, ankle);
    add(parts[2], ankle, toe);
}

/// Upper and lower arm, which swing against the leg of the same side.
void add_arm(const gait& g, double height_m, double moment, int side, body_part* parts)
{
    const double own = side > 0 ? moment + 0.5 : moment;
    auto neck = g.middle(moment);
    neck[2] += TORSO * height_m;
    const auto shoulder = beside(neck, side * SHOULDER * height_m, -g.thorax.at(moment));
    const double upper = g.shoulder(own), lower = upper + g.elbow.at(own);
    const auto elbow = along(shoulder, upper, UPPER_ARM * height_m);
    add(parts[0], shoulder, elbow);
    add(parts[1], elbow, along(elbow, lower, LOWER_ARM * height_m));
}

} // namespace

double fastest_walk_mps(double height_m) { return FASTEST * hip_height_m(height_m); }

double natural_gait_hz(double height_m, double velocity_mps)
{
    return 1 / cycle_s(relative_velocity(height_m, velocity_mps));
}

std::vector<body_part> walking(double height_m, double velocity_mps, int n_steps)
{
    const gait g(relative_velocity(height_m, velocity_mps));
    enum { HEAD_PART, TORSO_PART, LEGS, ARMS = LEGS + 6, N_PARTS = ARMS + 4 };
    constexpr double powers[N_PARTS] = { 0.04, 0.40, 0.10, 0.06, 0.02, 0.10,
                                         0.06, 0.02, 0.06, 0.04, 0.06, 0.04 };
    std::vector<body_part> parts;
    for (const double power : powers) {
        parts.push_back({ power, {} });
    }
    for (int i = 0; i < n_steps; ++i) {
        const double moment = static_cast<double>(i) / n_steps;
        const auto middle = g.middle(moment);
        const auto neck = along(middle, M_PI, TORSO * height_m);
        add(parts[HEAD_PART], neck, along(neck, M_PI, HEAD * height_m));
        add(parts[TORSO_PART], middle, neck);
        for (const int side : { -1, 1 }) {
            add_leg(g, height_m, moment, side, &parts[side > 0 ? LEGS + 3 : LEGS]);
            add_arm(g, height_m, moment, side, &parts[side > 0 ? ARMS + 2 : ARMS]);
        }
    }
    return parts;
}

} // namespace dsp
} // namespace isac
} // namespace gr

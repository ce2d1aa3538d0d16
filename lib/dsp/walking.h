/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_DSP_WALKING_H
#define INCLUDED_ISAC_DSP_WALKING_H

#include <array>
#include <vector>

namespace gr {
namespace isac {
namespace dsp {

/// Metres from the middle of the hips: forward, to the left, up.
using position = std::array<double, 3>;

/// A segment of a body as a scatterer in its middle.
struct body_part {
    double power;               ///< its share of the echo's
    std::vector<position> path; ///< over one cycle, in equal steps
};

constexpr double SLOWEST_WALK_MPS = 0.1;

/// People of this height who want to be faster run.
double fastest_walk_mps(double height_m);

/// Cycles a second that people of this height make at this velocity, either way.
double natural_gait_hz(double height_m, double velocity_mps);

/*!
 * How a person walks: the parts of the body over one cycle of \p n_steps moments, without
 * the uniform motion. At moment 0 the right heel strikes.
 *
 * Translation of the body, torsion of hips and shoulders, flexing of hips, knees, ankles,
 * shoulders and elbows as functions of the relative velocity V, which is that in heights
 * of the hip per second, after Boulic et al. (1990), with segment lengths and the share
 * of each segment, that of its ellipsoid seen from the front, after V. C. Chen, The
 * Micro-Doppler Effect in Radar, 2nd ed., 2019, chapter 4.
 */
std::vector<body_part> walking(double height_m, double velocity_mps, int n_steps);

} // namespace dsp
} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_DSP_WALKING_H */

# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the echoes are that far receivers hear: bistatic geometry in the plane.

An echo reaches a far receiver by way of a target, later than the line of sight by `extra_m`. With
both places known, the target lies on an ellipse whose foci they are. Two receivers of one
transmitter have a focus in common; where their ellipses meet is the target.

Places are (x, y) in metres, velocities (x, y) in metres per second. A map behind
bistatic_aligner shows half of extra_m as range_m, and half of the rate at which it shrinks as
velocity_mps.
"""

import numpy as np

SPEED_OF_LIGHT_MPS = 299792458.0
_COLLINEAR = 1e-6  # of the product of the baselines: the two receivers lie in one direction


def as_place(name, value):
    """A place as an array; `name` is for the error."""
    place = np.asarray(value, float)
    if place.shape != (2,) or not np.isfinite(place).all():
        raise ValueError(f"bistatic: {name} = {value!r}, but it must be two numbers, x and y in m")
    return place


def paths(transmitter_m, receiver_m, targets, line_of_sight_db=0.0):
    """What a far receiver hears of targets, as the `paths` of a scene.

    Args:
        transmitter_m, receiver_m: places.
        targets: [(place_m, velocity_mps, rcs_dbsm)]. The radar cross-section is bistatic.
        line_of_sight_db: gain of the direct path; the radar equation gives the others beside it.

    Returns:
        [dict(range_m, gain_db, velocity_mps)], the line of sight first.

    Raises:
        ValueError: a place is no pair of numbers, or two of them are the same.
    """
    t, r = as_place("transmitter_m", transmitter_m), as_place("receiver_m", receiver_m)
    baseline = np.linalg.norm(r - t)
    if not baseline > 0:
        raise ValueError(f"bistatic: receiver_m = {receiver_m!r}, but it must not be where the "
                         f"transmitter is")
    found = [dict(range_m=float(baseline), gain_db=line_of_sight_db, velocity_mps=0.0)]
    for place, velocity, rcs_dbsm in targets:
        p = as_place("target", place)
        out, back = np.linalg.norm(p - t), np.linalg.norm(r - p)
        if not (out > 0 and back > 0):
            raise ValueError(f"bistatic: target = {place!r}, but it must not be where the "
                             f"transmitter or a receiver is")
        gain_db = rcs_dbsm + 10 * np.log10(baseline**2 / (4 * np.pi * out**2 * back**2))
        found.append(dict(range_m=float(out + back), gain_db=float(line_of_sight_db + gain_db),
                          velocity_mps=float(-gradient(p, t, r) @ np.asarray(velocity, float))))
    return found


def gradient(p, t, r):
    """Of the length of the way from t by p to r, over p: two unit vectors' sum."""
    return (p - t) / np.linalg.norm(p - t) + (p - r) / np.linalg.norm(p - r)


def meet(transmitter_m, receivers_m, extra_m):
    """The points that two far receivers' ellipses have in common.

    With r the distance from the transmitter at the origin, d a receiver's place and L the whole
    way, |p - d| = L - r squares to L r - p.d = (L^2 - |d|^2) / 2: linear in p and r. Two of these
    give p as a line in r, and |p| = r a quadratic equation.

    Args:
        transmitter_m: place.
        receivers_m: two places.
        extra_m: two lengths, by which the way of the echo is longer than the line of sight.

    Returns:
        float [n, 2], n = 0, 1 or 2 places.

    Raises:
        ValueError: a place is no pair of numbers.
    """
    t = as_place("transmitter_m", transmitter_m)
    d = np.array([as_place("receivers_m", r) - t for r in receivers_m])
    bases = np.linalg.norm(d, axis=1)
    ways = np.asarray(extra_m, float) + bases
    if d.shape != (2, 2) or not (np.isfinite(ways).all() and np.all(ways > bases)):
        return np.empty((0, 2))
    q = (ways**2 - bases**2) / 2
    if abs(np.linalg.det(d)) > _COLLINEAR * bases.prod():
        u, v = np.linalg.solve(d, ways), np.linalg.solve(d, q)  # p = u r - v
        roots = _roots(u @ u - 1, -2 * (u @ v), v @ v)
        points = [u * r - v for r in roots]
    else:
        axis = d[np.argmax(bases)] / bases.max()
        along = d @ axis
        slope = along[1] * ways[0] - along[0] * ways[1]
        if slope == 0:
            return np.empty((0, 2))
        r = (along[1] * q[0] - along[0] * q[1]) / slope
        x = (ways[0] * r - q[0]) / along[0]
        beside = np.sqrt(max(0.0, r * r - x * x)) if r >= abs(x) else np.nan
        normal = np.array([-axis[1], axis[0]])
        points = [x * axis + side * beside * normal for side in (1, -1)]
    good = [p + t for p in points if np.isfinite(p).all()
            and np.allclose(np.linalg.norm(p) + np.linalg.norm(p - d, axis=1), ways, rtol=1e-6)]
    return np.array(good).reshape(-1, 2)


def _roots(a, b, c):
    """Real roots >= 0 of a quadratic equation that may be a linear one."""
    if abs(a) < 1e-12:
        roots = [-c / b] if b else []
    else:
        root = b * b - 4 * a * c
        if root < 0:
            return []
        # Of the two forms of each root, the one that subtracts nothing from its equal.
        far = -(b + np.copysign(np.sqrt(root), b)) / 2
        roots = {far / a, c / far} if far else {0.0}
    return [r for r in roots if r >= 0]


def velocity(transmitter_m, receivers_m, place_m, shrinking_mps, stds_mps=None):
    """The velocity of a target from how fast the ways by it shrink.

    Args:
        transmitter_m, receivers_m, place_m: places; at least two receivers.
        shrinking_mps: [n_receivers], twice the velocity_mps of a detection.
        stds_mps: [n_receivers], their standard deviations; or None, for all alike.

    Returns:
        float [2]; least squares where there are more than two receivers.
    """
    t, p = as_place("transmitter_m", transmitter_m), as_place("place_m", place_m)
    rows = -np.array([gradient(p, t, as_place("receivers_m", r)) for r in receivers_m])
    weights = 1 / np.asarray(np.ones(len(rows)) if stds_mps is None else stds_mps, float)
    return np.linalg.lstsq(rows * weights[:, None], np.asarray(shrinking_mps) * weights,
                           rcond=None)[0]


def refine(transmitter_m, receivers_m, place_m, extra_m, stds_m, n_steps=5):
    """Least squares over all receivers, by Gauss and Newton from a first guess.

    Args:
        place_m: first guess.
        extra_m, stds_m: [n_receivers], measured and its standard deviations.

    Returns:
        place float [2]; its covariance float [2, 2] in m^2; the sum of squared residuals over
        their variances, with n_receivers - 2 degrees of freedom.
    """
    t, p = as_place("transmitter_m", transmitter_m), as_place("place_m", place_m)
    r = np.array([as_place("receivers_m", x) for x in receivers_m])
    bases = np.linalg.norm(r - t, axis=1)
    weights = 1 / np.asarray(stds_m, float)

    def residuals(p):
        ways = np.linalg.norm(p - t) + np.linalg.norm(p - r, axis=1)
        return (np.asarray(extra_m) + bases - ways) * weights

    def slopes(p):
        return np.array([gradient(p, t, x) for x in r]) * weights[:, None]

    for _ in range(n_steps):
        p = p + np.linalg.lstsq(slopes(p), residuals(p), rcond=None)[0]
    return p, np.linalg.pinv(slopes(p).T @ slopes(p)), float(np.sum(residuals(p)**2))


def two_way_range_m(sent_a_s, heard_b_s, sent_b_s, heard_a_s, drift_ppm=0.0):
    """The distance of two stations that answer each other, whatever their clocks say.

    Station A sends a frame, B hears it, answers, and A hears the answer: A's clock counts the
    way twice and the time that B took, B's clock that time alone (IEEE 802.15.4, two-way
    ranging). Clocks that drift apart by 1 ppm would make 0.15 m of each millisecond of it.

    Args:
        sent_a_s, heard_a_s: when the frames begin, by A's clock.
        heard_b_s, sent_b_s: by B's clock; heard ones are sight_time_s of bistatic_aligner.
        drift_ppm: by which B's clock is fast; drift_ppm at B.

    Returns:
        metres.
    """
    reply_s = (sent_b_s - heard_b_s) / (1 + 1e-6 * drift_ppm)
    return 0.5 * (heard_a_s - sent_a_s - reply_s) * SPEED_OF_LIGHT_MPS

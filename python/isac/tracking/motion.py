# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How targets move, and what a measurement says about it: Kalman filters of many tracks at once."""

import numpy as np

RANGE, VELOCITY, ACCELERATION, ANGLE, TURN = range(5)
MEASURED = [RANGE, VELOCITY, ANGLE]
QUIET, MANOEUVRE = range(2)

STAY_S = np.array([5.0, 1.0])      # that a target is quiet, that it manoeuvres
FORGET_S = np.array([2.0, 0.5])    # the time constant of its acceleration
QUIET_MPS2 = 0.2                   # what is left of the acceleration of a quiet target
TRANSVERSE_MPS = 15                # across the line of sight: known only once it has moved
ANY_ANGLE = np.pi**2 / 12          # the variance of an angle that nobody knows
LONGEST_STEP_S = 0.1               # in which no acceleration is forgotten
LONGEST_GAP_STEPS = 100


class MotionBank:
    """Kalman filters of n targets that move in a plane, in polar coordinates around the radar.

    The state is range, velocity (positive approaches), acceleration along the line of sight
    beyond that of a straight path, angle and turn rate of the line of sight. A straight path
    turns it: range accelerates by r w^2 and the turn rate by 2 u w / r, so neither is taken for
    a manoeuvre. Two such filters run for every track, one for steady motion and one for
    manoeuvres, and are mixed by how well each predicts (interacting multiple models; Blom and
    Bar-Shalom, IEEE Trans. Automatic Control 33(8), 1988). Acceleration is forgotten
    exponentially (Singer, IEEE Trans. Aerospace and Electronic Systems 6(4), 1970).

    Angles are optional: a measurement without one says nothing of it, and a track that never
    had one keeps its turn rate at 0 and calls a bend acceleration.

    Args:
        acceleration_mps2: root mean square of a manoeuvre
        nearest_m: below it the geometry is that at this range
    """

    def __init__(self, acceleration_mps2, nearest_m):
        self._acceleration = np.array([QUIET_MPS2, acceleration_mps2])
        self._nearest_m = nearest_m
        self.mean = np.zeros((0, 2, 5))
        self.cov = np.zeros((0, 2, 5, 5))
        self.weight = np.zeros((0, 2))

    def __len__(self):
        return len(self.mean)

    def add(self, measured, cov):
        """One new track for every row of measured [n, 3] with cov [n, 3, 3]; angles may be NaN."""
        n = len(measured)
        has_angle = np.isfinite(measured[:, 2])
        mean, wide = np.zeros((n, 5)), np.zeros((n, 5, 5))
        mean[:, RANGE], mean[:, VELOCITY] = measured[:, 0], measured[:, 1]
        mean[has_angle, ANGLE] = measured[has_angle, 2]
        wide[:, :2, :2] = cov[:, :2, :2]
        wide[:, ACCELERATION, ACCELERATION] = self._acceleration[MANOEUVRE] ** 2
        wide[:, ANGLE, ANGLE] = np.where(has_angle, cov[:, 2, 2], ANY_ANGLE)
        wide[:, TURN, TURN] = (TRANSVERSE_MPS / self._far(mean)) ** 2
        share = STAY_S / STAY_S.sum()
        self.mean = np.concatenate([self.mean, np.repeat(mean[:, None], 2, axis=1)])
        self.cov = np.concatenate([self.cov, np.repeat(wide[:, None], 2, axis=1)])
        self.weight = np.concatenate([self.weight, np.tile(share, (n, 1))])

    def keep(self, which):
        self.mean, self.cov, self.weight = self.mean[which], self.cov[which], self.weight[which]

    def predict(self, dt_s):
        """Moves all tracks on by dt_s."""
        self._mix(dt_s)
        steps = int(np.clip(np.ceil(dt_s / LONGEST_STEP_S), 1, LONGEST_GAP_STEPS))
        for _ in range(steps if len(self) else 0):
            self._step(dt_s / steps)

    def estimate(self):
        """Mean [n, 5] and covariance [n, 5, 5] of every track, over both models."""
        mean = np.einsum("nm,nmi->ni", self.weight, self.mean)
        return mean, self._spread(self.weight[:, None], mean[:, None])[:, 0]

    def update(self, tracks, measured, cov):
        """Measurement measured[k] [3], with covariance cov[k] [3, 3], is of track tracks[k]."""
        seen, noise = usable(measured, cov)
        mean, wide = self.mean[tracks], self.cov[tracks]
        off, innovation, cross = residual(mean, wide, measured[:, None], seen[:, None],
                                          noise[:, None])
        # One system for every row: with several right sides at once OpenBLAS starts threads.
        gain = np.linalg.solve(innovation[..., None, :, :], cross[..., None])[..., 0]
        self.mean[tracks] = mean + np.einsum("nmij,nmj->nmi", gain, off)
        wide = wide - gain @ np.swapaxes(cross, -1, -2)
        self.cov[tracks] = (wide + np.swapaxes(wide, -1, -2)) / 2
        likelihood = -0.5 * sum(distance(off, innovation))
        weight = self.weight[tracks] * np.exp(likelihood - likelihood.max(axis=1, keepdims=True))
        self.weight[tracks] = weight / weight.sum(axis=1, keepdims=True)

    def _far(self, mean):
        return np.maximum(mean[..., RANGE], self._nearest_m)

    def _spread(self, weight, mean):
        """Covariances [n, k, 5, 5] around mean [n, k, 5], the models mixed by weight [n, k, 2]."""
        off = self.mean[:, None] - mean[:, :, None]
        return np.einsum("nkm,nkmij->nkij", weight,
                         self.cov[:, None] + off[..., :, None] * off[..., None, :])

    def _mix(self, dt_s):
        leave = 1 - np.exp(-dt_s / STAY_S)
        switch = np.array([[1 - leave[0], leave[0]], [leave[1], 1 - leave[1]]])
        share = self.weight[:, :, None] * switch  # [n, from, to]
        # In no time nothing switches, and a model that has lost all its weight has no origin.
        self.weight = np.maximum(share.sum(axis=1), np.finfo(float).tiny)
        origin = np.swapaxes(share / self.weight[:, None], 1, 2)  # [n, to, from]
        mean = np.einsum("nkm,nmi->nki", origin, self.mean)
        self.mean, self.cov = mean, self._spread(origin, mean)

    def _step(self, dt):
        """The way goes straight on, in the frame that the line of sight and its normal make."""
        x, far = self.mean, self._far(self.mean)
        unit = np.eye(5)
        turn = x[..., TURN]
        # A turn rate that is not known yet must not bend the path: until then a bend is
        # acceleration.
        known = turn**2 > self.cov[..., TURN, TURN]
        decay = np.exp(-dt / FORGET_S)

        def gradient(of_range, of_turn):
            return of_range[..., None] * unit[RANGE] + of_turn[..., None] * unit[TURN]

        along = far - x[..., VELOCITY] * dt - x[..., ACCELERATION] * dt**2 / 2
        d_along = unit[RANGE] - dt * unit[VELOCITY] - dt**2 / 2 * unit[ACCELERATION]
        fast = x[..., VELOCITY] + x[..., ACCELERATION] * dt
        d_fast = unit[VELOCITY] + dt * unit[ACCELERATION]
        cross = np.where(known, far * turn, 0)
        d_cross = gradient(np.where(known, turn, 0), np.where(known, far, 0))
        aside, d_aside = far * turn * dt, gradient(turn * dt, far * dt)

        now = np.maximum(np.hypot(along, cross * dt), self._nearest_m / 100)
        d_now = (along[..., None] * d_along + (cross * dt**2)[..., None] * d_cross) / now[..., None]
        velocity = (along * fast - cross**2 * dt) / now
        d_velocity = (along[..., None] * d_fast + fast[..., None] * d_along
                      - 2 * dt * cross[..., None] * d_cross
                      - velocity[..., None] * d_now) / now[..., None]
        angle = x[..., ANGLE] + np.arctan2(aside, along)
        d_angle = unit[ANGLE] + (along[..., None] * d_aside - aside[..., None] * d_along) / (
            now**2)[..., None]
        slower = (far / now) ** 2
        d_turn = gradient(2 * turn * slower / far, slower) - (
            2 * turn * slower / now)[..., None] * d_now
        step = np.stack([d_now, d_velocity, np.broadcast_to(unit[ACCELERATION], x.shape)
                         * decay[:, None], d_angle, d_turn], axis=-2)
        self.mean = np.stack([now + x[..., RANGE] - far, velocity, x[..., ACCELERATION] * decay,
                              angle, turn * slower], axis=-1)
        self.cov = step @ self.cov @ np.swapaxes(step, -1, -2) + self._noise(dt, far)

    def _noise(self, dt, far):
        """What manoeuvres add in dt: white jerk along the line of sight, white acceleration
        across it of the same power."""
        jerk = 2 * self._acceleration**2 / FORGET_S
        along = np.array([[dt**5 / 20, -dt**4 / 8, -dt**3 / 6], [-dt**4 / 8, dt**3 / 3, dt**2 / 2],
                          [-dt**3 / 6, dt**2 / 2, dt]])
        across = np.array([[dt**3 / 3, dt**2 / 2], [dt**2 / 2, dt]])
        noise = np.zeros((*far.shape, 5, 5))
        noise[..., :3, :3] = jerk[:, None, None] * along
        density = 2 * self._acceleration**2 * FORGET_S / far**2
        noise[..., 3:, 3:] = density[..., None, None] * across
        return noise


def usable(measured, cov):
    """Which of [n, 3] are measured, and covariances in which what is not has nothing to say."""
    seen = np.isfinite(measured)
    both = seen[:, :, None] & seen[:, None]
    return seen, np.where(both, cov, np.eye(3))


def residual(mean, cov, measured, seen, noise):
    """Measured less predicted [.., 3], its covariance, and that with the state [.., 5, 3]."""
    off = np.where(seen, measured - mean[..., MEASURED], 0)
    off[..., 2] = (off[..., 2] + np.pi) % (2 * np.pi) - np.pi
    cross = cov[..., MEASURED] * seen[..., None, :]
    innovation = cross[..., MEASURED, :] * seen[..., :, None] + noise
    return off, innovation, cross


def distance(off, innovation):
    """Mahalanobis' distance squared and the logarithm of the determinant."""
    solved = np.linalg.solve(innovation, off[..., None])[..., 0]
    return np.sum(off * solved, axis=-1), np.linalg.slogdet(innovation)[1]

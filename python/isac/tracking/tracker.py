# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From detections, frame by frame, to tracks with names that last."""

import math

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.special import chdtri

from .clutter import ClutterMap
from .motion import ANGLE, ANY_ANGLE, RANGE, VELOCITY, MotionBank, distance, residual, usable

TRACK = np.dtype([
    ("id", np.int64), ("range_m", float), ("velocity_mps", float), ("angle_rad", float),
    ("snr_db", float), ("range_std_m", float), ("velocity_std_mps", float),
    ("angle_std_rad", float), ("missed", np.int64)])

GATE = chdtri([1, 2, 3], 1e-4)       # of Mahalanobis' distance, by number of values measured
FALSE_TRACK = 1e-4                   # odds of chance against a target at which it is confirmed
SHARED = 0.2                         # of a miss, where another track may have the detection
LEARN = 0.01                         # from one detection about the errors of all
MOST_DOUBT = math.log(100)           # of variances
MOST = 256                           # detections of a frame: assignment takes their cube
FINEST_BINS = 0.01                   # no fit is trusted further: targets are no points

# A track is being tried, is followed, or is lost but not forgotten.
TRIED, FOLLOWED, LOST = range(3)


class Tracker:
    """Global nearest neighbour over Kalman filters; give it the detections of frame after frame.

    Followed tracks choose first, then those being tried; among them the assignment that is
    best for all together (scipy.optimize.linear_sum_assignment) of the log-likelihood ratio
    that a detection is of the track and not by chance. The sum of these ratios, less log(1 -
    detection_probability) for every frame without one, is the score of a track: it is born of
    any detection, followed once chance is 10 000 times less likely, and lost when the score is
    used up, which max_missed frames in a row without detection do (Blackman, Multiple-Target
    Tracking with Radar Applications, 1986, chapters 4 and 9). How many detections chance brings,
    and where, is counted meanwhile, and how far detections scatter beyond what they claim.

    A miss costs a fifth where the map, which tells targets apart that are a bin from each other,
    may have shown the target as one with another; a new track there waits until both are seen at
    once. A lost track moves on unseen: one that is confirmed where it should be by now gets its
    id.

    Args:
        waveform: tells the size of the map and its bins
        acceleration_mps2: root mean square of a manoeuvre, > 0
        detection_probability: of a target in one frame, in (0, 1)
        confirm: detections that a track needs at least, >= 2
        max_missed: frames in a row without detection after which a track is lost, >= 1
        memory: frames after which a lost track is forgotten, >= 0
    """

    def __init__(self, waveform, acceleration_mps2=5.0, detection_probability=0.9, confirm=3,
                 max_missed=5, memory=50):
        for name, value, ok, rule in (
                ("acceleration_mps2", acceleration_mps2, 0 < acceleration_mps2 < math.inf,
                 "finite and > 0"),
                ("detection_probability", detection_probability, 0 < detection_probability < 1,
                 "in (0, 1)"),
                ("confirm", confirm, confirm >= 2, ">= 2"),
                ("max_missed", max_missed, max_missed >= 1, ">= 1"),
                ("memory", memory, memory >= 0, ">= 0")):
            if not ok:
                raise ValueError(f"target_tracker: {name} = {value}, but it must be {rule}")
        self._bins = np.array([waveform.range_bin_m, waveform.velocity_bin_mps, 0])
        self._waveform = waveform
        self._found = detection_probability
        self._miss = -math.log(1 - detection_probability)
        self._confirm, self._max_missed, self._memory = confirm, max_missed, memory
        self._acceleration_mps2 = acceleration_mps2
        self._next_id = 1
        self.reset()

    def reset(self):
        """Forgets all tracks; their ids are not used again."""
        self._bank = MotionBank(self._acceleration_mps2, self._bins[0])
        self._state = np.zeros(0, TRACK)
        self._kind, self._hits = np.zeros(0, int), np.zeros(0, int)
        self._score = np.zeros(0)
        self._clutter, self._log_doubt = ClutterMap(self._waveform), 0.0

    def update(self, dt_s, measured, cov, snr_db):
        """One frame.

        Args:
            dt_s: since the frame before, >= 0
            measured: [n, 3] range_m, velocity_mps, angle_rad; NaN where no angle is known
            cov: [n, 3, 3] of its errors
            snr_db: [n]; of more than 256 detections the strongest count

        Returns:
            TRACK table of the tracks that are followed, ascending id. angle_rad is NaN until an
            angle was measured; missed counts the frames since the last detection.
        """
        if len(measured) > MOST:
            strongest = np.argsort(-np.nan_to_num(snr_db, nan=-np.inf), kind="stable")[:MOST]
            measured, cov, snr_db = measured[strongest], cov[strongest], snr_db[strongest]
        cov = math.exp(self._log_doubt) * cov + np.diag((FINEST_BINS * self._bins) ** 2)
        self._bank.predict(dt_s)
        self._state["missed"] += 1
        self._score[self._kind != LOST] -= self._miss
        free = np.ones(len(measured), bool)
        near = np.zeros(len(measured), bool)  # to a followed track
        for kind in (FOLLOWED, TRIED):
            self._assign(kind, measured, cov, snr_db, free, near)
        new = free & ~near
        self._clutter.count(measured[new])
        self._judge()
        self._begin(measured[new], cov[new], snr_db[new])
        return self._report()

    def _assign(self, kind, measured, cov, snr_db, free, near):
        tracks, detections = np.flatnonzero(self._kind == kind), np.flatnonzero(free)
        if not len(tracks) or not len(detections):
            return
        ratio, far, n_seen = self._compare(tracks, measured[detections], cov[detections])
        close = far < GATE[n_seen - 1]
        # Every track may also stay without: one column of its own, ratio 0.
        gain = np.concatenate([np.where(close, np.maximum(ratio, 0), 0),
                               np.zeros((len(tracks), len(tracks)))], axis=1)
        rows, columns = linear_sum_assignment(gain, maximize=True)
        met = gain[rows, columns] > 0
        rows, columns = rows[met], columns[met]
        self._take(tracks[rows], detections[columns], ratio[rows, columns], measured, cov, snr_db)
        free[detections[columns]] = False
        if kind == FOLLOWED:
            surprise = np.sum(far[rows, columns] / n_seen[columns] - 1)
            self._log_doubt = np.clip(self._log_doubt + LEARN * surprise, 0, MOST_DOUBT)
            without = np.setdiff1d(np.arange(len(tracks)), rows)
            at = self._bank.estimate()[0][tracks[without], None, :2]
            close[without] |= np.all(np.abs(measured[None, detections, :2] - at)
                                     < self._bins[:2], axis=2)
            near[detections] = close.any(axis=0)
            self._score[tracks[without][close[without].any(axis=1)]] += (1 - SHARED) * self._miss

    def _take(self, tracks, detections, ratio, measured, cov, snr_db):
        self._bank.update(tracks, measured[detections], cov[detections])
        self._score[tracks] += ratio + self._miss
        self._hits[tracks] += 1
        self._state["missed"][tracks] = 0
        self._state["snr_db"][tracks] = snr_db[detections]
        angled = tracks[np.isfinite(measured[detections, 2])]
        self._state["angle_rad"][angled] = 0  # known from now on

    def _compare(self, tracks, measured, cov):
        """Every track with every detection: the log-likelihood ratio of target to chance,
        Mahalanobis' distance squared [tracks, detections]; how many values are measured."""
        mean, wide = self._bank.estimate()
        seen, noise = usable(measured, cov)
        off, innovation, _ = residual(mean[tracks, None], wide[tracks, None], measured[None],
                                      seen[None], noise[None])
        n_seen = np.count_nonzero(seen, axis=1)
        far, log_det = distance(off, innovation)
        density = self._clutter.density(measured, seen[:, 2])
        ratio = (math.log(self._found) - np.log(density)
                 - (far + log_det + n_seen * math.log(2 * math.pi)) / 2)
        return ratio, far, n_seen

    def _judge(self):
        """Confirms, loses and forgets."""
        full = self._max_missed * self._miss
        followed = self._kind == FOLLOWED
        self._score[followed] = np.minimum(self._score[followed], full)
        ended = (self._kind != LOST) & (self._score < -1e-9)
        ripe = np.flatnonzero((self._kind == TRIED) & (self._hits >= self._confirm)
                              & (self._score > -math.log(FALSE_TRACK))
                              & (self._state["missed"] == 0))
        confirmed = ripe[~self._is_twin(ripe)]
        self._name(confirmed)
        self._kind[confirmed] = FOLLOWED
        self._kind[ended & followed] = LOST
        forgotten = (self._kind == LOST) & (
            (self._state["missed"] > self._max_missed + self._memory)
            | (self._state["id"] == 0))
        self._keep(~(forgotten | (ended & (self._kind == TRIED))))

    def _name(self, confirmed):
        """Ids for new tracks: that of a lost one that should be here by now, or the next."""
        lost = np.flatnonzero(self._kind == LOST)
        chosen = {}
        if len(lost) and len(confirmed):
            far, log_det = self._apart(confirmed, lost)
            anywhere = math.log(self._clutter.size[1])
            ratio = anywhere - (far + log_det + 3 * math.log(2 * math.pi)) / 2
            rows, columns = linear_sum_assignment(np.maximum(ratio, 0), maximize=True)
            chosen = {confirmed[i]: lost[j] for i, j in zip(rows, columns, strict=True)
                      if ratio[i, j] > 0}
        for i in confirmed:
            if i in chosen:
                self._state["id"][i] = self._state["id"][chosen[i]]
                self._state["id"][chosen[i]] = 0  # forgotten
            else:
                self._state["id"][i] = self._next_id
                self._next_id += 1

    def _is_twin(self, tracks):
        """Which of these are within a bin of a followed track that has no detection now: they
        may live on what it leaves, and two targets would be seen at once before long."""
        at = self._bank.estimate()[0][:, :2] / self._bins[:2]
        starved = (self._kind == FOLLOWED) & (self._state["missed"] > 0)
        return np.any(np.all(np.abs(at[tracks, None] - at[starved]) < 1, axis=2), axis=1)

    def _apart(self, these, those):
        """Mahalanobis' distance squared between tracks [these, those], and its log det."""
        mean, wide = self._bank.estimate()
        axes = [RANGE, VELOCITY, ANGLE]
        wide[np.isnan(self._state["angle_rad"]), ANGLE, ANGLE] = ANY_ANGLE
        off = (mean[these, None] - mean[None, those])[..., axes]
        return distance(off, (wide[these, None] + wide[None, those])[..., axes, :][..., axes])

    def _keep(self, which):
        if not which.all():
            self._bank.keep(which)
            self._state, self._kind = self._state[which], self._kind[which]
            self._hits, self._score = self._hits[which], self._score[which]

    def _begin(self, measured, cov, snr_db):
        n = len(measured)
        if not n:
            return
        state = np.zeros(n, TRACK)
        state["snr_db"] = snr_db
        state["angle_rad"] = np.where(np.isfinite(measured[:, 2]), 0, np.nan)
        self._bank.add(measured, cov)
        self._state = np.concatenate([self._state, state])
        self._kind = np.concatenate([self._kind, np.full(n, TRIED)])
        self._hits = np.concatenate([self._hits, np.ones(n, int)])
        self._score = np.concatenate([self._score, np.full(n, self._miss)])

    def _report(self):
        shown = np.flatnonzero(self._kind == FOLLOWED)
        mean, wide = self._bank.estimate()
        table = self._state[shown].copy()
        std = np.sqrt(np.diagonal(wide[shown], axis1=1, axis2=2))
        table["range_m"], table["range_std_m"] = mean[shown, RANGE], std[:, RANGE]
        table["velocity_mps"], table["velocity_std_mps"] = mean[shown, VELOCITY], std[:, VELOCITY]
        table["angle_rad"] += mean[shown, ANGLE]  # 0, or NaN where none was measured
        table["angle_std_rad"] = np.where(np.isnan(table["angle_rad"]), np.nan, std[:, ANGLE])
        return np.sort(table, order="id")

# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenes of targets that cross each other's way, and what a radar would detect of them."""

import math
from dataclasses import dataclass

import numpy as np

SPEEDS_MPS = 3, 20
CLOSE_M = 5  # of a track to the target that it follows
NEAREST_M = 15  # nobody drives through the radar


@dataclass
class Scene:
    """truth [frames, targets, 3]: range_m, velocity_mps, angle_rad, without the last if no angles
    are measured; std, of the errors, likewise. Of every frame the detections [n, 3] (NaN: no
    angle), their standard deviations [n, 3] and SNR [n], and the target of each row (-1: a false
    alarm)."""

    dt_s: float
    truth: np.ndarray
    std: np.ndarray
    detections: list

    @property
    def has_angles(self):
        return self.truth.shape[2] == 3

    def place(self, rows):
        """Where rows [.., 3] are in the plane, [.., 2]; [.., 1], their range, without angles."""
        if not self.has_angles:
            return rows[..., :1]
        way = rows[..., 0] * np.exp(1j * rows[..., 2])
        return np.stack([way.real, way.imag], axis=-1)


def crossing(waveform, seed, n_frames=200, dt_s=0.05, found=0.9, false_alarms=1.0, angles=True,
             most_hidden=None):
    """3 to 6 targets on straight ways through the same 10 m of the street at about the same time.

    Errors are Gaussian with the standard deviations that the Cramer-Rao bound of the waveform
    gives for the SNR of the target, 15 to 30 dB in the map; angles are those of 8 elements half
    a wavelength apart. False alarms are Poisson and uniform over the map. No two targets are
    within a bin of each other, on both axes of the map, for more than most_hidden frames.
    """
    rng = np.random.default_rng(seed)
    n = int(rng.integers(3, 7))
    t = np.arange(n_frames) * dt_s
    where = rng.uniform(0.3, 0.6) * min(waveform.max_range_m, 250)
    truth = np.empty((n_frames, 0, 3))
    while truth.shape[1] < n:
        v = rng.uniform(*SPEEDS_MPS) * np.exp(2j * np.pi * rng.uniform())
        path = where + rng.normal(0, 5, 2) @ [1, 1j] + v * (t - rng.uniform(0.3, 0.7) * t[-1])
        new = np.stack([np.abs(path), -(path.conj() * v).real / np.abs(path), np.angle(path)], -1)
        hidden = np.all(np.abs(new[:, None, :2] - truth[..., :2])
                        < (waveform.range_bin_m, waveform.velocity_bin_mps), axis=2).sum(axis=0)
        if (NEAREST_M < new[:, 0].min() and new[:, 0].max() < waveform.max_range_m
                and (most_hidden is None or hidden.max(initial=0) <= most_hidden)):
            truth = np.concatenate([truth, new[:, None]], axis=1)
    std = _bound(waveform, rng.uniform(15, 30, n), truth)
    detections = [_detect(rng, waveform, truth[i], std[i], found, false_alarms) for i in
                  range(n_frames)]
    if not angles:
        truth, std = truth[..., :2], std[..., :2]
        for measured, *_ in detections:
            measured[:, 2] = np.nan
    return Scene(dt_s, truth, std[..., :3], detections)


def _bound(waveform, snr_db, truth):
    """[frames, n, 4]: standard deviations of range, velocity, angle, and the SNR in dB."""
    per_bin = math.sqrt(6) / (2 * np.pi) / 10 ** (snr_db / 20)
    shape = truth.shape[:2]
    steps = per_bin * 2 / 8 / np.maximum(np.cos(truth[..., 2]), 0.2)  # 8 elements: a bin is 2/8
    return np.stack([np.broadcast_to(per_bin * waveform.range_bin_m, shape),
                     np.broadcast_to(per_bin * waveform.velocity_bin_mps, shape), steps,
                     np.broadcast_to(snr_db, shape)], -1)


def _detect(rng, waveform, truth, std, found, false_alarms):
    hit = np.flatnonzero(rng.uniform(size=len(truth)) < found)
    false = rng.poisson(false_alarms)
    chance = rng.uniform([0, -1, -1], [1, 1, 1], (false, 3)) * [
        waveform.max_range_m, waveform.max_velocity_mps, np.pi / 2]
    rows = np.concatenate([truth[hit] + rng.normal(size=(len(hit), 3)) * std[hit, :3], chance])
    stds = np.concatenate([std[hit], np.broadcast_to(np.median(std, axis=0), (false, 4))])
    target = np.concatenate([hit, np.full(false, -1)])
    order = rng.permutation(len(rows))
    return rows[order], stds[order, :3], stds[order, 3], target[order]


def follow(tracker, scene):
    """The tables of tracks that a tracking.Tracker makes of a scene, one a frame."""
    return [tracker.update(scene.dt_s if i else 0.0, rows, _diagonal(std), snr_db)
            for i, (rows, std, snr_db, _) in enumerate(scene.detections)]


def _diagonal(std):
    return np.eye(3) * std[:, None] ** 2


def rows_of(table):
    """A table of tracks as rows [n, 3]."""
    return np.stack([table["range_m"], table["velocity_mps"], table["angle_rad"]], axis=-1)


def score(scene, tables, clear_mot):
    """MotCounts in the plane (or over range, without angles), and by how much the position of
    a track is better than that of single detections (root mean squares)."""
    truth = [(range(len(now)), scene.place(now)) for now in scene.truth]
    tracks = [(table["id"], scene.place(rows_of(table))) for table in tables]
    counts = clear_mot(truth, tracks, np.full(1 + scene.has_angles, CLOSE_M))
    single = np.concatenate([scene.place(rows[target >= 0]) - scene.place(now[target[target >= 0]])
                             for now, (rows, _, _, target) in zip(scene.truth, scene.detections,
                                                                  strict=True)])
    return counts, math.sqrt(np.mean(np.sum(single**2, axis=1))
                             / np.mean(np.sum(counts.errors**2, axis=1)))

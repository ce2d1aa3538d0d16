# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenes of targets that cross each other's way, and what a radar would detect of them."""

import math
from dataclasses import dataclass

import numpy as np

SPEEDS_MPS = 3, 20
NEAREST_M = 15  # nobody drives through the radar


@dataclass
class Scene:
    """truth [frames, targets, 3]: range_m, velocity_mps, angle_rad. Of every frame the
    detections [n, 3], their standard deviations [n, 3] and SNR [n], and the target of each row
    (-1: a false alarm)."""

    dt_s: float
    truth: np.ndarray
    detections: list


def crossing(waveform, seed, n_frames=200, dt_s=0.05, found=0.9, false_alarms=1.0, angles=True):
    """3 to 6 targets on straight ways through the same 10 m of the street at about the same time.

    Errors are Gaussian with the standard deviations that the Cramer-Rao bound of the waveform
    gives for the SNR of the target, 15 to 30 dB in the map; angles are those of 8 elements half
    a wavelength apart. False alarms are Poisson and uniform over the map.
    """
    rng = np.random.default_rng(seed)
    n = int(rng.integers(3, 7))
    t = np.arange(n_frames) * dt_s
    where = rng.uniform(0.3, 0.6) * min(waveform.max_range_m, 250)
    path, way = np.empty((n_frames, 0)), np.empty(0)
    while len(way) < n:
        v = rng.uniform(*SPEEDS_MPS) * np.exp(2j * np.pi * rng.uniform())
        at = where + rng.normal(0, 5, 2) @ [1, 1j] + v * (t - rng.uniform(0.3, 0.7) * t[-1])
        if NEAREST_M < np.abs(at).min() and np.abs(at).max() < waveform.max_range_m:
            path, way = np.column_stack([path, at]), np.append(way, v)
    truth = np.stack([np.abs(path), -(path.conj() * way).real / np.abs(path), np.angle(path)], -1)
    std = _bound(waveform, rng.uniform(15, 30, n), truth)
    detections = [_detect(rng, waveform, truth[i], std[i], found, false_alarms) for i in
                  range(n_frames)]
    if not angles:
        truth = truth[..., :2]
        for measured, *_ in detections:
            measured[:, 2] = np.nan
    return Scene(dt_s, truth, detections)


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


def score(scene, tables, clear_mot):
    """MotCounts in the plane (or over range, without angles), and by how much the position of
    a track is better than that of single detections (root mean squares)."""
    has_angle = scene.truth.shape[2] == 3
    limit_m = 5.0

    def place(range_m, angle_rad):
        if not has_angle:
            return np.asarray(range_m)[:, None]
        return np.stack([range_m * np.cos(angle_rad), range_m * np.sin(angle_rad)], -1)

    truth = [(range(len(now)), place(now[:, 0], now[:, -1])) for now in scene.truth]
    tracks = [(table["id"], place(table["range_m"], table["angle_rad"])) for table in tables]
    counts = clear_mot(truth, tracks, np.full(1 + has_angle, limit_m))
    single = [place(rows[real, 0], rows[real, 2]) - at[target[real]]
              for (_, at), (rows, _, _, target) in zip(truth, scene.detections, strict=True)
              for real in [target >= 0]]
    single = math.sqrt(np.mean(np.sum(np.concatenate(single) ** 2, axis=1)))
    return counts, single / math.sqrt(np.mean(np.sum(counts.errors**2, axis=1)))

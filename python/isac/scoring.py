# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was found against what was there: pairs detections with the truth, frame by frame."""

import math

import numpy as np

from . import isac_python as _isac

DETECTION = np.dtype([
    ("frame", np.int64), ("time_s", float), ("range_m", float), ("velocity_mps", float),
    ("snr_db", float), ("range_std_m", float), ("velocity_std_mps", float),
    ("range_velocity_cov", float),
    ("target", np.int64)])  # index of the true target, -1: none, -2: the leakage, -3: a body

TRUTH = np.dtype([
    ("frame", np.int64), ("time_s", float), ("target", np.int64), ("range_m", float),
    ("velocity_mps", float), ("angle_rad", float), ("snr_db", float)])  # target -2, -3: as above

TARGET = np.dtype([
    ("target", np.int64), ("range_m", float), ("velocity_mps", float), ("snr_db", float),
    ("found_range_m", float), ("found_velocity_mps", float), ("found_snr_db", float),
    ("range_error_m", float), ("velocity_error_mps", float), ("found_fraction", float),
    ("above_limit", bool), ("found", bool)])

NO_TARGET, LEAKAGE = -1, -2
BODY = -3  # a rotor or a walker: its parts have velocities of their own
FOUND_FRACTION = 0.5


def detection_limit_db(false_alarm_rate, n_training, straddling_db):
    """SNR in the map at which a target is detected in 99 of 100 frames.

    Three terms: what a steady target needs over noise of known power (Albersheim's equation,
    good to 0.2 dB), what a CFAR loses because n_training cells measure the noise (the ratio of
    the two thresholds, n (P^(-1/n) - 1) against -ln P), and what is lost when a target lies
    between two bins (twice, once per axis).
    """
    a = math.log(0.62 / false_alarm_rate)
    b = math.log(0.99 / 0.01)
    steady_db = 10 * math.log10(a + 0.12 * a * b + 1.7 * b)
    threshold = n_training * (false_alarm_rate ** (-1 / n_training) - 1)
    return steady_db + 10 * math.log10(threshold / -math.log(false_alarm_rate)) + 2 * straddling_db


def pilot_share(waveform):
    """Share of the occupied cells that are sent at power 1: pilots or reference rows."""
    if waveform.precoding == _isac.precoding.DFT:
        return 1 - waveform.n_data_rows / waveform.n_symbols
    return waveform.n_pilots / (waveform.n_pilots + waveform.n_data)


def filter_loss_db(waveform, echo_snr_db):
    """SNR that a target loses because sent symbols have unequal power.

    A cell sent with power q comes back with SNR q s, where s is that of all echoes together.
    The Wiener filter weighs it by g = q / (q + 1/s). What is coherent grows by E[g], noise by
    E[g^2 / q] and the echoes' own fluctuation (self-noise) by s Var[g]. Nothing is lost with
    QPSK; with DFT precoding a cell is nearly Gaussian and q exponential.
    """
    if waveform.precoding == _isac.precoding.DFT:
        powers = -np.log1p(-(np.arange(1000) + 0.5) / 1000)  # its quantiles
    elif waveform.bits_per_symbol <= 2:
        powers = np.ones(1)
    else:
        levels = np.arange(2 ** (waveform.bits_per_symbol // 2)) * 2 + 1.0
        levels -= levels.mean()
        powers = np.add.outer(levels**2, levels**2).ravel()
        powers /= powers.mean()
    share = pilot_share(waveform)
    snr = 10 ** (max(-100, echo_snr_db) / 10)

    def mean(function):  # over data and what is known, which has power 1
        return share * function(np.ones(1)).mean() + (1 - share) * function(powers).mean()

    coherent = mean(lambda q: q / (q + 1 / snr))
    noise = mean(lambda q: q / (q + 1 / snr) ** 2)
    spread = mean(lambda q: (q / (q + 1 / snr)) ** 2) - coherent**2
    return 10 * math.log10((noise + snr * spread) / coherent**2)


def pair(detections, truth, waveform):
    """Fills in detections["target"]: one to one within a frame, nearest pairs first.

    A pair lies within one bin on both axes, which is closer than two targets that a map can
    tell apart. Detections of a frame without truth stay NO_TARGET. What is left within a bin of
    a body's range is one of its parts, whatever its velocity.
    """
    bins = waveform.range_bin_m, waveform.velocity_bin_mps
    detections["target"] = NO_TARGET
    rows_of = {}
    for i, frame in enumerate(truth["frame"]):
        rows_of.setdefault(frame, []).append(i)
    for frame in np.unique(detections["frame"]):
        found = np.flatnonzero(detections["frame"] == frame)
        there = np.array(rows_of.get(frame, []), int)
        offsets = np.stack([np.abs(np.subtract.outer(detections[axis][found], truth[axis][there]))
                            / bin_size
                            for axis, bin_size in zip(("range_m", "velocity_mps"), bins,
                                                      strict=True)])
        is_body = truth["target"][there] == BODY
        distance = np.where(np.all(offsets <= 1, axis=0) & ~is_body, np.hypot(*offsets), np.inf)
        while distance.size and np.isfinite(distance.min()):
            i, j = np.unravel_index(distance.argmin(), distance.shape)
            detections["target"][found[i]] = truth["target"][there[j]]
            distance[i, :] = distance[:, j] = np.inf
        beside_body = np.any(offsets[0][:, is_body] <= 1, axis=1)
        left = detections["target"][found] == NO_TARGET
        detections["target"][found[beside_body & left]] = BODY


def summarize(detections, truth, waveform, gain_db, limit_db):
    """One TARGET row for each true target, over all frames.

    Args:
        detections: DETECTION, paired.
        truth: TRUTH; its snr_db is that of one cell of the grid.
        waveform: tells the bins.
        gain_db: from one cell of the grid to the map.
        limit_db: SNR in the map from which on a target must be found.
    """
    indices = np.unique(truth["target"][truth["target"] >= 0])
    return np.array([_summarize_one(i, detections[detections["target"] == i],
                                    truth[truth["target"] == i], waveform, gain_db, limit_db)
                     for i in indices], TARGET)


def _summarize_one(index, detections, truth, waveform, gain_db, limit_db):
    order = np.searchsorted(truth["frame"], detections["frame"])
    range_error = detections["range_m"] - truth["range_m"][order]
    velocity_error = detections["velocity_mps"] - truth["velocity_mps"][order]
    half_range, half_velocity = waveform.range_bin_m / 2, waveform.velocity_bin_mps / 2
    close = (np.abs(range_error) <= half_range) & (np.abs(velocity_error) <= half_velocity)
    fraction = np.count_nonzero(close) / len(truth)

    def over_frames(values, reduce=np.mean):
        return float(reduce(values)) if len(values) else math.nan

    def rms(values):
        return math.sqrt(np.mean(np.square(values)))

    snr_db = float(np.mean(truth["snr_db"])) + gain_db
    on_average_close = (len(detections) > 0 and abs(np.mean(range_error)) <= half_range
                        and abs(np.mean(velocity_error)) <= half_velocity)
    return (index, np.mean(truth["range_m"]), np.mean(truth["velocity_mps"]), snr_db,
            over_frames(detections["range_m"]), over_frames(detections["velocity_mps"]),
            over_frames(detections["snr_db"]), over_frames(range_error, rms),
            over_frames(velocity_error, rms), fraction, snr_db >= limit_db,
            fraction >= FOUND_FRACTION and on_average_close)


def false_alarms(detections, truth):
    """Detections that nothing true explains, in the frames whose truth is known."""
    known = np.isin(detections["frame"], truth["frame"])
    return int(np.count_nonzero(known & (detections["target"] == NO_TARGET)))

# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tracks of 3 to 6 crossing targets: CLEAR MOT accuracy, switches of ids, errors.

Detections drawn from the bounds of the waveform, 15 to 30 dB in the map, found with probability
0.9 beside one false alarm a frame; frames 50 ms apart and back to back; with the angles of
8 elements and without. Errors of position are held against those of single detections and drawn
with the bound of an estimator that knows that the way is straight.

Then all of it: targets whose power fluctuates from frame to frame (Swerling 1, with the mean SNR at
which they are found in 9 frames of 10) as echoes in a grid with noise, through the map and the
detector. What the map cannot tell apart no tracker can: no two targets are within a bin of each
other, on both axes, for more than ten frames.
"""

import math
import sys
from pathlib import Path

import numpy as np
from curves import judge, progress, run_jobs
from gnuradio import isac
from gnuradio.isac.tracking import Tracker, clear_mot
from scipy import optimize

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from moving import CLOSE_M, crossing, follow, rows_of, score  # noqa: E402
from theory import straight_way_bound  # noqa: E402

WAVEFORM = "lab"
N_SCENES = 10
N_FRAMES = 200
APART_S = 0.05
FOUND = 0.9
FALSE_ALARM_RATE = 1e-6
MOST_HIDDEN = 10  # frames in which the map cannot tell two targets apart
SPEED_OF_LIGHT_MPS = 299792458.0


def run(args):
    numbers = {}
    w = isac.load_waveform(WAVEFORM)
    for angles in (True, False):
        for dt_s in (APART_S, w.frame_duration_s):
            scenes = [crossing(w, seed, N_FRAMES, dt_s, FOUND, angles=angles)
                      for seed in range(N_SCENES if args.quick else 4 * N_SCENES)]
            tracks = [follow(Tracker(w), scene) for scene in scenes]
            name = f"{'range and angle' if angles else 'range'}, {1e3 * dt_s:.3g} ms"
            results = [score(*pair, clear_mot) for pair in zip(scenes, tracks, strict=True)]
            progress(f"{name}: {len(scenes)} scenes")
            numbers |= report(name, results[:N_SCENES])
            keeping = np.mean([keeps(*result) for result in results])
            numbers |= judge(f"{name}: share of {len(results)} scenes that keep all three", keeping,
                             0.9, at_least=True)
            if dt_s == APART_S:
                draw_errors(args.out, name, scenes, tracks)
                draw_ways(args.out, name, scenes[0], tracks[0])
    jobs = range(3 if args.quick else N_SCENES)
    results = run_jobs(through_the_sensor, jobs, args.workers)
    return numbers | report("through the sensor", results)


def keeps(counts, gain):
    return counts.mota >= 0.9 and counts.switches <= 1 and gain >= 2


def report(name, results):
    """The worst of all scenes is what is judged."""
    counts, gains = zip(*results, strict=True)
    return (judge(f"{name}: MOTA, least", min(c.mota for c in counts), 0.9, at_least=True)
            | judge(f"{name}: id switches, most", max(c.switches for c in counts), 1)
            | judge(f"{name}: error of detections over tracks, least", min(gains), 2,
                    at_least=True))


def through_the_sensor(seed):
    """A scene of crossing() again, each frame as cells of noise and echoes."""
    w = isac.load_waveform(WAVEFORM)
    rng = np.random.default_rng(seed)
    scene = crossing(w, seed, N_FRAMES, APART_S, angles=False, most_hidden=MOST_HIDDEN)
    windows = dict(range_window=isac.window.RECTANGULAR, velocity_window=isac.window.RECTANGULAR)
    maps = isac.dsp.range_doppler(w, **windows)
    detector = isac.dsp.target_detector(w, false_alarm_rate=FALSE_ALARM_RATE, **windows)
    shape = w.n_symbols, w.n_subcarriers
    amplitude = math.sqrt(mean_snr() / w.n_symbols / (w.n_subcarriers - 1))
    for i, at in enumerate(scene.truth):
        sent = rng.choice([1, -1, 1j, -1j], shape)
        sent[:, w.n_subcarriers // 2] = 0
        received = rng.normal(0, math.sqrt(0.5), (*shape, 2)) @ [1, 1j]
        fading = amplitude * rng.normal(0, math.sqrt(0.5), (len(at), 2)) @ [1, 1j]
        for gain, (range_m, velocity_mps) in zip(fading, at, strict=True):
            received += gain * sent * response(w, range_m, velocity_mps)
        found = detector.detect(maps.compute(sent.astype(np.complex64),
                                             received.astype(np.complex64)))
        scene.detections[i] = compared(found, at, w)
        if i % 50 == 49:
            progress(f"scene {seed}: {i + 1} frames")
    return score(scene, follow(Tracker(w), scene), clear_mot)


def mean_snr():
    """In the map, at which FOUND of all Swerling 1 targets anywhere between the bins are found
    over noise of known power."""
    loss = np.sinc((np.arange(20) + 0.5) / 40) ** 2
    loss = np.outer(loss, loss)
    return optimize.brentq(
        lambda snr: np.mean(FALSE_ALARM_RATE ** (1 / (1 + snr * loss))) - FOUND, 1, 1e5)


def compared(found, truth, w):
    """A table of detections as a Scene has it; the nearest target within a bin is whose it is."""
    rows = np.stack([found["range_m"], found["velocity_mps"], np.full(len(found), np.nan)], -1)
    std = np.stack([found["range_std_m"], found["velocity_std_mps"], np.ones(len(found))], -1)
    bins = np.abs(rows[:, None, :2] - truth) / (w.range_bin_m, w.velocity_bin_mps)
    target = np.where(bins.max(axis=2).min(axis=1) < 1, bins.sum(axis=2).argmin(axis=1), -1)
    return rows, std, found["snr_db"], target


def response(w, range_m, velocity_mps):
    """[n_symbols, n_subcarriers] of a target that is at range_m in the middle of the rows."""
    t = (np.arange(w.n_symbols)[:, None] - (w.n_symbols - 1) / 2) * w.symbol_duration_s
    f = (np.arange(w.n_subcarriers) - w.n_subcarriers // 2) * w.subcarrier_spacing_hz
    delay_s = 2 * (range_m - velocity_mps * t) / SPEED_OF_LIGHT_MPS
    return np.exp(-2j * np.pi * (f + w.carrier_freq_hz) * delay_s)


def draw_errors(folder, name, scenes, tracks):
    """Errors over the bound of a single detection of the same target at the same place, root mean
    square over all targets of all scenes, frame by frame."""
    squares, counts = np.zeros((3, N_FRAMES)), np.zeros((3, N_FRAMES))

    def count(row, i, values):
        squares[row, i] += np.sum(values)
        counts[row, i] += np.size(values)

    for scene, tables in zip(scenes, tracks, strict=True):
        one = place_std(scene)
        for k in range(scene.truth.shape[1]):
            bounds = straight_way_bound(scene.truth[:, k], scene.std[:, k], FOUND, scene.dt_s)
            for i in np.flatnonzero(np.isfinite(bounds)):
                count(2, i, (bounds[i] / one[i, k]) ** 2)
        for i, (now, table) in enumerate(zip(scene.truth, tables, strict=True)):
            rows, _, _, target = scene.detections[i]
            at, real = scene.place(now), target[target >= 0]
            off = scene.place(rows[target >= 0]) - at[real]
            count(0, i, np.sum(off**2, axis=-1) / one[i, real] ** 2)
            far = np.sum((scene.place(rows_of(table))[:, None] - at) ** 2, axis=-1)
            if not len(table):
                continue
            track = far.argmin(axis=0)
            mine = (far.min(axis=0) < CLOSE_M**2) & (far.argmin(axis=1)[track] == range(len(now)))
            count(1, i, far[track[mine], mine] / one[i, mine] ** 2)
    with np.errstate(invalid="ignore"):
        rms = np.sqrt(squares / counts)
    figure, axis = pyplot().subplots(figsize=(7, 4.5), layout="constrained")
    for row, label, style in ((0, "single detections", ":"), (1, "tracks", "-"),
                              (2, "bound: the way is known to be straight", "k--")):
        axis.semilogy(np.arange(N_FRAMES) * scenes[0].dt_s, rms[row], style, label=label)
    axis.set(xlabel="time (s)", ylabel="error of position, of that of one detection (RMS)",
             title=f"Tracking, {name}, {len(scenes)} scenes")
    axis.grid(True, which="both", alpha=0.3)
    axis.legend()
    save(figure, folder, f"tracking_errors_{'angle' if scenes[0].has_angles else 'range'}")


def place_std(scene):
    """[frames, targets]: of the position that one detection gives."""
    if not scene.has_angles:
        return scene.std[..., 0]
    return np.hypot(scene.std[..., 0], scene.truth[..., 0] * scene.std[..., 2])


def draw_ways(folder, name, scene, tables):
    """The targets of one scene, what was detected and the tracks in the colours of their ids."""
    figure, axis = pyplot().subplots(figsize=(7, 5.5), layout="constrained")

    def points(i, rows):
        """[n, 2] to draw: across and ahead, or time and range."""
        at = scene.place(rows)
        first = at[:, 1] if scene.has_angles else np.full(len(at), i * scene.dt_s)
        return np.stack([first, at[:, 0]], axis=-1)

    truth = np.stack([points(i, rows) for i, rows in enumerate(scene.truth)])
    seen = np.concatenate([points(i, rows) for i, (rows, *_) in enumerate(scene.detections)])
    axis.plot(*seen.T, ".", color="0.75", ms=3)
    axis.plot(truth[..., 0], truth[..., 1], "k-", lw=0.8)
    for track in np.unique(np.concatenate([table["id"] for table in tables])):
        way = np.concatenate([points(i, rows_of(table[table["id"] == track]))
                              for i, table in enumerate(tables)])
        line, = axis.plot(*way.T, "-", lw=2, alpha=0.8)
        axis.annotate(str(track), way[-1], color=line.get_color(), weight="bold")
    low, high = truth.min(axis=(0, 1)) - 5, truth.max(axis=(0, 1)) + 5
    axis.set(title=f"Tracks, {name}: truth black, detections grey, ids in colour",
             xlim=(low[0], high[0]) if scene.has_angles else None, ylim=(low[1], high[1]),
             xlabel="across (m)" if scene.has_angles else "time (s)",
             ylabel="ahead (m)" if scene.has_angles else "range (m)")
    axis.grid(True, alpha=0.3)
    save(figure, folder, f"tracking_{'plan' if scene.has_angles else 'range'}")


def pyplot():
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    return plt


def save(figure, folder, name):
    path = Path(folder) / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    progress(f"wrote {path}")

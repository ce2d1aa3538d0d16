# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Angles beside the Cramer-Rao bound: error over SNR, two sources, coherent ones, MIMO.

`snapshots` gives angle_estimator plane waves of one snapshot, the hardest case; `frames` gives
array_sensor whole grids, OFDM and DFT-s-OFDM, and takes what comes out of detection and all.
SNR is always that with the gain of all elements (and cells). Threshold is where one of n noise
cells beats the target once in a thousand times: n elements, or the cells of all beams.
"""

import math
import sys
from pathlib import Path

import numpy as np
from curves import band, judge, progress, run_jobs
from gnuradio import isac

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from theory import sine_std  # noqa: E402

ELEMENTS = (4, 8, 16)
ABOVE_DB = (3, 6, 9, 12, 16, 20, 25)  # the threshold; and below it:
BELOW_DB = (-6, -4, -2, 0, 1.5)
METHOD = isac.angle_method
METHODS = {"beamforming": METHOD.BEAMFORMING, "MUSIC": METHOD.MUSIC,
           "root-MUSIC": METHOD.ROOT_MUSIC, "ESPRIT": METHOD.ESPRIT}
HALF_POWER = 0.886  # of a uniform array's beam, in sines times elements times spacing
SPEED_OF_LIGHT_MPS = 299792458.0


def threshold_db(n_cells):
    """SNR where the strongest of n_cells - 1 noise cells beats the target once in a thousand."""
    one = 1 - (1 - 1e-3) ** (1 / (n_cells - 1))
    return 10 * math.log10(-2 * math.log(2 * one))


def waves(rng, n_elements, n, sines, snr_db, coherent=False):
    """complex64 [n, n_elements]; snr_db in an element."""
    steering = np.exp(1j * np.pi * np.outer(sines, np.arange(n_elements)))
    phases = rng.uniform(size=(1 if coherent else n, len(sines)))
    signal = 10 ** (snr_db / 20) * np.exp(2j * np.pi * phases) @ steering
    noise = rng.normal(0, np.sqrt(0.5), (n, n_elements, 2)) @ [1, 1j]
    return (signal + noise).astype(np.complex64)


def snapshot_errors(job):
    """Errors of the sine from single snapshots: [n_trials]."""
    name, n_elements, snr_db, n_trials, seed = job
    rng = np.random.default_rng([seed, n_elements, int(10 * snr_db) + 1000])
    estimator = isac.dsp.angle_estimator(isac.antenna_array(n_elements=n_elements),
                                         METHODS[name], n_sources=1)
    errors = []
    for _ in range(n_trials):
        sine = rng.uniform(-0.85, 0.85)
        x = waves(rng, n_elements, 1, [sine], snr_db - 10 * math.log10(n_elements))
        found, = estimator.estimate(x)
        errors.append(math.sin(found["angle_rad"]) - sine)
    return np.array(errors)


def resolved(job):
    """How many times two sources were two, each within half their distance."""
    name, n_elements, n_snapshots, beamwidths, snr_db, coherent, n_trials, seed = job
    rng = np.random.default_rng([seed, n_elements, int(1000 * beamwidths)])
    estimator = isac.dsp.angle_estimator(isac.antenna_array(n_elements=n_elements),
                                         METHODS[name], n_sources=0 if name != "beamforming" else 2)
    apart = beamwidths * HALF_POWER * 2 / n_elements
    count = 0
    for _ in range(n_trials):
        sines = rng.uniform(-0.6, 0.6) + apart * np.array([-0.5, 0.5])
        found = estimator.estimate(waves(rng, n_elements, n_snapshots, sines, snr_db, coherent))
        if len(found) == 2:
            count += np.abs(np.sort(np.sin(found["angle_rad"])) - sines).max() < apart / 2
    return count


# ------------------------------------------------------------------------------- whole frames

WAVEFORMS = {
    "OFDM QPSK": dict(modulation=isac.modulation.QPSK),
    "OFDM 64-QAM": dict(modulation=isac.modulation.QAM64),
    "DFT-s-OFDM": dict(precoding=isac.precoding.DFT),
}


def frame_echoes(rng, w, sent, n_rx, targets):
    """[n_rx, n_symbols, n_subcarriers] of targets (range, velocity, sine, SNR with all gains)."""
    n_tx, n = len(sent), len(sent) * n_rx
    k = np.arange(w.n_subcarriers) - w.n_subcarriers // 2
    m = np.arange(w.n_symbols)[:, None]
    energy = np.sum(np.abs(sent) ** 2) * n_rx
    received = rng.normal(0, np.sqrt(0.5), (n_rx, *sent.shape[1:], 2)) @ [1, 1j]
    for range_m, velocity_mps, sine, snr_db in targets:
        turns = (2 * velocity_mps / w.wavelength_m * m * w.symbol_duration_s
                 - 2 * range_m / SPEED_OF_LIGHT_MPS * k * w.subcarrier_spacing_hz)
        echo = math.sqrt(10 ** (snr_db / 10) / energy) * np.exp(2j * np.pi * (turns + rng.random()))
        elements = np.exp(1j * np.pi * sine * np.arange(n))
        for r in range(n_rx):
            received[r] += sum(elements[t * n_rx + r] * sent[t] for t in range(n_tx)) * echo
    return received.astype(np.complex64)


class Frames:
    """Random targets in front of an array; the waveform is small, its physics is not."""

    def __init__(self, kind, n_tx, n_rx, seed):
        self.w = isac.waveform(fft_len=256, cp_len=32, n_subcarriers=128, n_symbols=64,
                               **WAVEFORMS[kind])
        self.n_tx, self.n_rx = n_tx, n_rx
        self.sensor = isac.dsp.array_sensor(
            self.w, isac.antenna_array(n_elements=n_tx, spacing_wavelengths=n_rx / 2),
            isac.antenna_array(n_elements=n_rx))
        self.transmitter = isac.dsp.transmitter(self.w)
        self.rng = np.random.default_rng([seed, n_tx, n_rx])

    def target(self, snr_db):
        rng, w = self.rng, self.w
        return (rng.uniform(0.05, 0.85) * w.max_range_m,
                rng.uniform(-0.7, 0.7) * w.max_velocity_mps, rng.uniform(-0.85, 0.85), snr_db)

    def detect(self, targets):
        _, rows = self.transmitter.modulate(self.rng.bytes(self.w.payload_len))
        sent = np.zeros((self.n_tx, *rows.shape), np.complex64)
        for t in range(self.n_tx):
            sent[t, :, t::self.n_tx] = rows[:, t::self.n_tx]
        return self.sensor.detect(sent, frame_echoes(self.rng, self.w, sent, self.n_rx, targets))


def frame_errors(job):
    """Errors in (range bins, velocity bins, sine) of found targets: [n_found, 3], and ghosts."""
    kind, n_tx, n_rx, snr_db, n_trials, seed = job
    frames, errors, ghosts = Frames(kind, n_tx, n_rx, seed), [], 0
    for _ in range(n_trials):
        target = frames.target(snr_db)
        found = frames.detect([target])
        misses = np.stack([(found["range_m"] - target[0]) / frames.w.range_bin_m,
                           (found["velocity_mps"] - target[1]) / frames.w.velocity_bin_mps,
                           np.sin(found["angle_rad"]) - target[2]], axis=1)
        near = np.abs(misses[:, :2]).max(axis=1, initial=0) < 1
        ghosts += np.sum(~near)
        if near.any():
            errors.append(misses[near][0])
    return np.array(errors).reshape(-1, 3), ghosts


def pairs_resolved(job):
    """Two targets of one map cell half a beamwidth apart: how many times both were found."""
    n_rx, snr_db, n_trials, seed = job
    frames, count = Frames("OFDM QPSK", 1, n_rx, seed), 0
    apart = 0.5 * HALF_POWER * 2 / n_rx
    for _ in range(n_trials):
        a = frames.target(snr_db)
        b = (*a[:2], a[2] - math.copysign(apart, a[2]), snr_db)
        found = frames.detect([a, b])
        if len(found) == 2:
            sines = np.sort(np.sin(found["angle_rad"]))
            count += np.abs(sines - sorted([a[2], b[2]])).max() < apart / 2
    return count


# ------------------------------------------------------------------------------- the study

def root_mean_square(errors):
    """And its band, from the chi-square of as many Gaussian errors (95 %)."""
    value, half = math.sqrt(np.mean(np.square(errors))), 1.96 / math.sqrt(2 * len(errors))
    return value, value * (1 - half), value * (1 + half)


def worst_of(ratios):
    """The ratio that is surest to be above 1: the one with the highest lower end."""
    return max(ratios, key=lambda r: r[1])


def study_snapshots(args, n_trials):
    numbers, lines = {}, []
    for name in METHODS:
        for n in ELEMENTS:
            at = threshold_db(n)
            steps = sorted(BELOW_DB + ABOVE_DB)
            jobs = [(name, n, at + step, n_trials, 1) for step in steps]
            errors = run_jobs(snapshot_errors, jobs, args.workers)
            rms = [root_mean_square(e) for e in errors]
            bounds = [sine_std(n, 1, 10 ** ((at + step) / 10) / n) for step in steps]
            lines.append((name, n, [at + step for step in steps], rms, bounds))
            worst = worst_of([np.array(r) / b for r, b, s in zip(rms, bounds, steps, strict=True)
                              if s >= 3])
            numbers |= judge(f"angle: {name}, {n} elements, RMSE over bound", *worst[:1], 1.1,
                             low=worst[1], high=worst[2])
            progress(f"{name}, {n} elements: done")
    return numbers, lines


def study_frames(args, n_trials):
    numbers = {}
    for kind, n_tx, n_rx in [(k, 1, n) for k in WAVEFORMS for n in ELEMENTS] + [
            ("OFDM QPSK", 2, 4)]:
        n = n_tx * n_rx
        # Two Hamming windows take 2.7 dB from detection; 4 dB more and hardly one is missed.
        jobs = [(kind, n_tx, n_rx, 22 + step, n_trials, 2) for step in (0, 8, 20)]
        worst, found, ghosts = [], 0, 0
        for job, (errors, extra) in zip(jobs, run_jobs(frame_errors, jobs, args.workers),
                                        strict=True):
            bound = sine_std(n, 1, 10 ** (job[3] / 10) / n)
            worst.append(np.array(root_mean_square(errors[:, 2])) / bound)
            found, ghosts = found + len(errors), ghosts + extra
        worst = worst_of(worst)
        name = f"{kind}, {n_tx} x {n_rx}" if n_tx > 1 else f"{kind}, {n_rx} elements"
        numbers |= judge(f"frames: {name}, angle RMSE over bound", *worst[:1], 1.1,
                         low=worst[1], high=worst[2])
        numbers[f"frames: {name}, found"] = found / (len(jobs) * n_trials)
        numbers[f"frames: {name}, ghosts"] = ghosts / (len(jobs) * n_trials)
    return numbers


def study_resolution(args, n_trials):
    numbers, curves = {}, {}
    for coherent in (False, True):
        for name in METHODS:
            widths = (0.15, 0.25, 0.35, 0.5, 0.7, 1.0, 1.3)
            jobs = [(name, 8, 64, b, 20, coherent, n_trials, 3) for b in widths]
            counts = run_jobs(resolved, jobs, args.workers)
            curves[name, coherent] = (widths, np.array(counts) / n_trials)
    for n in ELEMENTS:
        for coherent in (False, True):
            job = ("MUSIC", n, 64, 0.5, 20, coherent, n_trials, 4)
            count = resolved(job)
            numbers |= judge(f"half a beamwidth, {n} elements, MUSIC"
                             + (", coherent" if coherent else ""), count / n_trials, 0.9,
                             at_least=True, low=band(count, n_trials)[0],
                             high=band(count, n_trials)[1])
    snrs = (20, 25, 30, 35, 40, 45, 50)
    jobs = [(8, snr, max(20, n_trials // 2), 5) for snr in snrs]
    curves["pairs"] = (snrs, [c / j[2] for c, j in zip(
        run_jobs(pairs_resolved, jobs, args.workers), jobs, strict=True)])
    numbers |= {f"one map cell, 8 elements, {s} dB": p for s, p in zip(*curves["pairs"],
                                                                       strict=True)}
    return numbers, curves


def draw(args, lines, curves):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, len(METHODS), sharey=True, figsize=(16, 4.4),
                                layout="constrained")
    for name, axis in zip(METHODS, axes, strict=True):
        for (_, n, snr, rms, bounds), color in zip(
                [line for line in lines if line[0] == name], ("C0", "C1", "C2"), strict=True):
            value, low, high = np.array(rms).T
            axis.semilogy(snr, value, "o-", ms=3, color=color, label=f"{n} elements")
            axis.fill_between(snr, low, high, color=color, alpha=0.25, lw=0)
            axis.semilogy(snr, bounds, "k--", lw=1, label="bound" if n == 4 else None)
            axis.axvline(threshold_db(n) + 3, color=color, lw=0.8, ls=":")
        axis.set(title=name, xlabel="SNR with the gain of the array (dB)")
        axis.grid(True, which="both", alpha=0.3)
        axis.legend(fontsize=8)
    axes[0].set_ylabel("RMSE of the sine of the angle")
    figure.suptitle("One snapshot, one source (bands: 95 %; dotted: 3 dB above threshold)")
    save(args, figure, "angle_rmse.png")

    figure, axes = plt.subplots(1, 3, figsize=(16, 4.4), layout="constrained")
    for coherent, axis in zip((False, True), axes, strict=False):
        for name in METHODS:
            axis.plot(*curves[name, coherent], "o-", ms=3, label=name)
        axis.axvline(0.5, color="k", lw=0.8, ls=":")
        axis.set(title="coherent" if coherent else "incoherent", ylabel="probability",
                 xlabel="distance (half-power beamwidths)")
    axes[2].plot(*curves["pairs"], "o-", ms=3)
    axes[2].set(title="two targets of one map cell, half a beamwidth", ylabel="probability",
                xlabel="SNR of each, with the gain of cells and elements (dB)")
    for axis in axes:
        axis.axhline(0.9, color="k", lw=0.8, ls=":")
        axis.grid(True, alpha=0.3)
    axes[0].legend(fontsize=8)
    figure.suptitle("Two sources told apart: 8 elements; left and middle 64 snapshots of 20 dB")
    save(args, figure, "angle_resolution.png")
    draw_spectra(args, plt)


def draw_spectra(args, plt):
    rng, sines = np.random.default_rng(6), np.linspace(-1, 1, 2001)
    apart = 0.5 * HALF_POWER / 4
    x = waves(rng, 8, 64, [0.2 - apart / 2, 0.2 + apart / 2, -0.4], 20)
    figure, axis = plt.subplots(figsize=(8, 4.4), layout="constrained")
    for name in ("beamforming", "MUSIC"):
        estimator = isac.dsp.angle_estimator(isac.antenna_array(n_elements=8), METHODS[name])
        axis.plot(sines, 10 * np.log10(estimator.spectrum(x, sines) + 1e-9), lw=1, label=name)
    for sine in (0.2 - apart / 2, 0.2 + apart / 2, -0.4):
        axis.axvline(sine, color="k", lw=0.8, ls=":")
    axis.set(xlabel="sine of the angle", ylabel="dB", ylim=(-60, 2),
             title="8 elements, 64 snapshots of 20 dB; two of three sources half a beamwidth apart")
    axis.grid(True, alpha=0.3)
    axis.legend(fontsize=8)
    save(args, figure, "angle_spectra.png")


def save(args, figure, name):
    path = Path(args.out) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    progress(f"wrote {path}")


def run(args):
    numbers, lines = study_snapshots(args, 1000 if args.quick else 4000)
    more, curves = study_resolution(args, 100 if args.quick else 500)
    numbers |= more | study_frames(args, 150 if args.quick else 500)
    draw(args, lines, curves)
    return numbers

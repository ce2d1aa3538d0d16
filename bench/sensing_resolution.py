# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two targets next to each other: equal ones at the Rayleigh limit, a weak one beside a strong one.

Equal targets lie one bin apart (1 / bandwidth in delay, 1 / frame in Doppler) along range,
velocity or both, anywhere off the grid, with any phases, at 20 dB in a map without windows. Both
must be found within half a bin, each by a detection of its own. Weak ones stand 30 dB below at
20 dB, three bins away.

Drawn is the share of scenes in which both are found, and beside it what a detector could reach that
knew everything but whether there is a second target: the likelihood of two points over that of
one, at the false alarm rate of a cell.
"""

from pathlib import Path

import numpy as np
from curves import band, judge, progress, run_jobs
from echoes import Echoes, Sensing, matched
from gnuradio import isac
from panels import draw
from scipy import optimize, stats

DIRECTIONS = {"range": (1, 0), "velocity": (0, 1), "both": (1, 1), "across": (1, -1)}
WINDOWS = {"Hamming": isac.window.HAMMING, "rectangular": isac.window.RECTANGULAR}
WEAK_DB, WEAK_BINS, LEAST_DB = 30, 3, 20
FALSE_ALARM_RATE = 1e-6
FOUND_BINS = 0.5


def waveform():
    return isac.waveform(fft_len=256, n_subcarriers=128, n_symbols=64)


def pairs(job):
    """(scenes with both found, detections beyond two) of one window, direction and distance."""
    window, direction, apart, snr_db, weaker_db, n, seed = job
    w = waveform()
    echoes = Echoes(w, seed)
    sensing = Sensing(w, range_window=WINDOWS[window], velocity_window=WINDOWS[window])
    by = apart * np.array(DIRECTIONS[direction])
    both = extra = 0
    for _ in range(n):
        a = echoes.anywhere(snr_db, 1, np.abs(by))
        b = (a[0] + by[0], a[1] + by[1], snr_db - weaker_db, echoes.rng.uniform(0, 2 * np.pi))
        positions = sensing.positions(*echoes.look([a, b]))
        both += matched(sensing, positions, [a, b], FOUND_BINS) == 2
        extra += max(len(positions) - 2, 0)
    return both, extra


def single_share(phase, apart):
    """Energy that one point at best leaves of two equal ones of energy 1, along one axis."""
    def captured(x):
        field = np.sinc(x - apart / 2) + np.exp(1j * phase) * np.sinc(x + apart / 2)
        return abs(field) ** 2
    x = np.linspace(-2, 2, 201)
    best = x[np.argmax(captured(x))]
    peak = optimize.minimize_scalar(lambda t: -captured(t), bounds=(best - 0.05, best + 0.05),
                                    method="bounded")
    return 2 + 2 * np.cos(phase) * np.sinc(apart) + peak.fun


def bound(snr_db, apart):
    """Share of phases and noise with which two explain enough more than one.

    The gain of likelihood is what one point leaves, in noise: twice it is a non-central chi-square
    with the four unknowns of a second point. Noise alone exceeds t with (1 + t) exp(-t).
    """
    threshold = optimize.brentq(
        lambda t: np.log1p(t) - t - np.log(FALSE_ALARM_RATE), 1, 100)
    left = [single_share(phase, apart) for phase in (np.arange(64) + 0.5) * 2 * np.pi / 64]
    gain = 10 ** (snr_db / 10) * np.array(left)
    return float(np.mean(stats.ncx2.sf(2 * threshold, 4, 2 * gain)))


def judged(name, both, n):
    low, high = band(both, n)
    return judge(name, both / n, 0.9, at_least=True, low=low, high=high)


def run(args):
    n = 300 if args.quick else 3000
    numbers = {}
    equal = [(w, d, 1, LEAST_DB, 0, n, 1) for w in WINDOWS for d in DIRECTIONS]
    weak = [(w, d, WEAK_BINS, LEAST_DB + WEAK_DB, WEAK_DB, n, 2) for w in WINDOWS
            for d in DIRECTIONS]
    for job, (both, extra) in zip(equal + weak, run_jobs(pairs, equal + weak, args.workers),
                                  strict=True):
        what = "equal, a bin apart in" if job[4] == 0 else "30 dB weaker, 3 bins away in"
        numbers |= judged(f"{what} {job[1]}, {job[0]}", both, n)
        numbers[f"{what} {job[1]}, {job[0]}: detections too many, a scene"] = extra / n
    numbers |= sweeps(args, n // 3)
    return numbers


def sweeps(args, n):
    """Draws the share over the SNR, a bin apart, and over the distance, at 20 dB."""
    snrs = np.arange(14, 31, 2.0)
    bins = np.array([0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.5, 2])
    panels, numbers = {}, {}
    for title, xs, job in (
            ("a bin apart in velocity", snrs, lambda x, w: (w, "velocity", 1, x, 0, n, 3)),
            ("at 20 dB", bins, lambda x, w: (w, "velocity", x, LEAST_DB, 0, n, 4))):
        over_snr = xs is snrs
        lines = [("likelihood of two over one", xs,
                  [bound(x, 1) if over_snr else bound(LEAST_DB, x) for x in xs], "k--")]
        for window in WINDOWS:
            progress(f"resolution: {title}, {window}")
            found = run_jobs(pairs, [job(x, window) for x in xs], args.workers)
            share = [both / n for both, _ in found]
            lines.append((window, xs, share, "o-"))
            numbers |= {f"both found {title}, {window}, {x:g}": s
                        for x, s in zip(xs, share, strict=True)}
        panels[title] = (lines, "SNR of each (dB)" if over_snr else "distance (bins)")
    draw(Path(args.out) / "sensing_resolution.png", "Two equal targets", panels,
         "share of scenes with both found")
    return numbers

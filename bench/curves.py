# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Error rates over SNR: counting until the band is narrow, reading off, drawing.

An error rate from k errors in n trials is binomial. Its band is Clopper and Pearson's, which
holds the true rate with at least CONFIDENCE whatever n is (Biometrika 26, 1934). The SNR that a
rate needs is read off where the logarithm of the curve, straight between points, meets it; its
band is where the upper and the lower ends of the bands meet it.
"""

import argparse
import json
import math
import multiprocessing
import sys
from pathlib import Path

import numpy as np
from scipy import special

CONFIDENCE = 0.95
MAX_SPAN_DB = 8  # of a sweep: a floor of the rate would not let it end


def band(errors, trials):
    """Clopper-Pearson interval of a binomial rate."""
    half = (1 - CONFIDENCE) / 2
    low = special.betaincinv(errors, trials - errors + 1, half) if errors else 0.0
    high = special.betaincinv(errors + 1, trials - errors, 1 - half) if errors < trials else 1.0
    return low, high


class Curve:
    """{snr_db: [errors, trials]} of one system."""

    def __init__(self, name):
        self.name, self.counts = name, {}

    def add(self, snr_db, errors, trials):
        count = self.counts.setdefault(round(snr_db, 6), [0, 0])
        count[0] += int(errors)
        count[1] += int(trials)

    def rates(self):
        """snr_db, rate, low and high end of its band; arrays in ascending SNR."""
        rows = [(snr, k / n, *band(k, n)) for snr, (k, n) in sorted(self.counts.items())]
        return np.array(rows).reshape(-1, 4).T

    def snr_at(self, target):
        """(snr_db, low, high) where the rate is `target`; NaN where the curve is not."""
        snr, rate, low, high = self.rates()
        return tuple(_crossing(snr, r, target) for r in (rate, low, high))


def _crossing(snr, rate, target):
    """The last point above the target, and on from there in a straight line of logarithms."""
    above = np.flatnonzero(rate > target)
    if not len(above) or above[-1] + 1 == len(rate):
        return math.nan
    i = above[-1]
    y = np.log(np.maximum(rate[i:i + 2], target * 1e-3))
    return snr[i] + (snr[i + 1] - snr[i]) * (y[0] - math.log(target)) / (y[0] - y[1])


def count(trial, snr_db, min_errors, max_trials):
    """(errors, trials) of `trial(snr_db)`, which returns the same of one batch.

    A list of systems that share their noise is counted until the last of them has
    `min_errors`: then trial returns a list of errors and the trials of all.
    """
    errors, trials = 0, 0
    while trials < max_trials and np.min(errors) < min_errors:
        found, n = trial(snr_db)
        errors, trials = errors + np.asarray(found), trials + n
    return errors, trials


def sweep(trial, curves, start_db, step_db, last_rate, min_errors, max_trials, first_rate=0.8):
    """Counts at start_db, start_db + step_db.. until all curves are below `last_rate`.

    SNRs at which a curve is above `first_rate` show nothing: they are left after few trials.
    """
    snr_db, worst = start_db, 1.0
    while worst > last_rate and snr_db < start_db + MAX_SPAN_DB:
        first, n = count(trial, snr_db, min_errors, min(20, max_trials))
        if np.min(first) < first_rate * n and n < max_trials:
            more, m = count(trial, snr_db, min_errors, max_trials - n)
            first, n = first + more, n + m
        for curve, errors in zip(curves, np.atleast_1d(first), strict=True):
            curve.add(snr_db, errors, n)
        worst = np.max(first) / n
        progress(f"{curves[0].name}: {snr_db:.2f} dB, "
                 + ", ".join(f"{c.name.split(':')[-1].strip()} {e}/{n}"
                             for c, e in zip(curves, np.atleast_1d(first), strict=True)))
        snr_db += step_db
    return curves


def progress(text):
    print(text, file=sys.stderr, flush=True)


def arguments(description, **options):
    """Options that all studies of error rates share, and more: name=dict(..)."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--json", metavar="FILE", help="write {name: number} there")
    parser.add_argument("--out", metavar="FOLDER", default="isac-bench", help="for plots")
    parser.add_argument("--quick", action="store_true", help="a minute, wide bands")
    parser.add_argument("--workers", type=int, default=1, help="processes that share the work")
    for name, keywords in options.items():
        parser.add_argument("--" + name.replace("_", "-"), **keywords)
    return parser.parse_args()


def run_jobs(function, jobs, workers):
    """[function(job)], by processes that begin anew: a forked GNU Radio loses its threads."""
    if workers == 1:
        return [function(job) for job in jobs]
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        return list(pool.imap(function, jobs))


def verdict(name, distance_db, low, high, limit_db):
    """One line of the report: a distance with its band, and whether it keeps the limit."""
    if math.isnan(distance_db):
        word = "NOT MEASURED"
    elif distance_db <= limit_db:
        word = "ok"
    else:  # a band that reaches below the limit does not prove a miss
        word = "MISS" if low > limit_db else "miss, within the band"
    print(f"{name:46s}{distance_db:8.2f} dB  [{low:6.2f}, {high:6.2f}]  <= {limit_db:g}  {word}")
    return distance_db


def judge(name, value, limit, unit="", at_least=False, low=math.nan, high=math.nan):
    """One line of the report: a figure, the band it is known to, its limit. Returns {name: value}.

    A band that reaches across the limit does not prove a miss, and says so.
    """
    keeps = (lambda x: x >= limit) if at_least else (lambda x: x <= limit)
    if math.isnan(value):
        word = "NOT MEASURED"
    elif keeps(value):
        word = "ok"
    else:
        word = "miss, within the band" if keeps(high if at_least else low) else "MISS"
    known = "" if math.isnan(low) else f"[{low:.4g}, {high:.4g}]"
    print(f"{name:56s}{value:11.4g} {unit:6s}{known:22s}{'>=' if at_least else '<='} "
          f"{limit:g}  {word}", flush=True)
    return {name: value}


def distance(curve, reference, target):
    """(difference, low, high) of the SNRs at which both curves are at `target`.

    Bands add as if the two erred independently, which is too wide where they share noise.
    """
    (a, a1, a2), (b, b1, b2) = curve.snr_at(target), reference.snr_at(target)
    down, up = math.hypot(a - a1, b2 - b), math.hypot(a2 - a, b - b1)
    return a - b, a - b - down, a - b + up


def paired_distance(outcomes, target, n_draws=300):
    """(difference, low, high) of two systems that met the same trials at every SNR.

    outcomes {snr_db: bool [2, n]}, errors of trial i at all SNRs from the same draw. The band
    comes from drawing the trials anew, with replacement (Efron's bootstrap): a hard trial is
    hard for both systems and at every SNR, so the difference is known better than the rates.
    """
    snr = np.array(sorted(outcomes))
    errors = np.array([outcomes[s] for s in snr], float)  # [snr, 2, n]

    def apart(rates):
        return _crossing(snr, rates[:, 0], target) - _crossing(snr, rates[:, 1], target)

    rng, n = np.random.default_rng(0), errors.shape[2]
    draws = [apart(errors[:, :, rng.integers(0, n, n)].mean(axis=2)) for _ in range(n_draws)]
    half = 100 * (1 - CONFIDENCE) / 2
    return (apart(errors.mean(axis=2)), *np.nanpercentile(draws, [half, 100 - half]))


def plot(path, title, panels, ylabel, xlabel="SNR of a cell, Es/N0 (dB)"):
    """Writes a PNG: panels {title: [(curve, style) or (label, x, y, style)]}."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    columns = min(3, len(panels))
    rows = -(-len(panels) // columns)
    figure, axes = plt.subplots(rows, columns, squeeze=False, sharey=True, layout="constrained",
                                figsize=(5.2 * columns + 0.6, 4 * rows + 0.8))
    least = 1.0
    for axis in axes.flat[len(panels):]:
        axis.set_visible(False)
    for axis, (name, lines) in zip(axes.flat, panels.items(), strict=False):
        for line in lines:
            if isinstance(line[0], Curve):
                least = min(least, _draw(axis, *line))
            else:
                axis.semilogy(line[1], line[2], line[3], label=line[0], lw=1)
        axis.set(title=name, xlabel=xlabel, ylabel=ylabel)
        axis.grid(True, which="both", alpha=0.3)
        axis.legend(fontsize=8)
    axes[0, 0].set_ylim(least / 3, 1)
    figure.suptitle(f"{title} (bands: {CONFIDENCE:.0%})")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    progress(f"wrote {path}")


def _draw(axis, curve, style):
    """A curve in its band, or points with bars; triangles are upper ends where nothing was hit.

    Returns the least of what was drawn."""
    snr, rate, low, high = curve.rates()
    shown = np.where(rate > 0, rate, np.nan)
    label = curve.name.split(": ")[-1]
    if "-" in style:
        drawn, = axis.semilogy(snr, shown, style, label=label)
        axis.fill_between(snr, np.maximum(low, 1e-12), high, alpha=0.25, lw=0,
                          color=drawn.get_color())
    elif np.any(rate > 0):
        axis.errorbar(snr, shown, [shown - low, high - shown], fmt=style, ms=3, capsize=4,
                      label=label)
    if np.any(rate == 0) and "-" not in style:
        axis.plot(snr[rate == 0], high[rate == 0], "v", ms=4, label=f"{label}: below")
    axis.set_yscale("log")
    return np.min(np.where(rate > 0, rate, high))


def write(path, numbers):
    if path:
        Path(path).write_text(json.dumps(numbers, indent=1))

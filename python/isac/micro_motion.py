# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a spectrogram of micro_doppler repeats: the flashes of a rotor, the steps of a walker."""

import math
from dataclasses import dataclass

import numpy as np
from scipy import fft

ALIKE = 0.85  # of the likeness at every m-th multiple: if the others have less, m lags are one
MAX_FLASHES = 16  # that may look like one: of 16 blades, one of which is another
CERTAIN = 4  # standard deviations of what noise could pretend
MIN_REPEATS = 3  # of a period within the spectrogram, to call it one
STEADY = 1e-12  # mean square of a logarithm that only rounding changes
NOISE_TENTH = -math.log(0.9)  # of the mean of noise: a tenth of its cells are weaker
SLOWEST_S, FASTEST_S = 1.5, 0.2  # steps of people who walk


def settings(waveform, kind):
    """Parameters of micro_doppler that suit a kind of motion: what passes as keywords.

        radar = isac.micro_doppler(w, range_m=60, **isac.micro_motion.settings(w, "rotor"))

    "rotor": windows as short as a flash is apart from the next, or shorter where a short wave
    still tells the velocities of a blade apart. "walker": as long as a limb that is accelerated
    by 40 m/s^2 stays within about a bin.
    """
    row_s = waveform.symbol_duration_s
    if kind == "rotor":
        window_s = min(0.8e-3, waveform.wavelength_m / 60)
        wanted = dict(window_s=window_s, hop_s=window_s / 8, clutter_s=0.1, max_velocity_mps=150)
    elif kind == "walker":
        window_s = 0.02 + 0.18 * math.sqrt(waveform.wavelength_m)
        wanted = dict(window_s=window_s, hop_s=0.02, clutter_s=0.5, max_velocity_mps=9)
    else:
        raise ValueError(f"micro_motion: kind = {kind!r}, but it must be rotor or walker")
    return {**wanted, "window_s": max(4 * row_s, window_s), "hop_s": max(row_s, wanted["hop_s"])}


@dataclass(frozen=True)
class period:
    """A period found in a spectrogram.

    Attributes:
        period_s: NaN if nothing repeats.
        likeness: correlation of the spectrogram with itself one period later, 1 at most;
            noise alone makes it nearly 0.
    """

    period_s: float
    likeness: float

    @property
    def frequency_hz(self):
        return 1 / self.period_s


def flash_period(columns, column_s, min_s=0.5e-3, max_s=50e-3):
    """The time from blade to blade of a rotor: 1 / (blades * turns per second).

    An odd number of blades flashes in turn on either side. Where windows are too short to tell
    the sides apart that looks like half the period; what remains of the difference between
    approaching and receding cells then changes its sign from flash to flash.

    Args:
        columns: float [n, n_velocities], of micro_doppler, over many flashes. A window of a
            quarter of the period or less keeps flashes apart.
        column_s: micro_doppler.column_s.
        min_s, max_s: shortest and longest period to look for.

    Returns:
        period
    """
    found = repetition(columns, column_s, min_s, max_s)
    if 2 * found.period_s <= max_s and _alternates(np.asarray(columns, float),
                                                   found.period_s / column_s):
        return period(2 * found.period_s, found.likeness)
    return found


def gait(columns, column_s, min_s=FASTEST_S, max_s=SLOWEST_S):
    """The steps of a walker. Left and right look the same: a gait cycle is two of them.

    Args:
        columns: float [n, n_velocities], of micro_doppler, over four steps or more.
        column_s: micro_doppler.column_s.
        min_s, max_s: shortest and longest step to look for.

    Returns:
        period of the cycle, a double step; its frequency_hz is the gait frequency
    """
    step = repetition(columns, column_s, min_s, max_s)
    return period(2 * step.period_s, step.likeness)


def repetition(columns, column_s, min_s, max_s):
    """The time after which a spectrogram is like itself again and again, in [min_s, max_s].

    Cells are compared by log(1 + S / N) with N the noise, as far as a tenth of them are noise:
    limbs count beside a torso a hundred times stronger, noise and what is steady do not. The
    correlation with what comes `lag` later is summed over cells. A period is a lag at all of
    whose K multiples the mean c of the correlation is high. Noise makes c vary by 1 / sqrt(K),
    so that c sqrt(K) is compared; it is lower for the double of a period, which has half the
    multiples, and for its half, of whose multiples every second misses, unless it is alike
    by halves: then only the lower multiples tell.
    """
    columns = np.asarray(columns, float)
    if columns.ndim != 2:
        raise ValueError(f"columns has {columns.ndim} axes, but it must be [n, n_velocities]")
    if not 0 < min_s < max_s:
        raise ValueError(f"min_s = {min_s} and max_s = {max_s}, but it must be 0 < min_s < max_s")
    if not column_s > 0:
        raise ValueError(f"column_s = {column_s}, but it must be > 0")
    likeness = _likeness(columns)
    end = 0.75 * len(likeness)  # further, too few columns are left to compare
    shortest, longest = max(2, min_s / column_s), min(max_s / column_s, end / MIN_REPEATS)
    if longest <= shortest:
        return period(math.nan, 0.0)
    # A step moves the last multiple by a quarter of a column.
    n_steps = math.ceil(4 * end / shortest * math.log(longest / shortest)) + 1
    lags = shortest * np.exp(np.linspace(0, math.log(longest / shortest), n_steps))
    comb, n_teeth = _comb(likeness, lags, end)
    best = lags[np.argmax(comb * np.sqrt(n_teeth))]
    lag, height = _lengthen(likeness, best, end, longest)
    return period(lag * column_s, float(height)) if height > 0 else period(math.nan, 0.0)


def _alternates(columns, lag):
    """Does the difference between the sides change its sign from one lag to the next?"""
    level, there = _levels(columns)
    cells = columns.shape[1]
    ahead = level[:, cells // 2 + 1:]
    behind = level[:, :cells // 2][:, ::-1][:, :ahead.shape[1]]
    likeness = _correlate(ahead - behind, there)
    end = 0.75 * len(likeness)
    n = math.floor(end / lag)
    if n < MIN_REPEATS:
        return False
    at = np.interp(lag * np.arange(1, n + 1), np.arange(len(likeness)), likeness)
    between = np.std(likeness[math.ceil(0.5 * lag):math.floor(end)])
    return np.sum(at * (-1.0) ** np.arange(1, n + 1)) > CERTAIN * between * math.sqrt(n)


def _likeness(columns):
    """Correlation of the columns with those `lag` later, over all cells: [n], 1 at lag 0."""
    return _correlate(*_levels(columns))


def _levels(columns):
    """log(1 + S / N) less its straight line over time, [n, n_velocities], and which are there."""
    there = np.isfinite(columns).all(axis=1) & (columns.max(axis=1, initial=0) > 0)
    level = np.zeros(columns.shape)
    if there.sum() < 4:
        return level, there
    noise = np.percentile(columns[there], 10) / NOISE_TENTH
    noise = noise if noise > 0 else columns[there].mean()
    change = np.log1p(columns[there] / noise)
    change -= change.mean(axis=0)
    moment = np.flatnonzero(there) - np.flatnonzero(there).mean()
    level[there] = change - np.outer(moment, moment @ change) / (moment @ moment)
    return level, there


def _correlate(level, there):
    """Mean product with what comes `lag` later, [n], 1 at lag 0; empty if nothing changes."""
    if not len(level) or np.mean(level**2) < STEADY:
        return np.zeros(0)
    n = fft.next_fast_len(2 * len(level))

    def correlate(x):
        return fft.irfft(abs(fft.rfft(x, n, axis=0)) ** 2, n, axis=0)[:len(level)]

    pairs = correlate(there[:, None].astype(float))[:, 0]  # that both columns are there for
    likeness = correlate(level).sum(axis=1) / np.maximum(pairs, 0.5)
    return likeness / likeness[0]


def _comb(likeness, lags, end):
    """Mean of the likeness over the multiples of each lag up to the end, and their number."""
    total, n_teeth = np.zeros(len(lags)), np.floor(end / lags)
    grid = np.arange(len(likeness))
    for k in range(1, int(n_teeth.max()) + 1):
        used = n_teeth >= k
        total[used] += np.interp(k * lags[used], grid, likeness)
    return total / n_teeth, n_teeth


def _lengthen(likeness, lag, end, longest):
    """(lag, height) of the comb, or of one with fewer teeth whose others clearly are lower."""
    lag, height = _sharpen(likeness, lag, end, longest)
    for m in range(2, min(MAX_FLASHES, math.floor(longest / lag)) + 1):
        numbers = np.arange(1, math.floor(end / lag) + 1)
        teeth = np.interp(numbers * lag, np.arange(len(likeness)), likeness)
        one, other = teeth[numbers % m == 0], teeth[numbers % m > 0]
        scatter = math.sqrt(one.var() / len(one) + other.var() / len(other))
        higher = one.mean() - other.mean()
        if other.mean() < ALIKE * one.mean() and higher > CERTAIN * scatter:
            return _lengthen(likeness, m * lag, end, longest)
    return lag, height


def _sharpen(likeness, lag, end, longest):
    """(lag, height) of the best comb within a column of the last of its teeth."""
    reach = 1.5 * lag / end
    lags = np.clip(lag + np.linspace(-reach, reach, 61), 1, longest)
    comb, _ = _comb(likeness, lags, end)
    i = int(np.argmax(comb))
    return lags[i], comb[i]

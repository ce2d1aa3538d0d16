# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The statistics behind bench/: bands, crossings, and when counting stops."""

import math
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import special

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))
from curves import Curve, band, count, distance, judge, paired_distance, sweep  # noqa: E402


def at_most(k, n, p):
    """P(at most k errors in n trials)."""
    return sum(math.comb(n, i) * p ** i * (1 - p) ** (n - i) for i in range(k + 1))


@pytest.mark.parametrize("errors, trials", [(1, 10), (7, 50), (25, 30)])
def test_at_the_ends_of_a_band_what_was_counted_has_a_chance_of_one_in_forty(errors, trials):
    low, high = band(errors, trials)
    assert at_most(errors, trials, high) == pytest.approx(0.025)
    assert 1 - at_most(errors - 1, trials, low) == pytest.approx(0.025)


def test_bands_reach_0_and_1():
    assert band(0, 20)[0] == 0 and band(20, 20)[1] == 1
    assert band(0, 300)[1] == pytest.approx(1 - 0.025 ** (1 / 300))


def exponential(shift_db, name="curve"):
    """A rate of 10 ** (shift - snr), counted without noise."""
    curve = Curve(name)
    for snr_db in range(6):
        curve.add(snr_db, round(1e7 * min(1, 10 ** (shift_db - snr_db))), 10 ** 7)
    return curve


def test_a_straight_curve_is_read_off_exactly():
    snr_db, low, high = exponential(0.4).snr_at(3e-3)
    assert snr_db == pytest.approx(0.4 - math.log10(3e-3), abs=1e-4)
    assert low < snr_db < high
    apart = distance(exponential(0.9), exponential(0.4), 1e-2)
    assert apart[0] == pytest.approx(0.5, abs=1e-4)
    assert apart[1] < apart[0] < apart[2]


def test_what_was_not_measured_has_no_crossing():
    assert math.isnan(exponential(0).snr_at(1e-9)[0])
    assert math.isnan(exponential(0).snr_at(2)[0])


def test_counting_stops_at_enough_errors_or_enough_trials():
    assert count(lambda _: (1, 10), 0, 5, 1000) == (5, 50)
    assert count(lambda _: (0, 10), 0, 5, 100) == (0, 100)
    errors, trials = count(lambda _: ([3, 1], 10), 0, 5, 1000)
    assert list(errors) == [15, 5] and trials == 50


def test_a_sweep_measures_a_known_curve_within_its_band():
    """Normal errors of rate Q(snr / dB): 1 % is at 2.326. The band holds it 95 times in 100;
    with this seed it does."""
    rng = np.random.default_rng(1)

    def trial(snr_db):
        return rng.binomial(50, special.ndtr(-snr_db)), 50

    curve, = sweep(trial, [Curve("Q")], 0, 0.5, 4e-3, 200, 100000)
    snr_db, low, high = curve.snr_at(1e-2)
    assert low < 2.326 < high and high - low < 0.2


def test_systems_that_meet_the_same_trials_are_told_apart_better():
    """Trial i fails below an SNR of its own, with the second system half a dB higher: whatever
    trials are drawn, the distance is 0.5 dB but for the straight lines of the reading off."""
    rng = np.random.default_rng(3)
    limit = rng.normal(0, 2, 400)
    outcomes = {s: np.array([limit + 0.5 > s, limit > s]) for s in np.arange(-1, 5, 0.25)}
    apart, low, high = paired_distance(outcomes, 1e-1)
    assert apart == pytest.approx(0.5, abs=0.02)
    assert apart - 0.1 < low <= apart <= high < apart + 0.1


@pytest.mark.parametrize("value, at_least, band_of, word", [
    (1.0, False, {}, "ok"), (1.1, False, {}, "MISS"),
    (1.0, True, {}, "ok"), (0.9, True, {}, "MISS"),
    (1.1, False, dict(low=0.9, high=1.3), "miss, within the band"),
    (0.9, True, dict(low=0.7, high=1.1), "miss, within the band"),
    (1.1, False, dict(low=1.05, high=1.3), "MISS"), (math.nan, False, {}, "NOT MEASURED")])
def test_a_figure_is_judged_by_its_limit_and_its_band(capsys, value, at_least, band_of, word):
    numbers = judge("figure", value, 1.0, "m", at_least, **band_of)
    assert list(numbers) == ["figure"] and numbers["figure"] is value
    assert capsys.readouterr().out.strip().endswith(f"1  {word}")

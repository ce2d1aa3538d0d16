# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""CFAR beside its closed forms; bench/sensing_detection.py does it at length."""

import math

import numpy as np
import pytest
from gnuradio import isac
from theory_cfar import cell_average_factor, detection_probability, ordered_factor, snr_for

PLAIN = dict(range_window=isac.window.RECTANGULAR, velocity_window=isac.window.RECTANGULAR)
GUARD, TRAINING, RATE = 1, 3, 1e-4
N_AROUND = 9 ** 2 - 3 ** 2


def detector(shape, kind):
    return isac.dsp.cfar(*shape, cfar=kind, guard=GUARD, training=TRAINING, false_alarm_rate=RATE,
                         os_rank=0.75, **PLAIN)


def test_thresholds_are_those_of_the_closed_forms():
    """alpha is over the noise; the rank-th smallest of n has mean sum of 1/(n - i), i < rank."""
    rank = math.ceil(0.75 * N_AROUND)
    mean = np.sum(1 / (N_AROUND - np.arange(rank)))
    assert detector((64, 64), isac.cfar_kind.CA).alpha(32) == pytest.approx(
        cell_average_factor(N_AROUND, RATE), rel=1e-9)
    assert detector((64, 64), isac.cfar_kind.OS).alpha(32) == pytest.approx(
        ordered_factor(N_AROUND, rank, RATE) * mean, rel=1e-9)


@pytest.mark.parametrize("kind, rank", [("CA", None), ("OS", math.ceil(0.75 * N_AROUND))])
@pytest.mark.parametrize("fluctuating", [False, True])
def test_targets_are_detected_as_often_as_theory_says(kind, rank, fluctuating):
    """20 maps of 576 targets a window apart: binomial, five sigma of 11520 trials."""
    rng = np.random.default_rng(3)
    snr = snr_for(0.7, N_AROUND, RATE, fluctuating, rank)
    found = detector((216, 225), isac.cfar_kind.__members__[kind])
    cells = np.zeros((216, 225), bool)
    cells[::9, 4:220:9] = True
    hits = 0
    for _ in range(20):
        values, gains = rng.normal(0, np.sqrt(0.5), (2, *cells.shape, 2)) @ [1, 1j]
        gains = gains if fluctuating else gains / np.abs(gains)
        values[cells] += math.sqrt(snr) * gains[cells]
        rows, columns = found.detect(np.abs(values) ** 2).T
        hits += np.count_nonzero(cells[rows, columns])
    trials = 20 * np.count_nonzero(cells)
    probability = detection_probability(N_AROUND, RATE, snr, fluctuating, rank)
    assert probability == pytest.approx(0.7)
    assert abs(hits - 0.7 * trials) < 5 * math.sqrt(0.7 * 0.3 * trials)

# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenes that nobody arranged: whatever stands apart and is strong enough is found."""

import numpy as np
import pytest
from gnuradio import isac


def random_targets(rng, w, n):
    """Targets anywhere on the map, off the grid, two bins apart along range or velocity.

    The SNR in the map is 20 to 40 dB: that of a cell of the grid plus the processing gain of
    511 x 256 cells, 51.2 dB, less 1.35 dB for each of the two Hamming windows.
    """
    gain_db = 10 * np.log10((w.n_subcarriers - 1) * w.n_symbols) - 2 * 1.35
    at = []
    while len(at) < n:
        new = np.array([rng.uniform(2, w.n_range_bins - 4), rng.uniform(-30, 30)])
        if all(np.max(np.abs(new - old)) >= 2 for old in at):
            at.append(new)
    return [dict(range_m=range_bin * w.range_bin_m, velocity_mps=velocity_bin * w.velocity_bin_mps,
                 snr_db=rng.uniform(20, 40) - gain_db) for range_bin, velocity_bin in at]


@pytest.mark.parametrize("precoding", [isac.precoding.NONE, isac.precoding.DFT])
def test_every_target_is_found_and_little_else(precoding):
    """Twenty scenes. At 20 dB and a false alarm rate of 1e-6 the detection probability of one
    map is above 0.999 (Marcum), and a target counts as found in half of ten maps.

    Pure noise gives 256 x 37 cells x 1e-6 = 0.01 false alarms a map; windows, which make
    neighbours alike, and remains of strong targets may make it ten times that.
    """
    w = isac.load_waveform("lab", precoding=precoding)
    false_alarms = n_maps = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        scene = isac.scene(targets=random_targets(rng, w, 1 + seed % 6))
        result = isac.experiment(w, scene, payload=rng.bytes(1000), seed=seed).run()
        assert result.intact, seed
        assert np.all(result.targets["found"]), (seed, result.targets)
        false_alarms += result.false_alarms
        n_maps += result.n_maps
    assert false_alarms <= 0.1 * n_maps

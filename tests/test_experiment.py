# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""isac.experiment: the demo from Python."""

import numpy as np
import pytest
from gnuradio import isac


@pytest.fixture(scope="module")
def result():
    return isac.experiment("lab", "street", payload=b"hello, street" * 5000, seed=1).run()


def test_the_payload_arrives_and_is_counted(result):
    assert result.intact and result.payload == b"hello, street" * 5000
    assert result.counts["bler"] == 0
    assert result.n_maps >= 10


def test_every_target_is_found_within_half_a_bin(result):
    w = isac.load_waveform("lab")
    assert len(result.targets) >= 5 and result.success
    assert np.all(result.targets["found_fraction"] == 1)
    assert np.all(np.abs(result.targets["range_error_m"]) < w.range_bin_m / 2)
    assert np.all(np.abs(result.targets["velocity_error_mps"]) < w.velocity_bin_mps / 2)
    assert result.false_alarms <= max(1, result.n_maps / 10)


def test_the_map_has_its_axes(result):
    assert result.map.shape == (len(result.velocity_axis_mps), len(result.range_axis_m))
    strongest = result.targets[np.argmax(result.targets["snr_db"])]
    row, column = np.unravel_index(np.argmax(result.map), result.map.shape)
    w = isac.load_waveform("lab")
    assert abs(result.range_axis_m[column] - strongest["range_m"]) < w.range_bin_m
    assert abs(result.velocity_axis_mps[row] - strongest["velocity_mps"]) < w.velocity_bin_mps


def test_a_seed_repeats_the_run(result):
    again = isac.experiment("lab", "street", payload=b"hello, street" * 5000, seed=1).run()
    np.testing.assert_array_equal(again.detections, result.detections)
    np.testing.assert_array_equal(again.map, result.map)


def test_a_noisy_link_still_measures():
    """Sensing knows what was sent: it does not need the far end to understand it."""
    result = isac.experiment("lab", "street", payload=b"x" * 1000, snr_db=-5, seed=1).run()
    assert not result.intact
    assert np.all(result.targets["found"])


@pytest.mark.parametrize("arguments, says", [
    (dict(payload=b"x", snr_db=float("nan")), "snr_db"),
    (dict(payload=b"x", waveform="nosuch"), "nosuch")])
def test_a_bad_argument_is_refused(arguments, says):
    with pytest.raises(ValueError, match=says):
        isac.experiment(**arguments)

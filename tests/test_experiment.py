# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole main job as one call: a payload crosses a street that is being measured."""

import math
import time

import numpy as np
import pytest
from gnuradio import isac


def payload(n_bytes, seed=0):
    return np.random.default_rng(seed).bytes(n_bytes)


@pytest.mark.parametrize("precoding", ["NONE", "DFT"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_street(precoding, seed):
    """Everything arrives and every target is within half a bin in every frame. A false alarm
    rate of 1e-6 a cell makes 0.05 false alarms in these five maps of 9472 cells, so two of
    them would be seen in one seed of a thousand."""
    data = payload(30000, seed)
    result = isac.experiment("lab", "street", data, seed=seed, precoding=precoding,
                             n_frames_min=3).run()
    assert result.success and result.intact and result.payload == data
    assert len(result.targets) == 7 and np.all(result.targets["found_fraction"] == 1)
    assert np.all(result.targets["above_limit"])
    w = isac.load_waveform("lab")
    assert np.all(result.targets["range_error_m"] < w.range_bin_m / 2)
    assert np.all(result.targets["velocity_error_mps"] < w.velocity_bin_mps / 2)
    assert result.false_alarms <= 1
    assert result.n_maps == 5
    assert result.tracks["id"].tolist() == list(range(1, 9))  # the leakage too


@pytest.mark.parametrize("n_bytes", [0, 1, 1000, 13568, 13569])
def test_any_length_arrives(n_bytes):
    """13568 bytes are exactly one frame of this waveform."""
    assert isac.waveform().payload_len == 13568
    data = payload(n_bytes)
    result = isac.experiment("lab", "quiet", data, n_frames_min=1).run()
    assert result.intact and result.payload == data
    assert result.counts["payload_bytes"] == n_bytes
    assert result.counts["frames_sent"] == max(1, math.ceil(n_bytes / 13568))


def test_the_same_seed_repeats_the_run():
    def run(seed):
        return isac.experiment("lab", "street", b"again", seed=seed, n_frames_min=2).run()

    one, two, other = run(5), run(5), run(6)
    assert one.counts["snr_db"] == two.counts["snr_db"] != other.counts["snr_db"]
    np.testing.assert_array_equal(one.detections, two.detections)
    np.testing.assert_array_equal(one.map, two.map)
    assert np.any(one.map != other.map)


def test_the_map_and_its_axes():
    """The strongest cell in the half of the map where a target is, is the target's."""
    w = isac.load_waveform("lab")
    targets = [{"range_m": 12 * w.range_bin_m, "velocity_mps": -6 * w.velocity_bin_mps},
               {"range_m": 20 * w.range_bin_m, "velocity_mps": 9 * w.velocity_bin_mps}]
    result = isac.experiment(w, {"targets": targets}, b"", n_frames_min=1).run()
    assert result.map.shape == (len(result.velocity_axis_mps), len(result.range_axis_m))
    halves = result.range_axis_m < 150, result.range_axis_m > 150
    for target, half in zip(targets, halves, strict=True):
        cells = np.where(half, result.map, -np.inf)
        row, column = np.unravel_index(np.argmax(cells), cells.shape)
        assert result.range_axis_m[column] == pytest.approx(target["range_m"])
        assert result.velocity_axis_mps[row] == pytest.approx(target["velocity_mps"])
    assert np.median(result.map) == pytest.approx(0, abs=1e-6)


def test_the_counts_are_those_of_the_link():
    """SNR and CFO are what the scene says. The noise of a frame is measured with at least 100
    complex cells, so a mean of four frames is good to 4.34 / sqrt(400) = 0.2 dB: five sigma are
    1 dB. The CFO is found to within a hundredth of a subcarrier. Noise alone makes an EVM of
    -18 dB; the notches of the channel and its estimate add a few dB to that."""
    result = isac.experiment("lab", "two_cars", payload(20000), snr_db=18, n_frames_min=4).run()
    counts = result.counts
    assert counts["snr_db"] == pytest.approx(18, abs=1)
    assert counts["cfo_hz"] == pytest.approx(isac.load_scene("two_cars").cfo_hz, abs=300)
    assert (counts["frames_sent"], counts["frames_received"]) == (4, 4)
    assert counts["bler"] == 0 and 0 <= counts["ber"] < 1e-2
    assert counts["throughput_bps"] == pytest.approx(8 * 20000 / counts["air_time_s"])
    assert -18 < counts["evm_db"] < -13


def test_a_link_without_signal_is_a_failure_and_no_error():
    """Sensing knows what was sent: it does not need the far end to understand it."""
    result = isac.experiment("lab", "street", payload(1000), snr_db=-25, n_frames_min=2).run()
    assert not result.intact and not result.success
    assert result.counts["bler"] == 1 and math.isnan(result.counts["ber"])
    assert result.payload == bytes(1000)
    assert np.all(result.targets["found"])


def test_a_target_below_the_limit_need_not_be_found():
    scene = {"targets": [{"range_m": 100, "snr_db": -60}]}
    result = isac.experiment("lab", scene, b"x", n_frames_min=2).run()
    assert not result.targets["above_limit"][0] and not result.targets["found"][0]
    assert result.success


@pytest.mark.parametrize("waveform, scene", [
    ("pluto", "motorway"), ("wide", "street"), ("mmwave", "street"), ("thz", "hall")])
def test_every_preset_does_its_job(waveform, scene):
    result = isac.experiment(waveform, scene, payload(30000), n_frames_min=3).run()
    assert result.success
    assert np.all(result.targets["found"])


def test_progress_is_reported_and_may_stop_the_run():
    """Whatever progress() raises, as Ctrl-C does, stops the flowgraph at once."""
    seen = []

    def progress(fraction, frames_per_s, left_s):
        seen.append(fraction)
        assert 0 < fraction <= 1 and frames_per_s > 0 and left_s >= 0
        raise KeyboardInterrupt

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        isac.experiment("lab", "street", payload(20_000_000)).run(progress)
    assert len(seen) == 1 and seen[0] < 0.5
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("arguments, pattern", [
    ({"payload": "text"}, "experiment: payload is a str, but it must be bytes"),
    ({"seed": -1}, r"experiment: seed = -1, but it must be a whole number in \[0, "),
    ({"seed": 0.5}, "experiment: seed = 0.5, but it must be a whole number"),
    ({"n_frames_min": 0}, r"experiment: n_frames_min = 0, but it must be a whole number in \[1, "),
    ({"snr_db": 1e9}, "link_snr_db = 1e.09, but it must be in"),
    ({"snr_db": math.nan}, "link_snr_db = nan, but it must be a number"),
    ({"precoding": "FFT"}, "precoding = 'FFT', but it must be one of NONE, DFT"),
    ({"waveform": "thz"}, r"scene: targets\[0\].range_m = 38, but .* the prefix of dfts-2048")])
def test_a_bad_argument_is_refused_in_one_line(arguments, pattern):
    with pytest.raises(ValueError, match=pattern) as refused:
        isac.experiment(**arguments)
    assert "\n" not in str(refused.value)

# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scene as a value: what it keeps, what it computes, what it refuses."""

import math
from pathlib import Path

import pytest
import yaml
from gnuradio import isac

ROOT = Path(__file__).parents[1]
WAVEFORM = isac.waveform()

TARGETS = [{"range_m": 40.5, "velocity_mps": -3.0, "rcs_dbsm": 5.0, "angle_rad": 0.1},
           {"range_m": 80.0, "velocity_mps": 0.0, "rcs_dbsm": 10.0, "angle_rad": 0.0,
            "snr_db": -12.5}]
PATHS = [{"range_m": 100.0, "gain_db": -3.0, "velocity_mps": 1.0, "angle_rad": 0.2,
          "phase_rad": 0.5}]


def test_what_goes_in_can_be_read_back_and_used_again():
    scene = isac.scene(targets=TARGETS, paths=PATHS, cfo_hz=300, repeat_s=0.5)
    assert scene.targets == TARGETS
    assert scene.paths == PATHS
    assert (scene.cfo_hz, scene.repeat_s) == (300, 0.5)
    again = isac.scene(targets=scene.targets, paths=scene.paths)
    assert (again.targets, again.paths) == (TARGETS, PATHS)


def test_defaults_are_one_path_and_perfect_devices():
    scene = isac.scene()
    assert scene.targets == []
    assert len(scene.paths) == 1
    assert scene.leakage_db == -math.inf
    assert scene.pa_saturation_db == math.inf
    assert isac.scene(targets=None, paths=None).paths == []   # empty keys of a YAML file


def test_echo_snr_is_the_radar_equation():
    """In dB by hand: power and gains, wavelength, cross-section, (4 pi)^3, range, k T B F.

    The samples of 511 unit cells in 1024 bins have a power of 511/1024, which is the
    transmit power: a cell is stronger than a sample by the inverse.
    """
    scene = isac.scene(targets=[{"rcs_dbsm": 7}], tx_power_dbm=3, tx_gain_dbi=14,
                       rx_gain_dbi=11, noise_figure_db=5)
    wavelength_db = 10 * math.log10(299792458 / 5.8e9)
    received_dbm = (3 + 14 + 11 + 2 * wavelength_db + 7 - 30 * math.log10(4 * math.pi)
                    - 40 * math.log10(85))
    noise_dbm = 10 * math.log10(1.380649e-23 * 290 * 30.72e6) + 30 + 5
    expected = received_dbm - noise_dbm + 10 * math.log10(1024 / 511)
    assert scene.echo_snr_db(WAVEFORM, 0, 85) == pytest.approx(expected, abs=1e-9)


def test_a_given_snr_overrides_the_radar_equation_at_any_range():
    scene = isac.scene(targets=[{"snr_db": 4.5}])
    assert scene.echo_snr_db(WAVEFORM, 0, 10) == scene.echo_snr_db(WAVEFORM, 0, 300) == 4.5


@pytest.mark.parametrize("fields, message", [
    ({"targets": [{}, {"rcs_db": 3}]},
     r"targets\[1\] has a key rcs_db, but it must be one of range_m, velocity_mps, rcs_dbsm, "
     "angle_rad, snr_db$"),
    ({"paths": [{"rcs_dbsm": 3}]},
     r"paths\[0\] has a key rcs_dbsm, but it must be one of range_m, gain_db, velocity_mps, "
     "angle_rad, phase_rad$"),
    ({"paths": [{"snr_db": 3}]}, r"paths\[0\] has a key snr_db, but it must be one of "),
    ({"targets": [{"range_m": "far"}]},
     r"targets\[0\].range_m = 'far', but it must be a number$"),
    ({"targets": [{"range_m": None}]}, r"targets\[0\].range_m = None, but it must be a number$"),
    ({"targets": 3}, "targets = 3, but it must be a list of dictionaries$"),
    ({"targets": {"range_m": 3}}, "targets = {'range_m': 3}, but it must be a list of dict"),
    ({"targets": [3]}, r"targets\[0\] = 3, but it must be a dictionary$"),
    ({"targets": [{"range_m": 0.5}]}, r"targets\[0\].range_m = 0.5, but it must be in \[1, "),
    ({"targets": [{"range_m": float("nan")}]}, r"targets\[0\].range_m = nan, but it must be in"),
    ({"targets": [{"velocity_mps": 1e6}]}, r"targets\[0\].velocity_mps = 1e\+06, but it must"),
    ({"targets": [{"angle_rad": 3}]}, r"targets\[0\].angle_rad = 3, but it must be in"),
    ({"paths": [{"range_m": -1}]}, r"paths\[0\].range_m = -1, but it must be in \[0, "),
    ({"leakage_db": 3}, "leakage_db = 3, but it must be <= 0$"),
    ({"noise_figure_db": -1}, r"noise_figure_db = -1, but it must be in \[0, 100\]$"),
    ({"cfo_hz": float("inf")}, "cfo_hz = inf, but it must be finite$"),
    ({"sampling_offset_ppm": 2000}, r"sampling_offset_ppm = 2000, but it must be in"),
    ({"pa_smoothness": 0}, r"pa_smoothness = 0, but it must be in \[0.5, 20\]$"),
    ({"pa_saturation_db": -99}, "pa_saturation_db = -99, but it must be >= -20; inf is a linear"),
    ({"repeat_s": -1}, r"repeat_s = -1, but it must be in")])
def test_a_bad_value_is_refused_by_name(fields, message):
    with pytest.raises(ValueError, match="^scene: " + message):
        isac.scene(**fields)


def test_check_names_what_lies_beyond_the_prefix():
    def refusal(**fields):
        with pytest.raises(ValueError) as refused:
            isac.scene(**fields).check(WAVEFORM)
        return str(refused.value)

    prefix = f"the prefix of {WAVEFORM.id} reaches "
    assert refusal(targets=[{}, {}, {"range_m": 900}]) == (
        f"scene: targets[2].range_m = 900, but {prefix}351.319 m: "
        "use a longer cp_len or move the target")
    assert refusal(targets=[{"range_m": 340, "velocity_mps": -20}], repeat_s=1) == (
        f"scene: targets[0].range_m = 340, but it moves to 360 m and {prefix}351.319 m: "
        "use a longer cp_len or move the target")
    assert refusal(paths=[{"range_m": 50}, {"range_m": 800}]) == (
        f"scene: paths[1].range_m = 800, but {prefix}702.639 m past the shortest path, "
        "which has 50 m: use a longer cp_len or move the path")

    isac.scene(targets=[{"range_m": 351}], paths=[{"range_m": 50}, {"range_m": 750}]).check(
        WAVEFORM)


@pytest.mark.parametrize("path", sorted((ROOT / "scenes").glob("*.yml")), ids=lambda p: p.stem)
def test_shipped_scenes_are_valid(path):
    isac.scene(**yaml.safe_load(path.read_text()))

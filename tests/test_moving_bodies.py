# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rotors and walkers in a scene: what the simulator makes of them, against models of its own."""

import math

import numpy as np
import pytest
from gnuradio import isac
from gnuradio.isac import scoring

PLUTO = isac.load_waveform("pluto")


def carrier(waveform, duration_s, **fields):
    """What comes back of an unmodulated carrier, over an amplitude that is 120 dB strong."""
    scene = isac.scene(**fields)
    channel = isac.dsp.scene_channel(waveform, scene, isac.channel_view.ECHO)
    ones = np.ones(round(waveform.sample_rate_hz * duration_s), np.complex64)
    return channel.process(ones)[100:] / 1e3  # without what comes before the echo


def circling(waveform, times_s, rotor):
    """The sum over points on circles in space: scatterers 0.4 wavelengths apart at most."""
    n = max(2, math.ceil(rotor["blade_m"] / (0.4 * waveform.wavelength_m)))
    total = np.zeros(len(times_s), complex)
    for blade in range(rotor["n_blades"]):
        turn = (2 * np.pi * (rotor["rotation_hz"] * times_s + blade / rotor["n_blades"])
                + rotor["phase_rad"])
        for i in range(1, n + 1):
            along, across = (rotor["blade_m"] * i / n * f(turn) for f in (np.cos, np.sin))
            x = rotor["range_m"] - rotor["velocity_mps"] * times_s \
                + along * math.cos(rotor["tilt_rad"])
            range_m = np.sqrt(x**2 + across**2 + (along * math.sin(rotor["tilt_rad"])) ** 2)
            total += np.exp(-4j * np.pi * range_m / waveform.wavelength_m) / n
    return total


@pytest.mark.parametrize("waveform, rotation_hz, blade_m", [
    ("pluto", 250, 0.06), ("pluto", -100, 0.12), ("pluto", 6, 5.0), ("lab", 90, 0.12)])
def test_blades_echo_as_circling_points(waveform, rotation_hz, blade_m):
    """Images of a bent phase drawn straight may be 1e-4 turns, -64 dB, at the very most."""
    w = isac.load_waveform(waveform)
    rotor = dict(range_m=50, velocity_mps=7, n_blades=3, blade_m=blade_m, phase_rad=0.7,
                 rotation_hz=rotation_hz, tilt_rad=0.3, snr_db=120)
    heard = carrier(w, 0.02, rotors=[rotor])
    expected = circling(w, (100 + np.arange(len(heard))) / w.sample_rate_hz, rotor)
    error = np.mean(np.abs(heard - expected) ** 2) / np.mean(np.abs(expected) ** 2)
    assert 10 * math.log10(error) < -64


@pytest.mark.parametrize("velocity_mps", [1.5, -0.8])
def test_a_walker_moves_on_with_its_velocity_and_repeats_itself_every_cycle(velocity_mps):
    """After a cycle everything is as before but nearer: the echo repeats, turned by the phase of
    the way. 1e-3 is left to the change of angles on the way, at 300 m and 2 m of way."""
    w = isac.waveform(carrier_freq_hz=2.4e9, subcarrier_spacing_hz=1e3, fft_len=64, cp_len=63,
                      n_subcarriers=32, n_symbols=16)
    scene = isac.scene(walkers=[dict(velocity_mps=velocity_mps)])
    cycle_s = 1 / scene.gait_hz()
    heard = carrier(w, 2 * cycle_s + 0.01,
                    walkers=[dict(range_m=300, velocity_mps=velocity_mps, snr_db=120)])
    n = round(cycle_s * w.sample_rate_hz)
    turn = np.exp(4j * np.pi * velocity_mps * n / w.sample_rate_hz / w.wavelength_m)
    once, again = heard[:n], heard[n:2 * n]
    likeness = np.vdot(once, again) / np.vdot(once, once) / turn
    assert abs(likeness - 1) < 5e-3
    assert np.std(np.abs(once)) > 0.1 * np.mean(np.abs(once)), "parts that move"


def test_a_walkers_gait_is_boulics():
    """1.346 sqrt(V) hip heights are a cycle at V hip heights a second."""
    scene = isac.scene(walkers=[dict(velocity_mps=-1.4, height_m=1.8), dict(gait_hz=1.1)])
    relative = 1.4 / (0.491 * 1.8)
    assert scene.gait_hz(0) == pytest.approx(math.sqrt(relative) / 1.346)
    assert scene.gait_hz(1) == 1.1


def test_the_flash_period_is_the_time_between_blades():
    scene = isac.scene(rotors=[dict(n_blades=3, rotation_hz=-50)])
    assert scene.flash_period_s(0) == pytest.approx(1 / 150)
    with pytest.raises(IndexError):
        scene.flash_period_s(1)


def test_truth_has_a_row_for_a_body_and_none_for_its_parts():
    scene = isac.scene(targets=[dict(range_m=20, snr_db=3)],
                       rotors=[dict(range_m=50, velocity_mps=3, snr_db=-7)],
                       walkers=[dict(range_m=70, velocity_mps=-1)], leakage_db=-80)
    truth = isac.dsp.scene_channel(PLUTO, scene, isac.channel_view.ECHO).truth(2.0)
    assert truth[:, 0] == pytest.approx([20, 44, 72, 0])
    assert truth[:3, 3] == pytest.approx([3, -7, scene.reflector_snr_db(PLUTO, 0, 72)])


def test_what_goes_in_can_be_read_back_and_used_again():
    rotors, walkers = [dict(range_m=40.0, n_blades=4, snr_db=2.0)], [dict(gait_hz=1.0)]
    scene = isac.scene(rotors=rotors, walkers=walkers)
    again = isac.scene(rotors=scene.rotors, walkers=scene.walkers)
    assert (again.rotors, again.walkers) == (scene.rotors, scene.walkers)
    assert scene.rotors[0].items() >= rotors[0].items()
    assert scene.walkers[0].items() >= walkers[0].items()


@pytest.mark.parametrize("fields, message", [
    ({"rotors": [{"n_blades": 2.5}]}, r"rotors\[0\].n_blades = 2.5, but it must be a whole numb"),
    ({"rotors": [{"n_blades": 0}]}, r"rotors\[0\].n_blades = 0, but it must be in \[1, 16\]$"),
    ({"rotors": [{"rotation_hz": 0}]}, r"rotors\[0\].rotation_hz = 0, but a rotor must turn$"),
    ({"rotors": [{"blade_m": 0}]}, r"rotors\[0\].blade_m = 0, but it must be in \[0.01, 20\]$"),
    ({"rotors": [{"rcs": 0}]}, r"rotors\[0\] has a key rcs, but it must be one of range_m, .*, "
                               "n_blades, snr_db$"),
    ({"walkers": [{"velocity_mps": 0}]}, r"walkers\[0\].velocity_mps = 0, but a walker must walk"),
    ({"walkers": [{"velocity_mps": 9}]}, r"walkers\[0\].velocity_mps = 9, but it must be in "),
    ({"walkers": [{"height_m": float("nan")}]}, r"walkers\[0\].height_m = nan, but it must be in"),
    ({"walkers": [{"gait_hz": "fast"}]}, r"walkers\[0\].gait_hz = 'fast', but it must be a num")])
def test_a_bad_value_is_refused_by_name(fields, message):
    with pytest.raises(ValueError, match="^scene: " + message):
        isac.scene(**fields)


def test_check_names_what_lies_beyond_the_prefix():
    w = isac.waveform()
    with pytest.raises(ValueError, match=r"rotors\[0\].range_m = 900, but the prefix of .* 351.3"):
        isac.scene(rotors=[{"range_m": 900}]).check(w)
    with pytest.raises(ValueError, match=r"walkers\[0\].range_m = 350, but it moves to 352 m and"):
        isac.scene(walkers=[{"range_m": 350, "velocity_mps": -1}], repeat_s=2).check(w)


def test_detections_of_a_bodys_parts_are_no_false_alarms():
    w = isac.waveform()
    truth = np.array([(0, 0, 0, 50, 1, 0, 0), (0, 0, scoring.BODY, 52, 1, 0, 0)], scoring.TRUTH)
    found = np.zeros(3, scoring.DETECTION)
    found["range_m"], found["velocity_mps"] = (50, 52, 90), (1, 9, 9)
    scoring.pair(found, truth, w)
    assert list(found["target"]) == [0, scoring.BODY, scoring.NO_TARGET]

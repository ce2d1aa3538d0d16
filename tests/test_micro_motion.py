# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Periods read off spectrograms: made up ones with every difficulty, and whole chains."""

import math

import numpy as np
import pytest
from gnuradio import isac
from gnuradio.isac import micro_motion

LIMIT = 0.02
COLUMN_S = 1e-4


def flashes(period, n=2000, cells=21, sides=False, level=20.0, width=3.0, seed=0):
    """Exponential noise of mean 1 and a pulse each period, which is in columns; with `sides`
    approaching and receding cells take turns within it."""
    rng = np.random.default_rng(seed)
    columns = rng.exponential(1, (n, cells))
    at = np.arange(n)

    def pulses(offset):
        late = (at - offset + period / 2) % period - period / 2
        return level * np.exp(-0.5 * (late / width) ** 2)[:, None]

    columns[:, cells // 2:] += pulses(7)
    columns[:, :cells // 2 + 1] += pulses(7 + period / 2 if sides else 7)
    return columns


@pytest.mark.parametrize("period", [12.3, 40.7, 123.4, 300.0])
@pytest.mark.parametrize("sides", [False, True])
def test_a_period_of_any_length(period, sides):
    found = micro_motion.flash_period(flashes(period, sides=sides), COLUMN_S)
    assert found.period_s == pytest.approx(period * COLUMN_S, rel=2e-3)
    assert found.frequency_hz == pytest.approx(1 / found.period_s)
    assert 0.1 < found.likeness <= 1


def test_sides_that_windows_hardly_tell_apart():
    """A tenth of the difference is left: only its changing sign says that two flashes are one."""
    columns = flashes(80, sides=True, level=40, seed=1)
    blurred = 0.55 * columns + 0.45 * columns[:, ::-1]
    assert micro_motion.flash_period(blurred, COLUMN_S).period_s == pytest.approx(80e-4, rel=2e-3)
    even = flashes(80, sides=False, level=40, seed=1)
    assert micro_motion.flash_period(even, COLUMN_S).period_s == pytest.approx(80e-4, rel=2e-3)


def test_a_body_that_is_steady_and_strong_changes_nothing():
    columns = flashes(55)
    columns[:, 9:12] += 1e4
    assert micro_motion.flash_period(columns, COLUMN_S).period_s == pytest.approx(55e-4, rel=2e-3)


@pytest.mark.parametrize("value", [0, np.nan, np.inf])
def test_columns_that_are_missing_are_left_out(value):
    columns = flashes(55)
    columns[300:420] = columns[1000:1003] = value
    assert micro_motion.flash_period(columns, COLUMN_S).period_s == pytest.approx(55e-4, rel=2e-3)


@pytest.mark.parametrize("columns", [
    np.zeros((0, 5)), np.zeros((3, 5)), np.zeros((500, 5)), np.ones((500, 5)),
    np.full((500, 5), np.nan), flashes(55)[:100]])
def test_what_does_not_repeat_has_no_period(columns):
    found = micro_motion.flash_period(columns, COLUMN_S, min_s=40e-4)
    assert math.isnan(found.period_s) and found.likeness == 0


@pytest.mark.parametrize("arguments, message", [
    (([1, 2], 1), "columns has 1 axes, but it must be"),
    ((np.ones((9, 9)), 0), "column_s = 0, but it must be > 0"),
    ((np.ones((9, 9)), 1, 3, 2), "min_s = 3 and max_s = 2, but it must be 0 < min_s < max_s")])
def test_a_bad_value_is_refused_by_name(arguments, message):
    with pytest.raises(ValueError, match=message):
        micro_motion.gait(*arguments)


@pytest.mark.parametrize("preset", isac.presets("waveforms"))
def test_settings_suit_every_waveform(preset):
    w = isac.load_waveform(preset)
    for kind in ("rotor", "walker"):
        radar = isac.dsp.micro_doppler(w, range_m=20, **micro_motion.settings(w, kind))
        assert radar.window_len >= 4 and 1 <= radar.hop <= radar.window_len
    with pytest.raises(ValueError, match="^micro_motion: kind = 'horse', but it must be"):
        micro_motion.settings(w, "horse")


def spectrogram(w, scene, radar, duration_s, seed):
    """Sent frames through the scene, row by row, to the end."""
    samples, rows = isac.dsp.transmitter(w).modulate(bytes(range(16)), seed)
    n = math.ceil(duration_s / w.frame_duration_s)
    channel = isac.dsp.scene_channel(w, scene, isac.channel_view.ECHO, seed=seed)
    heard = channel.process(np.tile(samples, n)).reshape(n, w.frame_len)
    got = isac.dsp.ofdm_demodulator(w).demodulate(heard[:, w.preamble_len:].reshape(-1))
    shape = n, w.n_symbols, w.n_subcarriers
    return radar.process(np.broadcast_to(np.reshape(rows, shape[1:]), shape), got.reshape(shape))


@pytest.mark.parametrize("n_blades, rotation_hz, blade_m", [
    (2, 83.0, 0.12), (3, -140.0, 0.1), (4, 47.0, 0.18)])
def test_flash_period_of_a_rotor_beside_a_post(n_blades, rotation_hz, blade_m):
    """A row has 5 dB in a flash; the post, in the same gate, is 30 dB stronger."""
    w = isac.load_waveform("pluto", carrier_freq_hz=5.8e9)
    rotor = dict(range_m=400, velocity_mps=4, n_blades=n_blades, rotation_hz=rotation_hz,
                 blade_m=blade_m, snr_db=5 - 10 * math.log10(w.n_subcarriers))
    scene = isac.scene(rotors=[rotor], targets=[dict(range_m=395, snr_db=rotor["snr_db"] + 30)])
    radar = isac.dsp.micro_doppler(w, 400, **micro_motion.settings(w, "rotor"))
    columns = spectrogram(w, scene, radar, 0.25, n_blades)
    found = micro_motion.flash_period(columns, radar.column_s)
    assert found.period_s == pytest.approx(scene.flash_period_s(), rel=LIMIT)


@pytest.mark.parametrize("velocity_mps, height_m", [(1.4, 1.8), (-0.8, 1.6)])
def test_gait_of_a_walker_beside_a_wall(velocity_mps, height_m):
    """A row has -5 dB of the whole person; the wall, in the same gate, is 30 dB stronger."""
    w = isac.waveform(carrier_freq_hz=24e9, subcarrier_spacing_hz=15e3, fft_len=64, cp_len=8,
                      n_subcarriers=48, n_symbols=256)
    walker = dict(range_m=500, velocity_mps=velocity_mps, height_m=height_m,
                  snr_db=-5 - 10 * math.log10(w.n_subcarriers))
    scene = isac.scene(walkers=[walker], targets=[dict(range_m=510, snr_db=walker["snr_db"] + 30)])
    radar = isac.dsp.micro_doppler(w, 500, **micro_motion.settings(w, "walker"))
    columns = spectrogram(w, scene, radar, 4.5, 1)
    found = micro_motion.gait(columns, radar.column_s)
    assert found.frequency_hz == pytest.approx(scene.gait_hz(), rel=LIMIT)

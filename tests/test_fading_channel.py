# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fading channel against its tables, Clarke's statistics and its own true response."""

import math

import numpy as np
import pytest
from gnuradio import isac

from stats import SIGMAS

WAVEFORM = isac.waveform()
RATE_HZ = WAVEFORM.sample_rate_hz
FADING = isac.fading_profile
TDLS = [FADING.TDL_A, FADING.TDL_B, FADING.TDL_C]


def channel(fading, delay_spread_s=100e-9, speed_mps=33.0, seed=1):
    return isac.dsp.fading_channel(WAVEFORM, fading, delay_spread_s, speed_mps, seed)


def bessel_j0(x):
    """(1/pi) integral of cos(x sin a) over half a turn: exact for a smooth periodic function."""
    return np.cos(np.multiply.outer(x, np.sin(np.arange(200) * np.pi / 200))).mean(axis=-1)


@pytest.mark.parametrize("fading", TDLS)
def test_the_delay_spread_is_the_one_asked_for(fading):
    """The tables are normalised to a spread of 1; powers of three digits, in dB, are within
    0.05 dB or 1.2 % of what they were rounded from, which is 0.6 % of a square root."""
    fade = channel(fading, 300e-9)
    taps = range(fade.n_taps)
    power = np.array([fade.power(p) for p in taps])
    delay = np.array([fade.delay_s(p) for p in taps])
    mean = power @ delay
    assert power.sum() == pytest.approx(1)
    assert math.sqrt(power @ (delay - mean) ** 2) == pytest.approx(300e-9, rel=0.006)


@pytest.mark.parametrize("fading", TDLS)
def test_every_tap_has_the_power_and_the_memory_of_isotropic_scattering(fading):
    """Over n seeds, |g|^2 / P has mean 1 and variance 1, and g(0)* g(t) / P has the mean
    J0(2 pi f_D t) and at most the variance 1."""
    n, doppler_hz = 600, 33.0 / WAVEFORM.wavelength_m
    fade = channel(fading)
    times = np.array([0, 0.1, 0.383, 0.61, 1.0, 2.2]) / doppler_hz
    gains = np.empty((n, fade.n_taps, len(times)), complex)
    for seed in range(n):
        fade.reseed(seed)
        for p in range(fade.n_taps):
            gains[seed, p] = [fade.gain(p, t) for t in times]
    gains /= np.sqrt([fade.power(p) for p in range(fade.n_taps)])[:, None]
    memory = (gains[:, :, :1].conj() * gains).mean(axis=0)
    expected = bessel_j0(2 * np.pi * doppler_hz * times)
    assert np.abs(memory - expected).max() < SIGMAS / math.sqrt(n)
    together = gains[:, :-1, 0].conj() * gains[:, 1:, 0]  # taps fade independently
    assert np.abs(together.mean(axis=0)).max() < SIGMAS / math.sqrt(n)


def test_a_gain_is_gaussian():
    """A sum of N equal oscillators has the kurtosis E|g|^4 / (E|g|^2)^2 = 2 - 1/N; |g|^4 has
    a variance of 24 - 4 = 20 if it is Gaussian."""
    n = 4000
    fade = channel(FADING.FLAT, 0)
    power = np.empty(n)
    for seed in range(n):
        fade.reseed(seed)
        power[seed] = abs(fade.gain(0, 0.0)) ** 2
    assert np.mean(power ** 2) == pytest.approx(2 - 1 / 32, abs=SIGMAS * math.sqrt(20 / n))


def test_the_mean_power_over_time_is_one_for_every_seed():
    """At n instants far apart the oscillators have unrelated phases, so that the mean power
    of a tap over them errs by P / sqrt(n), that of all taps by less."""
    rng, n = np.random.default_rng(2), 400
    times = rng.uniform(0, 1e5, n)
    for seed in range(3):
        fade = channel(FADING.TDL_B, seed=seed)
        power = [sum(abs(fade.gain(p, t)) ** 2 for p in range(fade.n_taps)) for t in times]
        assert abs(np.mean(power) - 1) < SIGMAS / math.sqrt(n)


@pytest.mark.parametrize("fading", [FADING.NONE, FADING.FLAT, *TDLS])
@pytest.mark.parametrize("speed_mps", [0, 33.0, 3000.0])
def test_the_response_is_what_a_tone_sees(fading, speed_mps):
    """A tone of any cell leaves with the response of that moment, LEAD samples late. The
    interpolation errs by -84 dB (see the test of fractional_delay), straight gains by
    -80 dB: together at most 1.7e-4 of the sum of all gains at their mean power."""
    fade = channel(fading, 300e-9, speed_mps)
    size = sum(math.sqrt(fade.power(p)) for p in range(fade.n_taps))
    n, settled = 3000, 200
    when = np.arange(settled, n, 97)
    responses = fade.response(when / RATE_HZ)
    for cell in (1, 200, 256, 300, 510):
        cycles = (cell - 256) / WAVEFORM.fft_len
        sent = np.exp(2j * np.pi * cycles * np.arange(n))
        fade.restart()
        heard = fade.process(sent)[when]
        expected = responses[:, cell] * np.exp(2j * np.pi * cycles * (when - fade.LEAD))
        assert np.sqrt(np.mean(np.abs(heard - expected) ** 2)) < 1.7e-4 * size


def test_how_a_stream_is_cut_leaves_no_trace():
    rng = np.random.default_rng(1)
    samples = (rng.normal(size=(5000, 2)) @ [1, 1j]).astype(np.complex64)
    fade = channel(FADING.TDL_C)
    whole = fade.process(samples)
    fade.restart()
    cuts = np.sort(rng.integers(0, 5000, 40))
    pieces = np.concatenate([fade.process(s) for s in np.split(samples, cuts) if len(s)])
    assert np.array_equal(whole, pieces)


def test_a_seed_repeats_and_another_does_not():
    samples = np.ones(100, np.complex64)
    first = channel(FADING.TDL_A, seed=7).process(samples)
    again = channel(FADING.TDL_A, seed=8)
    assert not np.array_equal(again.process(samples), first)
    again.reseed(7)
    assert np.array_equal(again.process(samples), first)


def test_bad_samples_are_forgotten_with_the_last_path():
    fade = channel(FADING.TDL_A)
    bad = np.ones(1000, np.complex64)
    bad[100] = np.nan
    heard = fade.process(bad)
    assert not np.isfinite(heard[120])
    assert np.isfinite(heard[-500:]).all()


@pytest.mark.parametrize("keywords, name", [
    ({"delay_spread_s": -1e-9}, "delay_spread_s"),
    ({"delay_spread_s": 1e-5}, "delay_spread_s"),   # the last path 97 us late
    ({"delay_spread_s": math.nan}, "delay_spread_s"),
    ({"speed_mps": -1}, "speed_mps"), ({"speed_mps": math.nan}, "speed_mps"),
    ({"speed_mps": 2e4}, "speed_mps")])
def test_bad_parameters_are_named(keywords, name):
    with pytest.raises(ValueError, match=f"fading: {name} = .*, but "):
        isac.dsp.fading_channel(WAVEFORM, FADING.TDL_A, **keywords)


def test_a_scene_fades_its_link_and_not_its_echoes():
    """One Rayleigh tap that stands still is one factor on all samples, two LEADs late. The
    path of 100 m has a phase of its own, so only the size of the factor is known. The noise
    is 100 dB down, the interpolations -84 dB."""
    samples, _ = isac.dsp.transmitter(WAVEFORM).modulate(b"")
    paths = {"paths": [{"range_m": 100}], "link_snr_db": 100, "targets": [{"snr_db": 100}]}
    faded = isac.scene(fading=FADING.FLAT, delay_spread_s=0, speed_mps=0, **paths)
    link = isac.dsp.scene_channel(WAVEFORM, faded)
    heard = link.process(samples)[32:][:len(samples)]
    factor = np.vdot(samples, heard) / np.vdot(samples, samples)
    assert np.linalg.norm(heard - factor * samples) < 3e-4 * np.linalg.norm(heard)
    assert abs(abs(factor) - 1) > 1e-3
    echo = isac.channel_view.ECHO
    clear, same = (isac.dsp.scene_channel(WAVEFORM, s, echo).process(samples)
                   for s in (isac.scene(**paths), faded))
    assert np.array_equal(clear, same)


def test_a_faded_link_ends_with_its_last_path_and_survives_a_new_scene():
    """Whatever else changes in the scene, the fading goes on as it was."""
    samples, _ = isac.dsp.transmitter(isac.waveform(n_symbols=8)).modulate(b"")
    w = isac.waveform(n_symbols=8)
    scene = isac.scene(fading=FADING.TDL_A, delay_spread_s=300e-9, speed_mps=30)
    whole = isac.dsp.scene_channel(w, scene, seed=3).process(samples)
    clear = isac.dsp.scene_channel(w, isac.scene(), seed=3).process(samples)
    late = isac.dsp.fading_channel(w, FADING.TDL_A, 300e-9, 30)
    last = max(late.delay_s(p) for p in range(late.n_taps)) * w.sample_rate_hz
    assert 0 <= len(whole) - len(clear) - last - late.LEAD <= 32
    changed = isac.dsp.scene_channel(w, scene, seed=3)
    first = changed.process(samples[:4000], more=True)
    changed.set_scene(isac.scene(fading=FADING.TDL_A, delay_spread_s=300e-9, speed_mps=30,
                                 tx_power_dbm=3))  # of the radar: nothing to the link
    rest = changed.process(samples[4000:])
    assert np.array_equal(np.concatenate([first, rest]), whole)

# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The channel of whole frames: noise, clocks, phase noise, motion, and what is no number."""

import math

import numpy as np
import pmt
import pytest
from gnuradio import gr, isac

from flow import run

W = isac.waveform()
SPREAD = isac.waveform(precoding=isac.precoding.DFT)
USED = np.array(SPREAD.data_cells)
K, S = W.n_subcarriers, W.n_symbols
CELLS = np.arange(K) - K // 2
METHODS = [isac.interpolation.NEAREST, isac.interpolation.LINEAR, isac.interpolation.DFT,
           isac.interpolation.WIENER]


def loss_db(error):
    """An estimate with error variance `error`, over that of the noise, is so much more noise."""
    return 10 * math.log10(1 + error)


def receive(channel, snr_db, rng):
    """Rows of random QPSK through channel [S, K] at unit power."""
    data = (rng.integers(0, 2, (S, W.n_data, 2)) * 2 - 1) @ [1, 1j] / math.sqrt(2)
    rows = isac.dsp.grid_mapper(W).map(data.astype(np.complex64)) * channel
    noise_var = 10 ** (-snr_db / 10)
    noise = rng.normal(scale=math.sqrt(noise_var / 2), size=(S, K, 2)) @ [1, 1j]
    return (rows + noise).astype(np.complex64)


def error(channel, snr_db, rng, method=isac.interpolation.WIENER, n_frames=4):
    """Error variance of the estimate over the noise variance, mean over all cells."""
    estimator = isac.dsp.channel_estimator(W, method)
    errors = []
    for _ in range(n_frames):
        h = channel(rng)
        estimate, _ = estimator.estimate_frame(receive(h, snr_db, rng), 1.0)
        errors.append(np.mean(np.abs(estimate - h) ** 2))
    return np.mean(errors) * 10 ** (snr_db / 10)


def fading(delays, doppler, rng):
    """Equal Rayleigh paths, delays in samples, Jakes spectrum, doppler in turns a row."""
    h = np.zeros((S, K), complex)
    for delay in delays:
        shifts = doppler * np.cos(rng.uniform(0, 2 * np.pi, 24))
        phases = np.exp(2j * np.pi * (np.outer(np.arange(S), shifts) + rng.random(24)))
        h += np.outer(phases.sum(1), np.exp(-2j * np.pi * CELLS * delay / W.fft_len))
    return h / math.sqrt(24 * len(delays))


@pytest.mark.parametrize("snr_db", [0, 10, 20, 30])
def test_known_and_estimated_channel_are_0_2_db_apart(snr_db):
    """The goal of the link for white noise; the mean of four frames is known to 0.01 dB."""
    flat = error(lambda rng: np.ones((S, K)), snr_db, np.random.default_rng(1))
    assert loss_db(flat) < 0.2


def test_the_noise_is_measured():
    """14 second differences of 86 pilots, neighbours correlated by -2/3 and 1/6: the
    relative deviation is sqrt(1.94 / (14 * 86)), 4 %. Five of them, over the mean of four."""
    rng = np.random.default_rng(2)
    estimator = isac.dsp.channel_estimator(W)
    for noise_var in (1e-3, 1e-1):
        rows = [receive(np.ones((S, K)), -10 * math.log10(noise_var), rng) for _ in range(4)]
        measured = np.mean([estimator.estimate_frame(r, 1.0)[1] for r in rows])
        assert measured == pytest.approx(noise_var, rel=0.1)


@pytest.mark.parametrize("jumps", [False, True])
def test_clock_offset_and_phase_noise_are_followed(jumps):
    """40 ppm move the last row by 11 samples, or by steps of a whole one if frame_sync makes up
    for them; the phase walks by 0.05 rad a row. Tracking adds what phase and timing of a row
    are measured with, 1.5 of 172 real dimensions or 0.04 dB, and the motion they leave.
    """
    def channel(rng):
        delay = 8 + np.arange(S) * W.symbol_len * 40e-6
        delay -= np.round(delay) - 8 if jumps else 0
        walk = np.cumsum(rng.normal(scale=0.05, size=S))
        return np.exp(1j * walk[:, None] - 2j * np.pi * np.outer(delay, CELLS) / W.fft_len)

    assert loss_db(error(channel, 20, np.random.default_rng(3))) < 0.2 + 0.04 + 0.02


@pytest.mark.parametrize("snr_db", [10, 20, 30])
@pytest.mark.parametrize("delays", [[8, 9.5, 12], [8, 20, 35.5]])
def test_motion_is_followed_at_120_kmh(snr_db, delays):
    """At 5.8 GHz a row is 0.023 turns of Doppler. With 2 * 0.028 * 16 + 1 = 1.9 dimensions in
    16 rows and 0.42 a pilot in the prefix, noise of 0.06 must pass; tracking adds 0.02. Straight
    lines over T = 4 rows miss E|h''|^2 T^4 / 120 = 3/8 (2 pi 0.023 4)^4 / 120 = -34.5 dB of a
    Jakes spectrum, 1.1 dB more within five sigma of 288 sinusoids. With what tracking makes of
    paths that fade against each other -32 dB are allowed (without noise it is -32.9 to -34.3)."""
    doppler = 33.3 / W.wavelength_m * W.symbol_duration_s
    moving = error(lambda rng: fading(delays, doppler, rng), snr_db, np.random.default_rng(4))
    assert loss_db(moving) < loss_db(0.08 + 10 ** ((snr_db - 32) / 10))


@pytest.mark.parametrize("method", METHODS)
def test_short_delays_suit_every_method(method):
    """Half a sample of spread turns 0.02 rad between pilots: no method may notice. A pilot
    that has been averaged over 16 rows with 1.9 dimensions has 0.13 of the noise left, and at
    the ends of the band and the frame some more."""
    def channel(rng):
        return fading([20, 20.5], 0, rng)

    assert loss_db(error(channel, 10, np.random.default_rng(5), method)) < 0.75


@pytest.mark.parametrize("method", [isac.interpolation.DFT, isac.interpolation.WIENER])
def test_delays_over_the_whole_prefix(method):
    """0.42 dimensions a pilot and 1.9 in 16 rows pass 0.06 of the noise, twice that at most
    with the ends of band and frame: 0.5 dB."""
    delays = [0.5, 0.5 * W.cp_len, W.cp_len - 0.5]
    spread = error(lambda rng: fading(delays, 0, rng), 20, np.random.default_rng(6), method)
    assert loss_db(spread) < 0.5


@pytest.mark.parametrize("shape", [
    dict(fft_len=64, cp_len=0, n_subcarriers=52), dict(fft_len=64, cp_len=8, n_subcarriers=52),
    dict(fft_len=256, cp_len=32, n_subcarriers=192),
    dict(fft_len=256, cp_len=32, n_subcarriers=200)])
@pytest.mark.parametrize("share", [0, 0.3, 0.7])
def test_few_pilots_find_the_delay(shape, share):
    """Delays repeat after fft_len / 6, hardly more than the prefix, and with 192 cells a pilot is
    missing at DC. A path anywhere in the prefix must still be found where it is: half the power
    of the channel would be wrong otherwise. Filters for so few pilots leave -25 dB."""
    w = isac.waveform(**shape, n_symbols=32)
    k = np.arange(w.n_subcarriers) - w.n_subcarriers // 2
    h = np.exp(-2j * np.pi * k * share * w.cp_len / w.fft_len)
    rows = isac.dsp.grid_mapper(w).map(np.ones((32, w.n_data), np.complex64)) * h
    rows = rows + np.random.default_rng(1).normal(scale=0.01, size=(*rows.shape, 2)) @ [1, 1j]
    estimate, _ = isac.dsp.channel_estimator(w).estimate_frame(rows.astype(np.complex64), 1.0)
    assert np.mean(np.abs(estimate - h) ** 2) < 10 ** -2.5


@pytest.mark.parametrize("lost", [np.nan, np.inf, 0, 1e30])
def test_a_lost_row_spoils_no_other(lost):
    """It has no channel; those of its neighbours are what they were, but for one row less in
    16 to average, which is worth less than the noise itself."""
    rng = np.random.default_rng(7)
    h = fading([8, 11], 0.01, rng)
    rows = receive(h, 20, rng)
    rows[[0, 77, 78, S - 1]] = lost
    estimate, noise_var = isac.dsp.channel_estimator(W).estimate_frame(rows, 0.01)
    assert not np.any(estimate[[0, 77, 78, S - 1]])
    others = np.delete(np.arange(S), [0, 77, 78, S - 1])
    assert np.max(np.mean(np.abs(estimate - h)[others] ** 2, axis=1)) < 0.01
    assert noise_var == pytest.approx(0.01, rel=0.25)


def test_nothing_but_rubbish_is_no_channel():
    for w in (W, SPREAD):
        for rows in (np.full((S, K), np.nan, np.complex64), np.zeros((S, K), np.complex64)):
            estimate, noise_var = isac.dsp.channel_estimator(w).estimate_frame(rows, 0.5)
            assert not np.any(estimate) and noise_var == 0.5


def receive_spread(channel, snr_db, rng):
    """Reference rows through channel [S, K], nothing but noise in the others."""
    known = np.array([SPREAD.is_reference_row(row) for row in range(S)])
    mapper = isac.dsp.grid_mapper(SPREAD)
    references = np.array([mapper.reference(row) for row in range(S)])
    rows = np.where(known[:, None], references, 0) * channel
    noise = rng.normal(scale=math.sqrt(10 ** (-snr_db / 10) / 2), size=(S, K, 2)) @ [1, 1j]
    return (rows + noise).astype(np.complex64)


@pytest.mark.parametrize("snr_db", [5, 20])
@pytest.mark.parametrize("delays", [[8, 9.5, 12], [8, 20, 35.5]])
def test_references_follow_motion_at_120_kmh(snr_db, delays):
    """Every eighth row is known: 0.19 turns of Doppler apart, and 0.5 would be too many. A filter
    over 48 cells for delays in the prefix, 48 * 0.072 + 1 = 4.5 dimensions, leaves a tenth of the
    noise of a reference. The weighted sum of four of them, for 0.036 turns a row, has an error of
    0.72 of that 15 dB below the channel, and of 1.15 30 dB below it (Jakes spectrum): 0.07 and
    0.11 of the noise of a cell, 0.3 and 0.46 dB. Timing that is tracked adds 0.02.
    """
    doppler = 33.3 / W.wavelength_m * W.symbol_duration_s
    rng, estimator, errors = np.random.default_rng(4), isac.dsp.channel_estimator(SPREAD), []
    for _ in range(4):
        h = fading(delays, doppler, rng)
        estimate, _ = estimator.estimate_frame(receive_spread(h, snr_db, rng), 1.0)
        errors.append(np.mean(np.abs(estimate - h)[:, USED] ** 2))
    assert loss_db(np.mean(errors) * 10 ** (snr_db / 10)) < {5: 0.3, 20: 0.46}[snr_db] + 0.02


def test_references_at_rest_are_averaged_until_something_moves():
    """Four references that may only turn by 0.016 turns from one to the next have little more
    than one dimension: they pass 0.3 of their noise, at the ends of the frame 0.7, and of that a
    filter over frequency leaves a tenth: 0.05. A scene that starts at 120 km/h in row 100 is
    followed as well as any after four references, in which it must have been noticed."""
    doppler, begin = 33.3 / W.wavelength_m * W.symbol_duration_s, 100
    rng, estimator, errors = np.random.default_rng(6), isac.dsp.channel_estimator(SPREAD), []
    for _ in range(4):
        h = fading([8, 20, 35.5], doppler, rng)
        h[:begin] = h[begin]
        estimate, _ = estimator.estimate_frame(receive_spread(h, 20, rng), 1.0)
        errors.append(np.mean(np.abs(estimate - h)[:, USED] ** 2, axis=1) * 100)
    assert np.mean(errors, axis=0)[:begin - 32].mean() < 0.05
    assert loss_db(np.mean(errors, axis=0)[begin + 32:].mean()) < 0.46 + 0.02


def test_references_know_the_samples_that_rows_were_moved_by():
    """40 ppm move a row by 0.044 samples, and a whole one is made up for every 23 rows. Missing
    one would turn the edge of the band by 1.5 rad, as much as the channel itself. The noise of
    references is that of the test above."""
    rng, drift = np.random.default_rng(5), W.symbol_len * 40e-6
    delay = 8 + np.arange(S) * drift
    delay -= np.round(np.arange(S) * drift)
    h = np.exp(-2j * np.pi * np.outer(delay, CELLS) / W.fft_len)
    rows = receive_spread(h, 20, rng)
    estimate, _ = isac.dsp.channel_estimator(SPREAD).estimate_frame(rows, 1.0, drift)
    assert loss_db(np.mean(np.abs(estimate - h)[:, USED] ** 2) * 100) < 0.46 + 0.02


def test_rows_between_lost_references_are_lost():
    """Whatever took two references took what lay between them; other rows go on with those that
    are left, as good as references two spacings apart are: the channel stands still here."""
    rng = np.random.default_rng(7)
    h = fading([8, 11], 0, rng)
    rows, gone = receive_spread(h, 20, rng), np.arange(40, 49)
    rows[gone] = 0
    estimate, noise_var = isac.dsp.channel_estimator(SPREAD).estimate_frame(rows, 0.01)
    assert not np.any(estimate[gone])
    others = np.delete(np.arange(S), gone)
    assert np.max(np.mean(np.abs(estimate - h)[others][:, USED] ** 2, axis=1)) < 0.01
    assert noise_var == pytest.approx(0.01, rel=0.25)


def frame_tag(offset, **meta):
    tag = gr.tag_t()
    tag.offset, tag.key, tag.value = offset, pmt.intern("isac_frame"), pmt.to_pmt(meta)
    return tag


def test_the_block_starts_frames_at_tags():
    """Rows of a frame that another one interrupts count each for itself, as many as came."""
    w = isac.waveform(fft_len=64, cp_len=8, n_subcarriers=48, n_symbols=8)
    rng = np.random.default_rng(8)
    rows = (rng.normal(size=(16, 48, 2)) @ [1, 1j]).astype(np.complex64)
    tags = [frame_tag(0, number=5), frame_tag(3, number=6, noise_var=0.25)]
    channel, out_tags = run(isac.channel_estimator(w), rows, tags=tags)
    single = isac.dsp.channel_estimator(w).estimate(rows)
    np.testing.assert_array_equal(channel[:3], single[:3])
    assert len(channel) == 16 and [t.offset for t in out_tags] == [0, 3]


def test_the_block_hands_on_the_noise():
    rng = np.random.default_rng(9)
    rows = receive(np.ones((S, K)), 10, rng)
    channel, tags = run(isac.channel_estimator(W), rows, tags=[frame_tag(0, noise_var=1.0)])
    expected, noise_var = isac.dsp.channel_estimator(W).estimate_frame(rows, 1.0)
    np.testing.assert_array_equal(channel, expected)
    assert pmt.to_python(tags[0].value)["noise_var"] == noise_var


def test_a_bad_speed_is_refused_by_name():
    with pytest.raises(ValueError, match="max_speed_mps = -1"):
        isac.dsp.channel_estimator(W, max_speed_mps=-1)

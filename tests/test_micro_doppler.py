# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spectrograms of a range gate: right in place, time, power and noise, and past all bad input."""

import math

import numpy as np
import pmt
import pytest
from gnuradio import gr, isac

from flow import run

C_MPS = 299792458.0
W = isac.waveform(n_subcarriers=64, fft_len=128, cp_len=32, n_symbols=48)
ROW_S = W.symbol_duration_s
WINDOW = dict(window_s=40 * ROW_S, hop_s=10 * ROW_S)


def sent_rows(n_frames, seed=0):
    """Random QPSK in every cell but DC."""
    rng = np.random.default_rng(seed)
    cells = rng.integers(0, 4, (n_frames, W.n_symbols, W.n_subcarriers))
    rows = np.exp(0.5j * np.pi * cells)
    rows[..., W.n_subcarriers // 2] = 0
    return rows.astype(np.complex64)


def row_times_s(n_frames):
    """Of every row, after the first; a preamble stands before each frame."""
    frame_rows = W.n_preamble_symbols + W.n_symbols
    return ROW_S * (np.arange(n_frames)[:, None] * frame_rows + np.arange(W.n_symbols))


def echo(tx, range_m, velocity_mps):
    """A reflector of amplitude 1: phase of the carrier by the way, of the cells by the delay."""
    way_m = 2 * (range_m - velocity_mps * row_times_s(len(tx)))[..., None]
    k = np.arange(W.n_subcarriers) - W.n_subcarriers // 2
    turns = -way_m / C_MPS * (W.carrier_freq_hz + k * W.subcarrier_spacing_hz)
    return tx * np.exp(2j * np.pi * turns)


def noise(shape, variance, seed=5):
    rng = np.random.default_rng(seed)
    return rng.normal(0, math.sqrt(variance / 2), (*shape, 2)) @ [1, 1j]


def whole_power():
    """Of a reflector of amplitude 1 in the middle of the gate and in the middle of a cell."""
    over_cells = isac.dsp.window_values(isac.window.HAMMING, W.n_subcarriers).astype(float)
    over_rows = isac.dsp.window_values(isac.window.HANN, 40).astype(float)
    occupied = over_cells.sum() - over_cells[W.n_subcarriers // 2]
    return occupied**2 / W.n_subcarriers * over_rows.sum() ** 2 / 40


@pytest.mark.parametrize("range_m, cell", [(60, 7), (200.7, -11)])
def test_a_mover_peaks_at_its_velocity_with_the_power_of_its_cells(range_m, cell):
    """All cells of all rows of a window add up in phase. What the prediction of a preamble and
    the change of range on the way leave is below 1 %."""
    radar = isac.dsp.micro_doppler(W, range_m=range_m, clutter_s=0, **WINDOW)
    velocity_mps = cell * radar.velocity_step_mps
    tx = sent_rows(4)
    middle_m = range_m + velocity_mps * row_times_s(4)[-1, -1] / 2
    columns = radar.process(tx, echo(tx, middle_m, velocity_mps))
    assert np.all(columns.argmax(axis=1) == radar.n_velocities // 2 + cell)
    assert columns.max(axis=1) == pytest.approx(whole_power(), rel=0.01)


def test_the_axes_are_in_seconds_and_metres_per_second():
    radar = isac.dsp.micro_doppler(W, padding=3, max_velocity_mps=50, **WINDOW)
    assert radar.column_s == pytest.approx(10 * ROW_S)
    assert radar.first_column_s == pytest.approx(20 * ROW_S)
    assert radar.velocity_step_mps == pytest.approx(W.wavelength_m / (2 * 120 * ROW_S))
    assert radar.n_velocities == 2 * int(50 / radar.velocity_step_mps) + 1
    axes = isac.dsp.micro_doppler.axes(W, padding=3, max_velocity_mps=50, **WINDOW)
    assert axes == (radar.n_velocities, radar.velocity_step_mps, radar.column_s)


def test_time_goes_on_through_preambles():
    """A flash of four rows is in the columns whose windows hold it, in whatever frame."""
    radar = isac.dsp.micro_doppler(W, range_m=60, clutter_s=0, **WINDOW)
    tx = sent_rows(5)
    rx = 1e-3 * noise(tx.shape, 1)
    rx[3, 20:24] += echo(tx, 60, 0)[3, 20:24]
    power = radar.process(tx, rx).sum(axis=1)
    flash_s = row_times_s(5)[3, 22]
    times_s = radar.first_column_s + radar.column_s * np.arange(len(power))
    assert abs(np.sum(power * times_s) / power.sum() - flash_s) < radar.column_s / 2


def test_noise_stays_what_it_is():
    """E|n|^2 of a cell is the mean of the spectrogram: 1400 rows make no fewer than 1400
    independent values, of which five sigma are 13 %. Predicted preambles, 4 rows of 52, hold
    less noise than rows."""
    radar = isac.dsp.micro_doppler(W, clutter_s=0, **WINDOW)
    tx = sent_rows(30)
    columns = radar.process(tx, noise(tx.shape, 0.3))
    assert 0.3 * (1 - 4 / 52 - 0.13) < columns.mean() < 0.3 * 1.13


def test_what_stands_still_does_not_hide_what_moves():
    """60 dB apart in the same gate: all of the still one goes, up to the rounding of floats."""
    tx = sent_rows(8)
    still, moving = 1000 * echo(tx, 60, 0), echo(tx, 60, 40)
    settings = dict(range_m=60, clutter_s=100 * ROW_S, **WINDOW)
    radar = isac.dsp.micro_doppler(W, **settings)
    alone, both = radar.process(tx, moving), radar.process(tx, still + moving)
    cell = radar.n_velocities // 2 + round(40 / radar.velocity_step_mps)
    assert np.all(abs(both.argmax(axis=1) - cell) <= 1)
    assert both.max(axis=1) == pytest.approx(alone.max(axis=1), rel=0.01)
    assert radar.process(tx, still).max() < 1e-4 * whole_power()
    kept = isac.dsp.micro_doppler(W, **{**settings, "clutter_s": 0}).process(tx, still + moving)
    assert np.all(kept.argmax(axis=1) == radar.n_velocities // 2)


def test_a_preamble_leaves_no_image_of_a_steady_line():
    """4 missing rows of 40 would make images 20 dB down; predicted they are below 50 dB, where
    noise of -60 dB per row limits what can be predicted."""
    radar = isac.dsp.micro_doppler(W, range_m=60, clutter_s=0, velocity_window=isac.window(3),
                                   **WINDOW)
    tx = sent_rows(6)
    columns = radar.process(tx, echo(tx, 60, 55) + noise(tx.shape, 1e-6 * W.n_subcarriers))
    cells = np.arange(radar.n_velocities)
    far = abs(cells - columns.mean(axis=0).argmax()) > 5 * radar.n_velocities / 40
    assert columns[:, far].max() < 1e-5 * columns.max()


def test_a_deep_gate_holds_what_walks_out_of_a_shallow_one():
    tx = sent_rows(4)
    away = echo(tx, 60 + 2 * W.range_bin_m, 40)
    shallow, deep = (isac.dsp.micro_doppler(W, range_m=60, depth_m=d, **WINDOW)
                     for d in (0, 5 * W.range_bin_m))
    assert (shallow.n_gates, deep.n_gates) == (1, 5)
    assert deep.process(tx, away).max() == pytest.approx(whole_power(), rel=0.3)
    assert shallow.process(tx, away).max() < 1e-3 * whole_power()


def test_the_gate_can_be_moved_while_it_runs():
    tx = sent_rows(8)
    rx = echo(tx, 60, 40) + echo(tx, 200, -40)
    radar = isac.dsp.micro_doppler(W, range_m=60, clutter_s=0, **WINDOW)
    first = radar.process(tx[:4], rx[:4], more=True)
    radar.set_range_m(200)
    then = radar.process(tx[4:], rx[4:])
    middle = radar.n_velocities // 2
    assert np.all(first.argmax(axis=1) > middle) and np.all(then[8:].argmax(axis=1) < middle)
    with pytest.raises(ValueError, match="^micro_doppler: range_m = 1e.06, but it must be in"):
        radar.set_range_m(1e6)


def test_missing_frames_are_missing_time():
    """The columns in between are there, of what is left in their windows, or 0."""
    tx = sent_rows(10)
    rx = echo(tx, 60, 40)
    radar = isac.dsp.micro_doppler(W, range_m=60, clutter_s=0, **WINDOW)
    whole = radar.process(tx, rx)
    first = radar.process(tx[:3], rx[:3], more=True)
    torn = np.concatenate([first, radar.process(tx[7:], rx[7:], n_missed=4)])
    assert torn.shape == whole.shape and radar.missed_frames == 4
    times_s = np.arange(len(torn)) * radar.column_s
    early = times_s + 40 * ROW_S < row_times_s(10)[2, -1]
    late = times_s > row_times_s(10)[7, 0]
    np.testing.assert_allclose(torn[early | late], whole[early | late],
                               atol=0.01 * whole.max())
    nothing = (times_s > row_times_s(10)[2, -1]) & (times_s + 41 * ROW_S < row_times_s(10)[7, 0])
    assert np.all(torn[nothing] == 0) and nothing.any()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_rows_without_numbers_are_missing_and_counted(value):
    """One bad row spoils what the WIENER filter measures over its frame; MATCHED loses a row."""
    tx = sent_rows(6)
    rx = echo(tx, 60, 40).astype(np.complex64)
    rx[2, 7, 3] = value
    for kind, lost in ((isac.radar_filter.MATCHED, 1), (isac.radar_filter.WIENER, 48)):
        radar = isac.dsp.micro_doppler(W, range_m=60, filter=kind, **WINDOW)
        columns = radar.process(tx, rx)
        assert np.all(np.isfinite(columns)) and 0 < radar.missing_rows <= lost
        assert columns[-3:].max() > 0.9 * whole_power()


@pytest.mark.parametrize("sent, heard", [(0, 0), (1, 0), (0, 1)])
def test_silence_is_dark(sent, heard):
    tx = sent * sent_rows(3)
    columns = isac.dsp.micro_doppler(W, **WINDOW).process(tx, heard * echo(sent_rows(3), 60, 9))
    assert columns.shape[0] > 10 and np.all(columns == 0)


@pytest.mark.parametrize("fields, message", [
    ({"range_m": -1}, r"range_m = -1, but it must be in \[0, "),
    ({"range_m": math.nan}, "range_m = nan, but it must be in"),
    ({"depth_m": 1e9}, r"depth_m = 1e\+09, but it must be 0 or more"),
    ({"window_s": ROW_S}, "window_s = .*, but it must be four rows or more, of "),
    ({"window_s": 1e6}, r"window_s = 2e\+06, but with its padding it must be at most"),
    ({"hop_s": 0}, "hop_s = 0, but it must be half a row or more"),
    ({"max_velocity_mps": -3}, "max_velocity_mps = -3, but it must be 0"),
    ({"clutter_s": math.inf}, "clutter_s = inf, but it must be 0 or more"),
    ({"padding": 0}, r"padding = 0, but it must be in \[1, 64\]$")])
def test_a_bad_value_is_refused_by_name(fields, message):
    with pytest.raises(ValueError, match="^micro_doppler: " + message):
        isac.dsp.micro_doppler(W, **fields)


def tagged(number, offset):
    tag = gr.tag_t()
    tag.offset, tag.key = offset, pmt.intern("isac_frame")
    tag.value = pmt.dict_add(pmt.make_dict(), pmt.intern("number"), pmt.from_uint64(number))
    return tag


@pytest.mark.parametrize("numbers, n_missed", [(range(6), 0), ([4, 5, 6, 9, 10, 11], 2)])
def test_the_block_is_the_dsp_on_streams(numbers, n_missed):
    """Tags on input 1 carry the frame numbers; flow.run puts them on input 0, hence the turn."""
    tx = sent_rows(6)
    rx = (echo(tx, 60, 40) + noise(tx.shape, 1e-3)).astype(np.complex64)
    settings = dict(range_m=60, clutter_s=60 * ROW_S, **WINDOW)
    dsp, block = isac.dsp.micro_doppler(W, **settings), isac.micro_doppler(W, **settings)
    expected = np.concatenate([dsp.process(tx[:3], rx[:3], more=True),
                               dsp.process(tx[3:], rx[3:], more=True, n_missed=n_missed)])
    tags = [tagged(number, i * W.n_symbols) for i, number in enumerate(numbers)]
    columns, came = run(turned(block), rx.reshape(-1, W.n_subcarriers),
                        tx.reshape(-1, W.n_subcarriers), dtype=np.float32, tags=tags)
    np.testing.assert_array_equal(columns, expected)
    assert block.missed_frames == n_missed and block.missing_rows == 0
    came = [pmt.to_uint64(pmt.dict_ref(t.value, pmt.intern("number"), pmt.PMT_NIL)) for t in came]
    assert came and set(came) <= set(numbers) and came == sorted(came)


def turned(block):
    """The block with its inputs the other way round."""
    hier = gr.hier_block2("turned", block.input_signature(), block.output_signature())
    hier.connect((hier, 0), (block, 1))
    hier.connect((hier, 1), (block, 0))
    hier.connect(block, hier)
    return hier


def test_many_columns_of_long_frames_fit_between_the_blocks():
    """GNU Radio sizes a buffer by the block behind it: a frame of rows must fit into it although
    it makes as many columns as rows."""
    w = isac.waveform(n_subcarriers=256, fft_len=512, cp_len=36, n_symbols=256)
    rows = np.ones((4 * w.n_symbols, w.n_subcarriers), np.complex64)
    row_s = w.symbol_duration_s
    block = isac.micro_doppler(w, window_s=16 * row_s, hop_s=row_s, clutter_s=0)
    columns, _ = run(block, rows, rows, dtype=np.float32)
    total = 4 * w.n_symbols + 3 * w.n_preamble_symbols
    assert len(columns) == total - 16 + 1


def test_a_spectrogram_of_any_series():
    """Against the sum that it is, with a sample missing."""
    rng = np.random.default_rng(1)
    x = (rng.normal(size=(300, 2)) @ [1, 1j]).astype(np.complex64)
    x[100] = np.nan
    columns = isac.dsp.spectrogram(window_len=32, hop=8, clutter_len=0).process(x)
    taper = isac.dsp.window_values(isac.window.HANN, 32).astype(float)
    assert len(columns) == (300 - 32) // 8 + 1
    for c in (0, 9, 20):
        piece = x[8 * c:8 * c + 32]
        there = np.isfinite(piece)
        spectrum = np.fft.fftshift(np.fft.fft(np.where(there, taper * piece, 0), 64))
        np.testing.assert_allclose(columns[c], abs(spectrum) ** 2 / there.sum(), rtol=1e-4)
    with pytest.raises(ValueError, match="^spectrogram: window_len = 3, but it must be in"):
        isac.dsp.spectrogram(window_len=3)

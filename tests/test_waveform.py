# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The layout of a frame: where data, pilots, references and silence stand."""

import numpy as np
import pytest
from gnuradio import isac

DFT = isac.precoding.DFT
SMALL = dict(fft_len=256, cp_len=32, n_subcarriers=200, n_symbols=20, precoding=DFT,
             pilot_spacing=16)


def is_7_smooth(n):
    for factor in (2, 3, 5, 7):
        while n % factor == 0:
            n //= factor
    return n == 1


def chips_of(cells):
    """Independent model: cells in ascending frequency -> chips."""
    return np.fft.ifft(np.fft.ifftshift(cells, axes=-1), norm="ortho")


@pytest.mark.parametrize("n_subcarriers", [8, 52, 192, 200, 512, 768, 1024])
def test_the_dft_is_the_longest_quick_one(n_subcarriers):
    """Even, to leave DC empty in its middle; 511 cells would have a factor of 73."""
    w = isac.waveform(fft_len=2048, n_subcarriers=n_subcarriers, precoding=DFT,
                      pilot_spacing=4, n_symbols=200)
    assert w.n_dft == max(n for n in range(2, n_subcarriers - 1, 2) if is_7_smooth(n))
    dc = n_subcarriers // 2
    offsets = np.array(w.data_cells) - dc
    np.testing.assert_array_equal(offsets, -offsets[::-1])
    assert 0 not in offsets and len(offsets) == w.n_dft and list(w.pilot_cells) == []


@pytest.mark.parametrize("n_symbols, spacing", [(3, 2), (16, 8), (17, 8), (18, 8), (256, 8),
                                                (20, 100)])
def test_reference_rows_stand_on_both_sides_of_every_data_row(n_symbols, spacing):
    w = isac.waveform(precoding=DFT, n_symbols=n_symbols, reference_spacing=spacing)
    rows = [w.is_reference_row(r) for r in range(n_symbols)]
    assert rows[0] and rows[-1]
    assert rows == [r % spacing == 0 or r == n_symbols - 1 for r in range(n_symbols)]
    assert w.n_data_rows == rows.count(False)
    assert w.bits_per_frame == w.n_data_rows * w.bits_per_row


def test_ofdm_has_neither_reference_nor_guard():
    w = isac.waveform(reference_spacing=3, guard_len=7)
    assert w.id == isac.waveform().id and w.n_data_rows == w.n_symbols
    assert w.n_data == w.n_dft == len(w.data_cells) and not w.is_reference_row(0)
    assert len(w.pilot_cells) == w.n_pilots and w.max_delay_len == w.cp_len


@pytest.mark.parametrize("guard_len", [0, 13, 25])
def test_chips_are_pilots_data_and_silence(guard_len):
    """Float transforms of 200 points err by about 1e-6."""
    w = isac.waveform(**SMALL, guard_len=guard_len)
    data = (np.random.default_rng(1).normal(size=(5, w.n_data, 2)) @ [1, 1j]) / np.sqrt(2)
    cells = isac.dsp.dft_spreader(w).spread(data)
    scale = np.sqrt(w.n_dft / (w.n_dft - guard_len))
    chips = chips_of(cells) / scale
    np.testing.assert_allclose(chips[:, w.data_chips], data, atol=1e-5)
    np.testing.assert_allclose(abs(chips[:, w.pilot_chips]), 1, atol=1e-5)
    assert all(i % 16 == 0 for i in w.pilot_chips)
    used = w.n_dft - guard_len
    assert sorted(w.pilot_chips + w.data_chips) == list(range(used))
    np.testing.assert_allclose(chips[:, used:], 0, atol=1e-5)


@pytest.mark.parametrize("row", [0, 8])
@pytest.mark.parametrize("guard_len", [0, 25])
def test_a_reference_row_is_flat(guard_len, row):
    """Every cell shows the channel alike: within 10 % of power 1, exactly without a guard."""
    w = isac.waveform(**SMALL, guard_len=guard_len)
    reference = isac.dsp.grid_mapper(w).reference(row)
    cells = reference[w.data_cells]
    assert np.all(np.delete(reference, w.data_cells) == 0)
    assert np.mean(abs(cells) ** 2) == pytest.approx(1, abs=1e-5)
    np.testing.assert_allclose(abs(cells) ** 2, 1, atol=0.1 if guard_len else 1e-4)
    np.testing.assert_allclose(chips_of(cells)[w.n_dft - guard_len:], 0, atol=1e-5)


def test_a_frame_has_the_rows_that_the_waveform_says():
    w = isac.waveform(**SMALL, guard_len=10)
    _, rows = isac.dsp.transmitter(w).modulate(b"layout")
    mapper = isac.dsp.grid_mapper(w)
    for r, row in enumerate(rows):
        assert np.array_equal(row, mapper.reference(r)) == w.is_reference_row(r)
        assert np.all(np.delete(row, w.data_cells) == 0)
    # The power of n_data_rows * n_dft cells that are nearly Gaussian: five sigma.
    data = rows[[not w.is_reference_row(r) for r in range(w.n_symbols)]][:, w.data_cells]
    assert np.mean(abs(data) ** 2) == pytest.approx(1, abs=5 / np.sqrt(data.size))


@pytest.mark.parametrize("cp_len, guard_len", [(64, 0), (0, 40), (0, 60), (16, 45)])
def test_the_guard_does_what_a_prefix_does(cp_len, guard_len):
    """An echo at -3 dB, 48 samples late, inside prefix, guard or both of them together.

    What leaks into the guard between the chips, 1 % of the power of a row, is what an echo
    carries over: over 48 of 1024 samples 10^-3.6 of a cell. Deconvolution of a channel with
    notches of -10 dB and the estimate, spoilt likewise, make ten times that at most. Without
    guard and prefix nothing is left of a symbol.
    """
    w = isac.waveform(cp_len=cp_len, guard_len=guard_len, n_symbols=20, precoding=DFT,
                      pilot_spacing=32, modulation=isac.modulation.QAM16)
    assert w.max_delay_len >= 48
    sent, rows = isac.dsp.transmitter(w).modulate(b"echo")
    body = sent[w.preamble_len:]
    echo = np.concatenate([np.zeros(48), body[:-48]]) * 10 ** (-3 / 20) * 1j
    received = isac.dsp.ofdm_demodulator(w).demodulate(body + echo)
    channel, _ = isac.dsp.channel_estimator(w).estimate_frame(received, 1e-4)
    cells, noise = isac.dsp.equalizer(w).equalize(received, channel, 1e-4)
    of_data = [not w.is_reference_row(r) for r in range(w.n_symbols)]
    symbols, _ = isac.dsp.dft_despreader(w).despread(cells[of_data], noise[of_data])
    exact, _ = isac.dsp.dft_despreader(w).despread(
        rows[of_data][:, w.data_cells], np.full_like(noise[of_data], 1e-9))
    assert np.mean(abs(symbols - exact) ** 2) < 10 ** -2.6


@pytest.mark.parametrize("fields, name", [
    (dict(reference_spacing=1), "reference_spacing = 1"),
    (dict(guard_len=-1), "guard_len = -1"),
    (dict(guard_len=99), r"guard_len = 99, but it must be in \[0, 98\]"),
    (dict(n_symbols=2), "n_symbols = 2")])
def test_a_layout_without_room_is_refused_by_name(fields, name):
    with pytest.raises(ValueError, match=f"waveform: {name}"):
        isac.waveform(**{**SMALL, **fields})


def test_references_tell_the_delay_of_what_moves():
    """Doppler moves a chirp in time, up or down: over references that take turns, by nothing.

    A shift by eps of a cell moves a chirp that runs through the band once by eps chips, that is
    eps N / n_dft samples: a slope of the phase over the cells. Where the chirp begins and ends,
    at DC, the phase jumps back by the 2 pi eps that the slope makes over the band, and a line
    through both halves has the slope 1 - n (n^2 / 8) / (n^3 / 12) = -1/2 of that. Half of the
    references are moved one way and half the other, but for terms of second order in eps.
    """
    w, eps = isac.waveform(precoding=DFT, n_symbols=57, pilot_spacing=32), 0.02
    sent, rows = isac.dsp.transmitter(w).modulate(b"moving")
    body = sent[w.preamble_len:]
    heard = body * np.exp(2j * np.pi * eps * np.arange(len(body)) / w.fft_len)
    z = isac.dsp.ofdm_demodulator(w).demodulate(heard.astype(np.complex64)) * rows.conj()
    k = np.arange(w.n_subcarriers) - w.n_subcarriers // 2
    tap = z.sum(axis=1, keepdims=True)
    delays = (-(z / tap).imag @ k / np.mean(k ** 2) * w.fft_len / (2 * np.pi))
    is_reference = np.array([w.is_reference_row(r) for r in range(w.n_symbols)])
    one_way = 0.5 * eps * w.fft_len / w.n_dft
    found = delays[is_reference]
    assert np.sign(found).sum() == 0 and len(found) == 8
    np.testing.assert_allclose(abs(found), one_way, rtol=0.1)
    assert abs(found.mean()) < 2 * eps * one_way

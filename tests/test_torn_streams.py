# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Causes for which bench/soak.py once lost frames that no gap had touched, one test each."""

import numpy as np
import pytest
from gnuradio import isac
from streams import noise, shift, transmit

W = isac.waveform(fft_len=128, cp_len=16, n_subcarriers=100, n_symbols=6)
SAMPLES, _ = transmit(W, 4)


def found(samples, power=1e-3):
    x = (samples + noise(len(samples), power)).astype(np.complex64)
    return {frame["number"] for frame in isac.dsp.frame_sync(W).find(x)[0]}


def received(samples):
    """The frames that came out whole."""
    return [f for f in isac.dsp.receiver(W).receive(samples.astype(np.complex64)) if f["crc_ok"]]


def test_a_frame_may_end_anywhere():
    """Above all inside its header: that can still be read, with the next preamble in it."""
    first, end = W.frame_len, 2 * W.frame_len
    for kept in range(0, W.frame_len, 6):
        stream = np.delete(SAMPLES, slice(first + kept, end))
        assert found(stream) >= {0, 2, 3}, f"{kept} samples kept"


def test_any_number_of_samples_may_be_missing():
    """Above all so many that the rows end where the next preamble is not yet certain."""
    at = W.frame_len + W.preamble_len
    for lost in range(2, W.frame_len - W.preamble_len, 2):
        stream = np.delete(SAMPLES, slice(at, at + lost))
        assert found(stream) >= {0, 2, 3}, f"{lost} samples missing"


def repeated(n, cfo):
    """The same payload again and again, each frame with the phase of the one before."""
    transmitter, payload = isac.dsp.transmitter(W), bytes(range(W.payload_len))
    return [shift(transmitter.modulate(payload, i)[0].astype(complex), cfo, W.fft_len)
            for i in range(n)]


@pytest.mark.parametrize("cfo", [-1.885, 1.835, 3.9, -2.0, 0.5])
@pytest.mark.parametrize("drop_db", [13, 46])
def test_what_frames_have_in_common_is_no_offset_of_the_receiver(cfo, drop_db):
    """A cell that the carrier offset moves near DC leaves the same mean in every frame.

    Taken for an offset, it was subtracted, and drowned the frames behind a step of level.
    At an SNR of 35 dB nothing else is in their way. The SNR is estimated from noise in
    n = 100 + 50 cells, to 4.35 / sqrt(150) dB; five sigma are 1.8 dB.
    """
    snr_db, n = 35, 24
    frames = repeated(n, cfo)
    gains = [1 if i < n // 2 else 10 ** (-drop_db / 20) for i in range(n)]
    power = 10 ** (-snr_db / 10)
    stream = np.concatenate([g * (f + noise(len(f), power, seed=i))
                             for i, (f, g) in enumerate(zip(frames, gains, strict=True))])
    out = received(stream)
    assert [f["number"] for f in out] == list(range(n))
    assert all(f["snr_db"] > snr_db - 1.8 for f in out)


@pytest.mark.parametrize("cfo", [0.0, 0.1, -0.5, 1.0, 1.9, -3.3])
@pytest.mark.parametrize("offset_db", [-20, -10])
def test_an_offset_of_the_receiver_leaves_nothing(cfo, offset_db):
    """Down to 1/(2 fft_len apart) of the noise, apart = 1 - |mean of exp(j pi c q)|^2 over four
    halves: 0.1 at c = 1.9, which is 1/50 of the noise over all cells."""
    snr_db, n = 35, 6
    samples, _ = transmit(W, n)
    offset = np.sqrt(np.mean(np.abs(samples) ** 2)) * 10 ** (offset_db / 20) * np.exp(0.7j)
    stream = shift(samples, cfo, W.fft_len) + offset
    out = received(stream + noise(len(stream), 10 ** (-snr_db / 10)))
    assert [f["number"] for f in out] == list(range(n))
    assert all(f["bit_errors"] == 0 for f in out)
    if cfo:
        assert np.mean([f["snr_db"] for f in out]) > snr_db - 1.8 / np.sqrt(n) - 0.1

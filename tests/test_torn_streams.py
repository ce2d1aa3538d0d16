# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Causes for which bench/soak.py once lost frames that no gap had touched, one test each."""

import numpy as np
from gnuradio import isac
from streams import noise, transmit

W = isac.waveform(fft_len=128, cp_len=16, n_subcarriers=100, n_symbols=6)
SAMPLES, _ = transmit(W, 4)


def found(samples, power=1e-3):
    x = (samples + noise(len(samples), power)).astype(np.complex64)
    return {frame["number"] for frame in isac.dsp.frame_sync(W).find(x)[0]}


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

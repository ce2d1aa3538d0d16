# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The soft bits of the whole receiver have the scale of log-likelihood ratios.

Frames in white noise, found, estimated and demapped by the receiver. Its LLRs belong to the noise
it has measured, so the scale is compared times that over the true noise. What is left is the
error of the channel estimate, which is noise that the receiver counts or not: 0.06 of the noise
for delays over the whole prefix, tracking adds 0.02 (tests/test_channel_estimation.py). Over n
bits, the mean of an LLR of mean 2 and variance 4 varies by 1 / sqrt(n) and its variance by
sqrt(2 / n), their ratio by sqrt(3 / n): five sigma are 0.057 for BPSK, n = 23100.
"""

import sys
from pathlib import Path

import numpy as np
import pytest
from gnuradio import isac
from streams import noise

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))
from chain import KnownChannelReceiver, flat  # noqa: E402

SYSTEMATIC = 0.08
PRECODINGS = [isac.precoding.NONE, isac.precoding.DFT]


def soft_and_true(modulation, precoding, snr_db, seed):
    """LLRs of the receiver and those of one that knows all, both [n], the bits, noise over true."""
    w = isac.waveform(modulation=modulation, precoding=precoding, n_symbols=64)
    payload = np.random.default_rng(seed).bytes(w.payload_len)
    samples, _ = isac.dsp.transmitter(w).modulate(payload, 3)
    noise_var = 10 ** (-snr_db / 10)
    heard = (samples + noise(len(samples), noise_var, seed)).astype(np.complex64)
    frame, = isac.dsp.receiver(w).receive(heard)
    soft = np.asarray(frame["soft_bits"], float).ravel() / isac.dsp.LLR_STEPS
    true = KnownChannelReceiver(w).llrs(heard[w.preamble_len:], flat(w), noise_var)
    bits = isac.dsp.frame_encoder(w).encode(np.frombuffer(payload, np.uint8))
    return soft, np.asarray(true, float).ravel(), bits.ravel(), frame["noise_var"] / noise_var


@pytest.mark.parametrize("precoding", PRECODINGS, ids=str)
@pytest.mark.parametrize("modulation, snr_db", [(isac.modulation.BPSK, -2),
                                                (isac.modulation.QPSK, 1)], ids=str)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_variance_of_an_llr_is_twice_its_mean(modulation, snr_db, precoding, seed):
    """LLRs of one bit a dimension are Gaussian; a wrong scale a makes this ratio a."""
    soft, _, bits, noise_ratio = soft_and_true(modulation, precoding, snr_db, seed)
    llrs = soft * (1 - 2.0 * bits)
    variance = llrs.var() - 1 / 12 / isac.dsp.LLR_STEPS ** 2  # less that of rounding
    scale = variance / (2 * llrs.mean()) * noise_ratio
    assert abs(scale - 1) < SYSTEMATIC + 5 * np.sqrt(3 / len(bits))


@pytest.mark.parametrize("precoding", PRECODINGS, ids=str)
@pytest.mark.parametrize("modulation, snr_db", [(isac.modulation.QAM16, 7),
                                                (isac.modulation.QAM64, 13),
                                                (isac.modulation.QAM256, 19)], ids=str)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_more_bits_a_symbol_have_the_scale_of_max_log(modulation, snr_db, precoding, seed):
    """The slope over the LLRs of a known channel, where no soft bit is at its end."""
    soft, true, _, noise_ratio = soft_and_true(modulation, precoding, snr_db, seed)
    inside = np.abs(true) < 100 / isac.dsp.LLR_STEPS
    slope = np.dot(soft[inside], true[inside]) / np.dot(true[inside], true[inside])
    assert abs(slope * noise_ratio - 1) < SYSTEMATIC

# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The receive chain step by step on arrays, told what a real receiver must find out."""

import numpy as np
from gnuradio import isac

MODULATIONS = ("BPSK", "QPSK", "QAM16", "QAM64", "QAM256")


def complex_noise(rng, n, variance):
    """complex64 [n] with E|x|^2 = variance."""
    x = rng.standard_normal(2 * n, np.float32)
    x *= np.float32(np.sqrt(variance / 2))
    return x.view(np.complex64)


class KnownChannelReceiver:
    """From the first sample of the first row on, with channel and noise as they are.

    Demodulator, equalizer, despreader, demapper and decoder are those of the receiver.
    """

    def __init__(self, waveform):
        w = self.waveform = waveform
        is_reference = getattr(w, "is_reference_row", lambda row: False)
        self._data_rows = [r for r in range(w.n_symbols) if not is_reference(r)]
        self._demodulator = isac.dsp.ofdm_demodulator(w)
        self._equalizer = isac.dsp.equalizer(w)
        self._despreader = isac.dsp.dft_despreader(w)
        self._demapper = isac.dsp.symbol_demapper(w.modulation)
        self._decoder = isac.dsp.frame_decoder(w)

    def llrs(self, body, channel, noise_var):
        """body complex64 [body_len], channel [n_symbols, n_subcarriers] -> float32 LLRs."""
        rows = self._demodulator.demodulate(body)[self._data_rows]
        channel = np.broadcast_to(channel, (self.waveform.n_symbols, rows.shape[1]))
        symbols, noise = self._equalizer.equalize(rows, channel[self._data_rows], noise_var)
        if self.waveform.precoding == isac.precoding.DFT:
            symbols, noise = self._despreader.despread(symbols, noise)
        return self._demapper.demap(symbols, noise)

    def decode(self, body, channel, noise_var):
        """(payload bytes, crc_ok)."""
        payload, crc_ok, _ = self._decoder.decode(self.llrs(body, channel, noise_var))
        return payload.tobytes(), crc_ok


def flat(waveform):
    """A channel that changes nothing: [1, n_subcarriers] of 1."""
    return np.ones((1, waveform.n_subcarriers), np.complex64)

# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Frames of a waveform and the echoes of points in white noise, straight from the model.

    y[m, k] = x[m, k] sum over i of a_i exp(2 pi j (v_i m / M - r_i k / K)) + n[m, k]

with k and m counted from the middle of K cells and M rows, positions in bins and E|n|^2 = 1. An
SNR is that of the peak of a map without windows: |a|^2 times the number of cells sent.
"""

import numpy as np
from gnuradio import isac

POOL = 16  # frames that are sent again and again


class Echoes:
    """Makes [M, K] grids of what was sent and what came back."""

    def __init__(self, waveform, seed):
        self.w = waveform
        self.rng = np.random.default_rng(seed)
        transmitter = isac.dsp.transmitter(waveform)
        self.sent = [transmitter.modulate(self.rng.bytes(waveform.payload_len), i)[1]
                     for i in range(POOL)]
        self.k = np.arange(waveform.n_subcarriers) - waveform.n_subcarriers // 2
        self.m = np.arange(waveform.n_symbols) - waveform.n_symbols // 2
        is_sent = np.any([np.any(x != 0, axis=0) for x in self.sent], axis=0)
        self.cells = self.k[is_sent]  # that are ever sent

    @property
    def n_sent(self):
        return len(self.cells) * self.w.n_symbols

    def look(self, targets):
        """(sent, received) with targets [(range_bin, velocity_bin, snr_db, phase_rad)]."""
        sent = self.sent[self.rng.integers(POOL)]
        channel = np.zeros(sent.shape, complex)
        for range_bin, velocity_bin, snr_db, phase_rad in targets:
            amplitude = np.sqrt(10 ** (snr_db / 10) / self.n_sent)
            turns = velocity_bin * self.m / len(self.m)
            channel += np.outer(amplitude * np.exp(1j * phase_rad + 2j * np.pi * turns),
                                np.exp(-2j * np.pi * range_bin * self.k / len(self.k)))
        noise = self.rng.normal(scale=np.sqrt(0.5), size=(*sent.shape, 2)) @ [1, 1j]
        return sent, (channel * sent + noise).astype(np.complex64)

    def anywhere(self, snr_db, margin_bins=0.0, room=(0.0, 0.0)):
        """A target off the grid, within the prefix, with `room` bins to its end."""
        last = self.w.max_range_m / self.w.range_bin_m - margin_bins - room[0]
        return (self.rng.uniform(margin_bins, last),
                self.rng.uniform(-self.w.n_symbols / 2, self.w.n_symbols / 2), snr_db,
                self.rng.uniform(0, 2 * np.pi))


class Sensing:
    """Map and detection as sensor does both; returns positions in bins, strongest first."""

    def __init__(self, waveform, **parameters):
        self.w = waveform
        self._map = isac.dsp.range_doppler(waveform, **{
            k: v for k, v in parameters.items() if "window" in k or "padding" in k})
        self._detector = isac.dsp.target_detector(waveform, **parameters)

    def targets(self, sent, received):
        return self._detector.detect(self._map.compute(sent, received), sent, received)

    def positions(self, sent, received):
        """[n, 2], range and velocity bins."""
        found = self.targets(sent, received)
        return np.stack([found["range_m"] / self.w.range_bin_m,
                         found["velocity_mps"] / self.w.velocity_bin_mps], axis=1)

    def offsets(self, positions, target):
        """[n, 2]: how far positions lie from a target, velocity the short way round."""
        by = positions - np.array(target[:2])
        half = self.w.n_symbols / 2
        by[:, 1] = (by[:, 1] + half) % (2 * half) - half
        return by


def matched(sensing, positions, targets, within_bins):
    """Targets that have a position of their own within so many bins in both axes."""
    free, n = list(range(len(positions))), 0
    for target in targets:
        apart = np.abs(sensing.offsets(positions[free], target)).max(axis=1, initial=0)
        if len(free) and apart.min() < within_bins:
            free.pop(int(apart.argmin()))
            n += 1
    return n

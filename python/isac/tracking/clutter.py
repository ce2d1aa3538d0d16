# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many detections chance brings, and where."""

import numpy as np

FRAMES = 20                 # over which unexplained detections are counted
SHAPE = np.array([8, 16])   # parts of the map, range by velocity
LEAST = 0.1                 # unexplained detections of a frame, were they all over the map


class ClutterMap:
    """Density of unexplained detections, learned from frame to frame for each part of the map:
    there are more of them near standstill.

    Args:
        waveform: tells the size of the map
    """

    def __init__(self, waveform):
        self._map = np.array([waveform.max_range_m, 2 * waveform.max_velocity_mps])
        self._mean = np.full(SHAPE, 1 / np.prod(SHAPE))  # of one frame
        # Of the space of all measurements, without and with an angle.
        self.size = np.prod(self._map) * np.array([1, np.pi])

    def count(self, unexplained):
        """The unexplained detections [n, 3] of one more frame."""
        self._mean *= 1 - 1 / FRAMES
        np.add.at(self._mean, self._part_of(unexplained), 1 / FRAMES)

    def density(self, measured, has_angle):
        """Of a frame's unexplained detections around measured [n, 3], per m m/s or m m/s rad."""
        mean = self._mean[self._part_of(measured)] * self._mean.size
        return np.maximum(mean, LEAST) / self.size[has_angle.astype(int)]

    def _part_of(self, measured):
        at = (measured[:, :2] / self._map + (0, 0.5)) * SHAPE
        return tuple(np.clip(at, 0, SHAPE - 1).astype(int).T)

# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tracks in a plot: a line where each was lately, its id where it is."""

import threading
from collections import deque

import numpy as np
import pyqtgraph as pg
from pyqtgraph.Qt import QtCore

TRAIL_LEN = 100  # positions
# Told apart from each other and from a map in viridis, on black as on yellow.
COLORS = "#ffffff", "#ff5d5d", "#ff9ff3", "#00e5ff", "#ffb347", "#c8ff3d"


class TrackTrails:
    """Collects tracks in the thread of the flowgraph, draws them in that of Qt.

    Args:
        plot: pyqtgraph.PlotItem to draw in
    """

    def __init__(self, plot):
        self._plot, self._lock = plot, threading.Lock()
        self._ways, self._missed, self._is_new = {}, {}, False
        self._drawn = {}  # id -> curve, label

    def add(self, range_m, velocity_mps, ids, missed):
        """The tracks of the newest frame; those that are not among them are gone."""
        rows = np.stack([range_m, velocity_mps, ids, missed], axis=1)
        with self._lock:
            before, self._ways, self._missed = self._ways, {}, {}
            for *at, i, misses in rows[np.isfinite(rows).all(axis=1)]:
                self._ways[int(i)] = before.get(int(i), deque(maxlen=TRAIL_LEN))
                self._ways[int(i)].append(at)
                self._missed[int(i)] = misses > 0
            self._is_new = True

    def draw(self):
        with self._lock:
            if not self._is_new:
                return
            self._is_new = False
            # The first one twice: pyqtgraph cannot draw a line of one point.
            ways = {i: np.array([way[0], *way]).T for i, way in self._ways.items()}
            missed = self._missed
        for i in set(self._drawn) - set(ways):
            for item in self._drawn.pop(i):
                self._plot.removeItem(item)
        for i, (range_m, velocity_mps) in ways.items():
            color = COLORS[i % len(COLORS)]
            curve, label = self._drawn.get(i) or self._begin(i, color)
            style = QtCore.Qt.DashLine if missed[i] else QtCore.Qt.SolidLine
            curve.setData(range_m, velocity_mps, pen=pg.mkPen(color, width=2, style=style))
            label.setPos(range_m[-1], velocity_mps[-1])

    def _begin(self, i, color):
        self._drawn[i] = pg.PlotCurveItem(), pg.TextItem(str(i), color=color, anchor=(0.5, 1.5))
        for item in self._drawn[i]:
            self._plot.addItem(item)
        return self._drawn[i]

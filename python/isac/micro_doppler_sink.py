# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later

import math
import os
import threading
import time

os.environ.setdefault("PYQTGRAPH_QT_LIB", "PyQt5")  # the Qt that gr-qtgui 3.10 is built with

import numpy as np
import pyqtgraph as pg
from gnuradio import gr
from pyqtgraph.Qt import QtCore, QtWidgets

from . import micro_motion
from .isac_python import dsp

MAX_COLUMNS = 4000  # on screen: more than it has pixels
NOISE_PERCENTILE, NOISE_OVER_IT_DB = 10, -10 * math.log10(-math.log(0.9))
READINGS = {"none": None, "flash": micro_motion.flash_period, "gait": micro_motion.gait}
READ_EVERY_S = 1


class micro_doppler_sink(gr.sync_block, QtWidgets.QWidget):
    """Draws the spectrogram of micro_doppler as it grows, and says what repeats in it.

    Input: columns as micro_doppler makes them, float[n_velocities], power.

    Time is in seconds, 0 is now; velocity in metres per second, positive approaches; colours in
    dB over the noise, for which a tenth of the cells must be nothing else. The flowgraph never
    waits for the display.

    Args:
        waveform: the waveform shared with the transmitter
        window_s, hop_s, max_velocity_mps, padding: those of the micro_doppler block
        span_s: how much time to show
        reading: "flash" writes the flash period of a rotor above the picture, "gait" the gait
            frequency of a walker, "none" nothing
        span_db: of the colours, over the noise; 0 follows the strongest echo
        fps: pictures per second at most, >= 1
    """

    def __init__(self, waveform, window_s=0.05, hop_s=0.01, max_velocity_mps=0, padding=2,
                 span_s=4, reading="none", span_db=0, fps=10, parent=None):
        if reading not in READINGS:
            raise ValueError(f"micro_doppler_sink: reading = {reading!r}, but it must be one of "
                             + ", ".join(READINGS))
        if not span_db >= 0:
            raise ValueError(f"micro_doppler_sink: span_db = {span_db}, but it must be >= 0")
        if not fps >= 1:
            raise ValueError(f"micro_doppler_sink: fps = {fps}, but it must be >= 1")
        n_velocities, step_mps, column_s = dsp.micro_doppler.axes(
            waveform, window_s, hop_s, max_velocity_mps, padding)
        n_columns = span_s / column_s
        if not 8 <= n_columns <= MAX_COLUMNS:
            raise ValueError(f"micro_doppler_sink: span_s = {span_s}, but it must be in "
                             f"[{8 * column_s:.4g}, {MAX_COLUMNS * column_s:.4g}], "
                             f"8 to {MAX_COLUMNS} columns")
        gr.sync_block.__init__(self, "micro_doppler_sink", [(np.float32, n_velocities)], None)
        QtWidgets.QWidget.__init__(self, parent)
        self._lock, self._read_at = threading.Lock(), 0
        self._columns = np.zeros((round(n_columns), n_velocities), np.float32)
        self._column_s, self._read, self._unit = column_s, READINGS[reading], reading
        self._span_db, self.seen, self.drawn, self.reading = span_db, 0, 0, None
        self._build(step_mps)

        # Qt objects may only be touched in the GUI thread: work() leaves the columns and a
        # timer of the GUI thread draws them.
        self._timer = QtCore.QTimer(self)
        self._timer.timeout.connect(self._draw)
        self._timer.start(int(1000 / fps))

    def _build(self, step):
        pg.setConfigOptions(imageAxisOrder="row-major")
        self._plot = plot = pg.PlotItem(title=" ")
        plot.setLabel("bottom", "time (s), 0 is now")
        plot.setLabel("left", "velocity (m/s), positive approaches")
        colors = pg.colormap.get("viridis")
        self._image = pg.ImageItem(colorMap=colors)
        self._bar = pg.ColorBarItem(
            values=(0, 40), colorMap=colors, label="dB over the noise", interactive=False)
        self._bar.setImageItem(self._image, insert_in=plot)
        plot.addItem(self._image)
        # A cell is drawn around the value it stands for, hence the halves.
        n, cells = self._columns.shape
        self._rect = QtCore.QRectF(-(n - 0.5) * self._column_s, -(cells // 2 + 0.5) * step,
                                   n * self._column_s, cells * step)
        plot.setXRange(self._rect.left(), 0, padding=0)
        plot.setYRange(self._rect.top(), self._rect.bottom(), padding=0)
        for axis in (plot.getAxis("bottom"), plot.getAxis("left"), self._bar.axis,
                     self._bar.getAxis("left")):
            axis.setPen("k")  # as the other displays of GNU Radio: black on white
            axis.setTextPen("k")
        view = pg.GraphicsLayoutWidget()
        view.setBackground("w")
        view.addItem(plot)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(view)
        self.setMinimumSize(420, 320)  # else a grid layout squeezes it away

    def work(self, input_items, output_items):
        new = input_items[0][-len(self._columns):]
        with self._lock:
            self._columns[:-len(new)] = self._columns[len(new):]
            self._columns[len(self._columns) - len(new):] = new
        self.seen += len(input_items[0])
        return len(input_items[0])

    def _draw(self):
        if not self.seen:
            return
        with self._lock:
            columns = self._columns.copy()
        there = columns.max(axis=1) > 0
        power_db = 10 * np.log10(np.maximum(columns, np.finfo(np.float32).tiny))
        if there.any():
            noise_db = np.percentile(power_db[there], NOISE_PERCENTILE) + NOISE_OVER_IT_DB
            power_db -= noise_db
            self._bar.setLevels((0, self._span_db or max(10, float(power_db.max()))))
        self._image.setImage(power_db.T, autoLevels=False)
        self._image.setRect(self._rect)
        self.drawn += 1
        if self._read and time.monotonic() - self._read_at > READ_EVERY_S:
            self._read_at = time.monotonic()
            self._say(self._read(columns[there], self._column_s))

    def _say(self, found):
        self.reading = found
        if math.isnan(found.period_s):
            text = "nothing repeats"
        elif self._unit == "gait":
            text = f"gait {found.frequency_hz:.2f} Hz"
        else:
            text = f"a flash every {1e3 * found.period_s:.2f} ms"
        self._plot.setTitle(text, color="k")

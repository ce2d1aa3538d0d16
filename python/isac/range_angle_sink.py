# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later

import os
import threading

os.environ.setdefault("PYQTGRAPH_QT_LIB", "PyQt5")  # the Qt that gr-qtgui 3.10 is built with

import numpy as np
import pmt
import pyqtgraph as pg
from gnuradio import gr
from pyqtgraph.Qt import QtCore, QtWidgets

from .tables import read_table

FLOOR_PERCENTILE = 50  # of the picture: noise, as long as targets fill less than half of it


class range_angle_sink(gr.sync_block, QtWidgets.QWidget):
    """Draws the newest picture of angle_estimator over range and angle, with its detections.

    Input: pictures as angle_estimator makes them, float[8 n_elements n_range_bins], power.

    Message input detections: PDUs of angle_estimator; the newest is drawn as circles. A message
    without the columns range_m and angle_rad is dropped and counted in `malformed`.

    Angles are drawn by their sine, in which a beam is as wide everywhere; the axis names them in
    degrees. Colours are dB over the noise. The flowgraph never waits for the display.

    Args:
        waveform: the waveform shared with the transmitter
        n_elements: of the array, n_tx times n_rx
        span_db: of the colours, over the noise, > 0
        fps: pictures per second at most, >= 1
    """

    def __init__(self, waveform, n_elements=4, span_db=60, fps=20, parent=None):
        for name, value, least in (("n_elements", n_elements, 2), ("fps", fps, 1)):
            if not value >= least:
                raise ValueError(f"range_angle_sink: {name} = {value}, but it must be >= {least}")
        if not span_db > 0:
            raise ValueError(f"range_angle_sink: span_db = {span_db}, but it must be > 0")
        self._shape = 8 * n_elements, waveform.n_range_bins
        gr.sync_block.__init__(
            self, "range_angle_sink", [(np.float32, self._shape[0] * self._shape[1])], None)
        QtWidgets.QWidget.__init__(self, parent)
        self.message_port_register_in(pmt.intern("detections"))
        self.set_msg_handler(pmt.intern("detections"), self._on_detections)
        self._lock, self._picture, self._found = threading.Lock(), None, None
        self.seen = self.drawn = self.malformed = 0
        self._build(waveform, span_db)

        # Qt objects may only be touched in the GUI thread: work() leaves the newest picture and
        # a timer of the GUI thread draws it.
        self._timer = QtCore.QTimer(self)
        self._timer.timeout.connect(self._draw)
        self._timer.start(int(1000 / fps))

    def _build(self, waveform, span_db):
        pg.setConfigOptions(imageAxisOrder="row-major")
        plot = pg.PlotItem()
        plot.setLabel("bottom", "angle (degrees), 0 is broadside")
        plot.setLabel("left", "range", units="m")
        plot.getAxis("left").enableAutoSIPrefix(False)
        plot.getAxis("bottom").setTicks([[(np.sin(np.radians(degrees)), str(degrees))
                                          for degrees in range(-75, 76, 15)]])
        colors = pg.colormap.get("viridis")
        self._image = pg.ImageItem(colorMap=colors)
        bar = pg.ColorBarItem(
            values=(0, span_db), colorMap=colors, label="dB over the noise", interactive=False)
        bar.setImageItem(self._image, insert_in=plot)
        self._circles = pg.ScatterPlotItem(
            symbol="o", size=16, pen=pg.mkPen("#ff9f1c", width=2.5), brush=None)
        plot.addItem(self._image)
        plot.addItem(self._circles)
        # Beam b of n has the sine (2 b + 1) / n - 1: together they fill [-1, 1]. A range cell is
        # drawn around the value it stands for.
        step_m = waveform.range_bin_m
        self._rect = QtCore.QRectF(-1, -step_m / 2, 2, self._shape[1] * step_m)
        plot.setLimits(xMin=-1, xMax=1, yMin=self._rect.top(), yMax=self._rect.bottom())
        plot.setXRange(-1, 1, padding=0)
        plot.setYRange(0, waveform.max_range_m, padding=0)
        for axis in (plot.getAxis("bottom"), plot.getAxis("left"), bar.axis, bar.getAxis("left")):
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
        pictures = input_items[0]
        with self._lock:
            self._picture = pictures[-1].copy()
        self.seen += len(pictures)
        return len(pictures)

    def _on_detections(self, pdu):
        try:
            _, columns = read_table(pdu)
            found = np.sin(columns["angle_rad"]), columns["range_m"]
        except (KeyError, ValueError):
            self.malformed += 1
            return
        with self._lock:
            self._found = found

    def _draw(self):
        with self._lock:
            power, self._picture = self._picture, None
            found, self._found = self._found, None
        if found is not None:
            self._circles.setData(*found)
        if power is None:
            return
        power_db = 10 * np.log10(np.maximum(power, np.finfo(np.float32).tiny))
        power_db -= np.percentile(power_db, FLOOR_PERCENTILE)
        self._image.setImage(power_db.reshape(self._shape).T, autoLevels=False)
        self._image.setRect(self._rect)
        self.drawn += 1

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

from .isac_python import map_geometry
from .tables import read_table
from .track_trails import TrackTrails

FLOOR_PERCENTILE = 50  # of the map: noise, as long as targets fill less than half of it
HEADROOM_DB = 40


class range_doppler_sink(gr.sync_block, QtWidgets.QWidget):
    """Draws the newest range-velocity map, with the detections and the tracks in it.

    Input: maps as range_doppler and sensor make them, float[map_len], power.

    Message input detections: PDUs of cfar_detector or sensor; the newest is drawn as
    circles.

    Message input tracks: PDUs of target_tracker; every track is drawn where it is and was
    lately, with its id, dashed while its target is missed.

    A message that is no such table is dropped and counted in `malformed`.

    The axes are in metres and metres per second, the colours in dB over the noise. A fast
    stream costs nothing: maps that nobody could see are not drawn, and the flowgraph never
    waits for the display.

    Args:
        waveform: the waveform shared with the transmitter
        max_velocity_mps: how much of the velocity axis to show; 0 shows all
        span_db: of the colours, over the noise; 0 follows the strongest echo
        fps: pictures per second at most, >= 1
        range_padding, velocity_padding: cells per bin, as in range_doppler
        in_db: the maps are in dB
        coherent_frames: frames of a map, as in range_doppler
    """

    def __init__(self, waveform, max_velocity_mps=0, span_db=0, fps=20, range_padding=1,
                 velocity_padding=1, in_db=False, coherent_frames=1, parent=None):
        for name, value in (("max_velocity_mps", max_velocity_mps), ("span_db", span_db)):
            if not value >= 0:
                raise ValueError(f"range_doppler_sink: {name} = {value}, but it must be >= 0")
        if not fps >= 1:
            raise ValueError(f"range_doppler_sink: fps = {fps}, but it must be >= 1")
        geometry = map_geometry(
            waveform, range_padding, velocity_padding, coherent_frames)
        gr.sync_block.__init__(
            self, "range_doppler_sink", [(np.float32, geometry.map_len)], None)
        QtWidgets.QWidget.__init__(self, parent)
        for port, handler in (("detections", self._on_detections), ("tracks", self._on_tracks)):
            self.message_port_register_in(pmt.intern(port))
            self.set_msg_handler(pmt.intern(port), handler)
        self._lock, self._map, self._table = threading.Lock(), None, None
        self._shape = geometry.n_velocities, geometry.n_ranges
        self._span_db, self._levels, self._in_db = span_db, None, in_db
        self.seen = self.drawn = self.malformed = 0
        self._build(waveform, geometry, max_velocity_mps or waveform.max_velocity_mps)

        # Qt objects may only be touched in the GUI thread: work() leaves the newest map and
        # a timer of the GUI thread draws it.
        self._timer = QtCore.QTimer(self)
        self._timer.timeout.connect(self._draw)
        self._timer.start(int(1000 / fps))

    def _build(self, waveform, geometry, max_velocity_mps):
        pg.setConfigOptions(imageAxisOrder="row-major")
        plot = pg.PlotItem()
        plot.setLabel("bottom", "range", units="m")
        plot.setLabel("left", "velocity (m/s), positive approaches")
        plot.getAxis("bottom").enableAutoSIPrefix(False)
        colors = pg.colormap.get("viridis")
        self._image = pg.ImageItem(colorMap=colors)
        self._bar = pg.ColorBarItem(
            values=(0, HEADROOM_DB), colorMap=colors, label="dB over the noise", interactive=False)
        self._bar.setImageItem(self._image, insert_in=plot)
        self._circles = pg.ScatterPlotItem(
            symbol="o", size=16, pen=pg.mkPen("#ff9f1c", width=2.5), brush=None)
        plot.addItem(self._image)
        plot.addItem(self._circles)
        self._trails = TrackTrails(plot)
        # A cell is drawn around the value it stands for, hence the halves.
        range_m, velocity_mps = geometry.range_step_m, geometry.velocity_step_mps
        self._rect = QtCore.QRectF(
            -range_m / 2, -(self._shape[0] // 2 + 0.5) * velocity_mps,
            self._shape[1] * range_m, self._shape[0] * velocity_mps)
        plot.setLimits(xMin=self._rect.left(), xMax=self._rect.right(),
                       yMin=self._rect.top(), yMax=self._rect.bottom())
        plot.setXRange(0, waveform.max_range_m, padding=0)
        plot.setYRange(-max_velocity_mps, max_velocity_mps, padding=0)
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
        maps = input_items[0]
        with self._lock:
            self._map = maps[-1].copy()
        self.seen += len(maps)
        return len(maps)

    def _on_detections(self, pdu):
        table = self._table_of(pdu, "range_m", "velocity_mps")
        if table is not None:
            with self._lock:
                self._table = table

    def _on_tracks(self, pdu):
        table = self._table_of(pdu, "range_m", "velocity_mps", "id", "missed")
        if table is not None:
            self._trails.add(*table)

    def _table_of(self, pdu, *names):
        try:
            columns = read_table(pdu)[1]
            return [columns[name] for name in names]
        except (KeyError, ValueError):
            self.malformed += 1
            return None

    def _draw(self):
        with self._lock:
            power, self._map = self._map, None
            table, self._table = self._table, None
        if table is not None:
            self._circles.setData(*table)
        self._trails.draw()
        if power is None:
            return
        power_db = power if self._in_db else 10 * np.log10(
            np.maximum(power, np.finfo(np.float32).tiny))
        power_db = power_db - np.percentile(power_db, FLOOR_PERCENTILE)
        self._image.setImage(power_db.reshape(self._shape), autoLevels=False)
        self._image.setRect(self._rect)
        self._follow(self._span_db or max(HEADROOM_DB, float(power_db.max())))
        self.drawn += 1

    def _follow(self, top_db):
        """Moves the colours only when it matters: a bar that trembles cannot be read."""
        if self._levels is None or abs(top_db - self._levels) > 3:
            self._levels = top_db
            self._bar.setLevels((0, top_db))

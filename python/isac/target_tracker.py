# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later

import math
import threading

import numpy as np
import pmt
from gnuradio import gr

from .tables import make_table, read_table
from .tracking import TRACK, Tracker
from .tracking.log import TrackLog, check_log

MOST_CORRELATED = 0.99  # range and velocity of a detection
LATE_FRAMES = 10  # a frame from longer ago is the first of a new run


class target_tracker(gr.basic_block):
    """Detections of frame after frame to tracks, whose ids last through crossings and gaps.

    Message input detections: PDUs as cfar_detector, sensor and angle_estimator send them, one
    for every frame, also an empty one. Needed are the columns range_m, velocity_mps,
    range_std_m and velocity_std_mps; used if there are snr_db, range_velocity_cov, angle_rad
    and angle_std_rad. A row whose numbers are not finite is left out and counted in
    `bad_rows`; a message that is no such table is dropped, counted in `malformed`, and the
    first one is logged.

    Message output tracks: one PDU for every one that came in, also with no track in it. Its
    data is a table, f32vector, row-major, ascending id, with the columns id, range_m,
    velocity_mps (positive approaches), angle_rad (NaN until one was measured), snr_db (of the
    last detection), range_std_m, velocity_std_mps, angle_std_rad, missed (frames since the last
    detection). Its metadata is that of the detections; `columns` names the columns.

    Time is rx_time_s of the metadata, else the number of the frame; frames without either
    follow each other at once. A frame that comes late is dropped and counted in `late`; a
    jump back by more than ten frames begins a new run, counted in `restarts`: its tracks get
    ids that were not used yet.

    Filters and rules are those of isac.tracking.Tracker, which does the same on arrays.

    Args:
        waveform: shared with the transmitter
        acceleration_mps2: root mean square of what a target does when it manoeuvres
        detection_probability: of a target in one frame, in (0, 1)
        confirm: detections before a track is shown, >= 2
        max_missed: frames in a row without detection for which it is still shown, >= 1
        memory: frames after that in which it may come back under its id, >= 0
        log: path of a file ending in .csv or .jsonl for all tracks, written over; empty: none
    """

    def __init__(self, waveform, acceleration_mps2=5.0, detection_probability=0.9, confirm=3,
                 max_missed=5, memory=50, log=""):
        self._tracker = Tracker(waveform, acceleration_mps2, detection_probability, confirm,
                                max_missed, memory)
        if log:
            check_log(log)
        gr.basic_block.__init__(self, name="target_tracker", in_sig=None, out_sig=None)
        self.message_port_register_in(pmt.intern("detections"))
        self.message_port_register_out(pmt.intern("tracks"))
        self.set_msg_handler(pmt.intern("detections"), self._on_detections)
        self._logger = gr.logger(self.alias())
        self._lock = threading.Lock()  # attributes are read by other threads
        self._frame_s, self._time_s = waveform.frame_duration_s, None
        self._path, self._log, self._was_started = log, None, False
        self._tracks = np.zeros(0, TRACK)
        self.malformed = self.bad_rows = self.late = self.restarts = self.unlogged = 0

    @property
    def tracks(self):
        """The newest tracks, a table of isac.tracking.TRACK."""
        with self._lock:
            return self._tracks.copy()

    def start(self):
        if self._path:  # a flowgraph that is changed while it runs starts its blocks again
            self._log = TrackLog(self._path, TRACK.names, go_on=self._was_started)
        self._was_started = True
        return True

    def stop(self):
        self._to_log(lambda log: log.close())
        self._log = None
        return True

    def _on_detections(self, pdu):
        try:
            meta, columns = read_table(pdu)
            measured, cov, snr_db = _measurements(columns)
            time_s = self._time(meta)
        except ValueError as error:
            self.malformed += 1
            if self.malformed == 1:
                self._logger.warn(f"dropped a message: {error}; no more warnings")
            return
        dt_s = 0.0 if self._time_s is None else time_s - self._time_s
        if self._time_s is not None and -LATE_FRAMES * self._frame_s <= dt_s <= 0:
            self.late += 1
            return
        if dt_s < 0:
            self._tracker.reset()
            self.restarts += 1
        self._time_s = time_s
        good = np.isfinite(measured[:, :2]).all(axis=1) & np.isfinite(cov).all(axis=(1, 2))
        self.bad_rows += int(np.count_nonzero(~good))
        tracks = self._tracker.update(max(dt_s, 0), measured[good], cov[good], snr_db[good])
        with self._lock:
            self._tracks = tracks
        self._to_log(lambda log: log.write(meta.get("number"), time_s, tracks))
        self.message_port_pub(pmt.intern("tracks"), make_table(
            pmt.car(pdu), {name: tracks[name] for name in TRACK.names}))

    def _time(self, meta):
        after = 0.0 if self._time_s is None else self._time_s + self._frame_s
        number, time_s = meta.get("number"), meta.get("rx_time_s")
        for value in (number, time_s):
            if value is not None and not (isinstance(value, (int, float)) and math.isfinite(value)):
                raise ValueError(f"its number or its time is {value!r}")
        if time_s is None:
            return after if number is None else number * self._frame_s
        return time_s

    def _to_log(self, action):
        if not self._log:
            return
        try:
            action(self._log)
        except OSError as error:
            self.unlogged += 1
            if self.unlogged == 1:
                self._logger.error(f"cannot write {self._path}: {error}; no more warnings")


def _measurements(columns):
    """[n, 3] range, velocity, angle or NaN; their covariance [n, 3, 3]; SNR [n]."""
    for name in ("range_m", "velocity_mps", "range_std_m", "velocity_std_mps"):
        if name not in columns:
            raise ValueError(f"it has no column {name}")
    n = len(columns["range_m"])
    nothing = np.full(n, np.nan)
    measured = np.stack([columns["range_m"], columns["velocity_mps"],
                         columns.get("angle_rad", nothing)], axis=1)
    cov = np.zeros((n, 3, 3))
    cov[:, 0, 0], cov[:, 1, 1] = columns["range_std_m"] ** 2, columns["velocity_std_mps"] ** 2
    # Float rounding must not make a covariance that no errors can have.
    most = MOST_CORRELATED * np.sqrt(cov[:, 0, 0] * cov[:, 1, 1])
    cov[:, 0, 1] = cov[:, 1, 0] = np.clip(columns.get("range_velocity_cov", 0), -most, most)
    angle_var = columns.get("angle_std_rad", nothing) ** 2
    measured[~np.isfinite(angle_var), 2] = np.nan  # an angle of unknown error is none
    cov[:, 2, 2] = np.where(np.isfinite(angle_var), angle_var, 0)
    return measured, cov, columns.get("snr_db", nothing)

# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later

import numpy as np
import pmt
from gnuradio import gr
from scipy.optimize import linear_sum_assignment
from scipy.special import chdtri

from . import bistatic
from .tables import make_table, read_table

COLUMNS = ("x_m", "y_m", "vx_mps", "vy_mps", "x_std_m", "y_std_m", "snr_db", "n_receivers")
NEEDED = ("range_m", "velocity_mps", "snr_db", "range_std_m", "velocity_std_mps")
WAITING = 64  # frames that some receivers have and others not: one may be heard much later
RCS_APART_DB = 15.0  # of one target, seen from two sides
CHANCE = 1e-3  # that a true detection of a further receiver is refused


class bistatic_locator(gr.basic_block):
    """Detections of far receivers around one transmitter to positions and velocities.

    Each detection behind bistatic_aligner puts its target on an ellipse around transmitter and
    receiver. Pairs of detections of the first two receivers are tried: their ellipses meet in up
    to two points. One counts if it lies in the area, is no faster than the limit, has the same
    radar cross-section seen from both, within 15 dB, and if further receivers confirm it; of
    pairs that exclude each other those that agree best are taken, all together (linear
    assignment). Two receivers cannot always tell a target from a ghost: a third one can.

    Message inputs detections0, detections1 ..: PDUs of cfar_detector or sensor behind the
    bistatic_aligner of each receiver. Those with the same `number` belong together. The strongest
    detection within a bin of 0 is the line of sight, and all others are measured from it. A
    message that is no such table is dropped, counted in `malformed`, and the first one is logged;
    a frame that some receiver never has is counted in `incomplete`, one without a line of sight
    in `blind`.

    Message output positions: one PDU for every frame of all receivers, also without a target in
    it. Its data is a table, f32vector, row-major, strongest first, with the columns x_m, y_m,
    vx_mps, vy_mps, x_std_m, y_std_m, snr_db (of the weakest detection), n_receivers (that saw
    it). Its metadata is that of detections0; `columns` names the columns.

    Args:
        waveform: shared with the transmitter
        transmitter_m: its place, (x, y)
        receivers_m: theirs, at least two
        area_m: (least x, least y, most x, most y) in which targets are
        max_speed_mps: of a target, > 0
    """

    def __init__(self, waveform, transmitter_m=(0.0, 0.0),
                 receivers_m=((100.0, 0.0), (0.0, 100.0)),
                 area_m=(-1000.0, -1000.0, 1000.0, 1000.0), max_speed_mps=100.0):
        self._locate = Locator(waveform, transmitter_m, receivers_m, area_m, max_speed_mps)
        gr.basic_block.__init__(self, name="bistatic_locator", in_sig=None, out_sig=None)
        self._logger = gr.logger(self.alias())
        self._frames, self._n = {}, len(receivers_m)
        self.malformed = self.incomplete = self.blind = 0
        for i in range(self._n):
            self._listen(i)
        self.message_port_register_out(pmt.intern("positions"))

    def _listen(self, receiver):
        def handler(pdu):
            self._on_detections(receiver, pdu)

        # GNU Radio calls a handler by its name, as an attribute of the block.
        handler.__name__ = f"_on_detections{receiver}"
        setattr(self, handler.__name__, handler)
        port = pmt.intern(f"detections{receiver}")
        self.message_port_register_in(port)
        self.set_msg_handler(port, handler)

    def _on_detections(self, receiver, pdu):
        try:
            meta, columns = read_table(pdu)
            missing = [name for name in NEEDED if name not in columns]
            if missing or not isinstance(meta.get("number"), int):
                raise ValueError(f"it has no {missing[0] if missing else 'number'}")
        except ValueError as error:
            self.malformed += 1
            if self.malformed == 1:
                self._logger.warn(f"dropped a message: {error}; no more warnings")
            return
        frame = self._frames.setdefault(meta["number"], {})
        frame[receiver] = (pmt.car(pdu), columns)
        if len(frame) == self._n:
            del self._frames[meta["number"]]
            self._publish([frame[i] for i in range(self._n)])
        elif len(self._frames) > WAITING:
            del self._frames[min(self._frames)]
            self.incomplete += 1

    def _publish(self, frame):
        found = self._locate([columns for _, columns in frame])
        if found is None:
            self.blind += 1
            found = np.empty((0, len(COLUMNS)))
        self.message_port_pub(pmt.intern("positions"), make_table(
            frame[0][0], dict(zip(COLUMNS, found.T, strict=True))))


class Locator:
    """What bistatic_locator does, on tables {column: [n]}; its arguments are explained there."""

    def __init__(self, waveform, transmitter_m, receivers_m, area_m, max_speed_mps):
        self._t = bistatic.as_place("transmitter_m", transmitter_m)
        self._r = np.array([bistatic.as_place("receivers_m", r) for r in receivers_m])
        if len(self._r) < 2:
            raise ValueError(f"bistatic_locator: receivers_m = {receivers_m!r}, but there must be "
                             f"at least two")
        area = np.asarray(area_m, float)
        if area.shape != (4,) or not np.all(area[:2] < area[2:]):
            raise ValueError(f"bistatic_locator: area_m = {area_m!r}, but it must be least x, "
                             f"least y, most x, most y")
        if not max_speed_mps > 0:
            raise ValueError(f"bistatic_locator: max_speed_mps = {max_speed_mps}, but it must be "
                             f"> 0")
        self._low, self._high, self._speed = area[:2], area[2:], max_speed_mps
        self._bins = waveform.range_bin_m, waveform.velocity_bin_mps

    def __call__(self, tables):
        """[n, len(COLUMNS)], strongest first; None without a line of sight."""
        echoes = [self._echoes(table) for table in tables]
        if any(e is None for e in echoes):
            return None
        tried, costs = {}, np.full((len(echoes[0]), len(echoes[1])), 1e9)
        for i, j in np.ndindex(costs.shape):
            found = self._try(echoes, i, j)
            if found:
                costs[i, j], tried[i, j] = found
        pairs = zip(*linear_sum_assignment(costs), strict=True)
        rows = np.array([tried[p] for p in pairs if p in tried]).reshape(-1, len(COLUMNS))
        return rows[np.argsort(-rows[:, 6])]

    def _echoes(self, table):
        """[n, 6]: extra_m, shrinking_mps, gain_db over the line of sight, two deviations,
        snr_db; None without a line of sight."""
        values = np.stack([table[name] for name in NEEDED], axis=1)
        values = values[np.isfinite(values).all(axis=1)]
        near = np.all(np.abs(values[:, :2]) < self._bins, axis=1)
        if not near.any():
            return None
        sight = values[near][np.argmax(values[near, 2])]
        others = values[~near] * (2, 2, 1, 2, 2)
        others[:, :3] -= sight[:3] * (2, 2, 1)
        return np.column_stack([others, values[~near, 2]])[others[:, 0] > 0]

    def _try(self, echoes, i, j):
        """(cost, row of the result) of the better of the two points; None if there is none."""
        pair = echoes[0][i], echoes[1][j]
        best = None
        for place in bistatic.meet(self._t, self._r[:2], [e[0] for e in pair]):
            if np.all(place > self._low) and np.all(place < self._high):
                found = self._judge(place, pair, echoes[2:])
                if found and (best is None or found[0] < best[0]):
                    best = found
        return best

    def _judge(self, place, pair, further):
        seen, cost = list(zip(range(2), pair, strict=True)), 0.0
        for k, others in enumerate(further, 2):
            echo = self._confirming(place, pair, k, others)
            if echo is None:
                cost += 2 * RCS_APART_DB  # any that all receivers saw comes first
            else:
                seen.append((k, echo))
        at, echo = [k for k, _ in seen], np.array([e for _, e in seen])
        place, cov, misfit = bistatic.refine(self._t, self._r[at], place, echo[:, 0], echo[:, 3])
        speed = bistatic.velocity(self._t, self._r[at], place, echo[:, 1], echo[:, 4])
        rcs_db = echo[:, 2] - [self._gain_db(place, r) for r in self._r[at]]
        if np.linalg.norm(speed) > self._speed or np.ptp(rcs_db) > RCS_APART_DB:
            return None
        return (cost + np.ptp(rcs_db) + misfit,
                [*place, *speed, *np.sqrt(np.diag(cov)), echo[:, 5].min(), len(at)])

    def _gain_db(self, place, receiver):
        """Of an echo of 0 dBsm over the line of sight: what is left is the cross-section."""
        return bistatic.paths(self._t, receiver, [(place, (0, 0), 0.0)])[1]["gain_db"]

    def _confirming(self, place, pair, k, others):
        """The detection of receiver k that fits best, if one fits at all."""
        if not len(others):
            return None
        t, r = self._t, self._r[k]
        expected = (np.linalg.norm(place - t) + np.linalg.norm(place - r)
                    - np.linalg.norm(t - r))
        _, cov, _ = bistatic.refine(t, self._r[:2], place, [e[0] for e in pair],
                                    [e[3] for e in pair], n_steps=0)
        slope = bistatic.gradient(place, t, r)
        misfit = (others[:, 0] - expected) ** 2 / (others[:, 3] ** 2 + slope @ cov @ slope)
        best = np.argmin(misfit)
        return others[best] if misfit[best] < chdtri(1, CHANCE) else None

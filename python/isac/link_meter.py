# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later

import math
import threading

import pmt
from gnuradio import gr


class link_meter(gr.basic_block):
    """Counts the frames of a link and says how it is doing.

    Message input frames: one PDU, or its metadata alone, for every frame from the
    receiver. crc_ok and number are needed; bit_errors, coded_bits, snr_db and cfo_hz are
    used where they are there.

    Message output metrics: a dictionary after every `period` frames, about these frames:
    frames, lost and crc_errors (uint64), bler, ber before decoding, snr_db and cfo_hz
    (double). What nobody measured is left out.

    The attributes frames, lost, crc_errors, bler, ber, snr_db and cfo_hz say the same
    since the start; NaN until something is known. A frame whose number was skipped is
    lost and counts in bler. A number that goes back means that the transmitter started
    again: nothing is lost. A message that is no such frame is dropped and counted in
    `malformed`; the first one is logged.

    Args:
        period: frames per report, >= 1
    """

    def __init__(self, period=100):
        if period < 1:
            raise ValueError(f"link_meter: period = {period}, but it must be >= 1")
        gr.basic_block.__init__(self, name="link_meter", in_sig=None, out_sig=None)
        self.message_port_register_in(pmt.intern("frames"))
        self.message_port_register_out(pmt.intern("metrics"))
        self.set_msg_handler(pmt.intern("frames"), self._on_frame)
        self._logger = gr.logger(self.alias())
        self._lock = threading.Lock()  # attributes are read by other threads
        self._period = period
        self._total, self._recent = _tally(), _tally()
        self._next_number = None
        self.malformed = 0

    def _on_frame(self, message):
        meta = pmt.car(message) if pmt.is_pair(message) else message
        try:
            frame = {str(key): value for key, value in pmt.to_python(meta).items()}
            number, crc_ok = int(frame["number"]), frame["crc_ok"]
            if not isinstance(crc_ok, bool):
                raise TypeError("crc_ok is not a bool")
        except (AttributeError, KeyError, TypeError, ValueError, RuntimeError):
            self.malformed += 1
            if self.malformed == 1:
                self._logger.warn("dropped a message without number and crc_ok in its metadata; "
                                  "no more warnings")
            return

        lost = 0
        if self._next_number is not None and number > self._next_number:
            lost = number - self._next_number
        self._next_number = number + 1
        with self._lock:
            for tally in (self._total, self._recent):
                tally.add(frame, crc_ok, lost)
            report = self._recent.report() if self._recent.frames >= self._period else None
            if report:
                self._recent = _tally()
        if report:
            known = {key: value for key, value in report.items() if not math.isnan(value)}
            self.message_port_pub(pmt.intern("metrics"), pmt.to_pmt(known))

    def report(self):
        """Everything since the start as a dictionary."""
        with self._lock:
            return self._total.report()

    frames = property(lambda self: self.report()["frames"])
    lost = property(lambda self: self.report()["lost"])
    crc_errors = property(lambda self: self.report()["crc_errors"])
    bler = property(lambda self: self.report()["bler"])
    ber = property(lambda self: self.report()["ber"])
    snr_db = property(lambda self: self.report()["snr_db"])
    cfo_hz = property(lambda self: self.report()["cfo_hz"])


class _tally:
    """Sums over frames."""

    def __init__(self):
        self.frames = self.lost = self.crc_errors = self.bit_errors = self.coded_bits = 0
        self._snr_db, self._cfo_hz = [0, 0.0], [0, 0.0]

    def add(self, frame, crc_ok, lost):
        self.frames += 1
        self.lost += lost
        self.crc_errors += not crc_ok
        if crc_ok and frame.get("coded_bits"):  # bit errors of a failed frame are not known
            self.bit_errors += frame.get("bit_errors", 0)
            self.coded_bits += frame["coded_bits"]
        for key, mean in (("snr_db", self._snr_db), ("cfo_hz", self._cfo_hz)):
            if key in frame:
                mean[0] += 1
                mean[1] += frame[key]

    def report(self):
        def ratio(part, whole):
            return part / whole if whole else math.nan

        return {
            "frames": self.frames,
            "lost": self.lost,
            "crc_errors": self.crc_errors,
            "bler": ratio(self.lost + self.crc_errors, self.lost + self.frames),
            "ber": ratio(self.bit_errors, self.coded_bits),
            "snr_db": ratio(self._snr_db[1], self._snr_db[0]),
            "cfo_hz": ratio(self._cfo_hz[1], self._cfo_hz[0]),
        }

# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tracks on disk, one line a track and frame: CSV, or JSON Lines."""

import csv
import json
import math
from pathlib import Path

SUFFIXES = (".csv", ".jsonl")


def check_log(path):
    """Raises ValueError unless a log can be written there."""
    path = Path(path)
    if path.suffix not in SUFFIXES:
        raise ValueError(f"target_tracker: log = {str(path)!r}, but it must end in "
                         f"{' or '.join(SUFFIXES)}")
    if not path.parent.is_dir():
        raise ValueError(f"target_tracker: log = {str(path)!r}, but there is no folder "
                         f"{str(path.parent)!r}")


class TrackLog:
    """A line is on disk as soon as its frame is done. Writes over what is there, or goes on.

    Columns: number of the frame (empty or null if it had none), time_s, and those of
    tracking.TRACK. What is not finite, as an angle that was never measured, is empty or null.
    """

    def __init__(self, path, columns, go_on=False):
        self._file = open(path, "a" if go_on else "w", newline="", encoding="utf-8")  # noqa: SIM115
        self._columns = ["number", "time_s", *columns]
        self._csv = None
        if Path(path).suffix == ".csv":
            self._csv = csv.writer(self._file, lineterminator="\n")
            if not go_on:
                self._csv.writerow(self._columns)
                self._file.flush()

    def write(self, number, time_s, tracks):
        for track in tracks:
            values = [number, time_s, *track.tolist()]
            values = [None if isinstance(v, float) and not math.isfinite(v) else v
                      for v in values]
            if self._csv:
                self._csv.writerow(values)
            else:
                self._file.write(json.dumps(dict(zip(self._columns, values, strict=True))) + "\n")
        self._file.flush()

    def close(self):
        self._file.close()

# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tracking without GNU Radio: NumPy tables in, NumPy tables out."""

from .clear_mot import MotCounts, clear_mot
from .tracker import TRACK, Tracker

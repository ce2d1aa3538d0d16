# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""GNU Radio blocks for integrated sensing and communication."""

from .isac_python import *  # noqa: F403

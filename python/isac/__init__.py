# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Integrated sensing and communication: blocks for GNU Radio, and the values they share."""

# The blocks and values written in C++; a failure here must be loud.
from .isac_python import *  # noqa: F403 I001

from .bistatic_locator import bistatic_locator
from .calibration import load_calibration, save_calibration
from .config import load_scene, load_waveform, presets
from .experiment import experiment
from .link_meter import link_meter
from .target_tracker import target_tracker

# Loaded when first asked for: Qt, which a headless machine may lack, and what takes time.
_LAZY = {"range_angle_sink": ".range_angle_sink", "range_doppler_sink": ".range_doppler_sink",
         "micro_doppler_sink": ".micro_doppler_sink", "micro_motion": ".micro_motion"}


def __getattr__(name):
    if name in _LAZY:
        from importlib import import_module

        module = import_module(_LAZY[name], __name__)
        value = getattr(module, name, module)
        globals()[name] = value  # found at once from now on
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted(set(globals()) | set(_LAZY))

# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the elements of an array do, kept in a file: angle_estimator.calibration and back."""

import json
from pathlib import Path

import numpy as np

FORMAT = "gr-isac array calibration 1"


def save_calibration(path, response):
    """Writes what angle_estimator.calibrate() has measured, as JSON.

    Args:
        path: of the file
        response: complex [n_elements], transmitter by receiver for a virtual array

    Raises:
        ValueError: nothing in it, or a number that is 0 or not finite.
    """
    response = _checked(response, "response")
    Path(path).write_text(json.dumps({
        "format": FORMAT,
        "n_elements": len(response),
        "response": [[x.real, x.imag] for x in response.tolist()]}, indent=1) + "\n")


def load_calibration(path, n_elements):
    """Reads a file of save_calibration.

    Args:
        path: of the file
        n_elements: of the array that is to use it, n_tx times n_rx

    Returns:
        list of complex, [n_elements]

    Raises:
        ValueError: no such file of this format, or one of another array.
        FileNotFoundError: no such file.
    """
    try:
        content = json.loads(Path(path).read_text())
        is_ours = content["format"] == FORMAT
        response = np.array(content["response"], float).reshape(-1, 2) @ [1, 1j]
    except (KeyError, TypeError, ValueError, UnicodeDecodeError) as error:
        raise ValueError(f"load_calibration: path = {path}, but it must be a file of "
                         f"save_calibration ({type(error).__name__}: {error})") from None
    if not is_ours:
        raise ValueError(f"load_calibration: path = {path} has the format {content['format']}, "
                         f"but it must be {FORMAT}")
    if len(response) != n_elements:
        raise ValueError(f"load_calibration: path = {path} has {len(response)} elements, "
                         f"but the array has n_elements = {n_elements}")
    return _checked(response, f"path = {path}").tolist()


def _checked(response, name):
    response = np.asarray(response, complex).ravel()
    if not len(response) or not np.all(np.isfinite(response)) or np.any(response == 0):
        raise ValueError(f"calibration: {name} holds {response}, but it must hold numbers that "
                         f"are finite and not 0")
    return response

# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What FFTW measured is kept; whatever happens to the file, transforms are right."""

import os
import subprocess
import sys

import pytest

# A DFT of 90 points of an impulse is flat: one over sqrt(90) everywhere.
PROGRAM = """
import numpy as np
from gnuradio import isac
x = np.zeros(90, np.complex64)
x[0] = 1
assert np.allclose(isac.dsp.fft(90).transform(x), 90 ** -0.5, atol=1e-6)
"""


def run(cache):
    subprocess.run([sys.executable, "-c", PROGRAM], check=True, timeout=60,
                   env={**os.environ, "XDG_CACHE_HOME": str(cache)})


def test_wisdom_is_kept_in_one_file_and_used_again(tmp_path):
    run(tmp_path)
    file, = (tmp_path / "gr-isac").iterdir()  # and nothing unfinished beside it
    assert file.name.startswith("fftwf-wisdom-")
    first = file.read_text(), file.stat().st_mtime_ns
    run(tmp_path)
    assert (file.read_text(), file.stat().st_mtime_ns) == first


@pytest.mark.parametrize("damage", [lambda text: text[:len(text) // 2], lambda text: "\0rubbish",
                                    lambda text: ""], ids=["truncated", "rubbish", "empty"])
def test_a_damaged_file_is_ignored_and_replaced(tmp_path, damage):
    run(tmp_path)
    file, = (tmp_path / "gr-isac").iterdir()
    whole = file.read_text()
    file.write_text(damage(whole))
    run(tmp_path)
    assert file.read_text().startswith("(fftw") and file.read_text().rstrip().endswith(")")


def test_a_folder_that_cannot_be_made_costs_only_time(tmp_path):
    """A file where the folder should be refuses even root."""
    (tmp_path / "gr-isac").write_text("in the way")
    run(tmp_path)
    assert (tmp_path / "gr-isac").read_text() == "in the way"

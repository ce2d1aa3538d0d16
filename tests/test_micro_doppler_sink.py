# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The spectrogram on screen, drawn where nobody sees it; each test in a process of its own, as in
test_range_doppler_sink.py."""

import subprocess
import sys

import pytest

pytest.importorskip("PyQt5")

PRELUDE = """
import os
os.environ["QT_QPA_PLATFORM"] = "offscreen"
import math
import numpy as np
from gnuradio import blocks, gr, isac
from PyQt5 import QtWidgets
app = QtWidgets.QApplication([])
w = isac.waveform()
row_s = w.symbol_duration_s
shape = dict(window_s=28 * row_s, hop_s=3 * row_s, max_velocity_mps=100)
span_s = 600 * row_s
cells = isac.dsp.micro_doppler(w, **shape).n_velocities
rng = np.random.default_rng(1)
columns = rng.exponential(size=(500, cells)).astype(np.float32)

def show(sink, columns):
    top = gr.top_block()
    top.connect(blocks.vector_source_f(columns.ravel().tolist(), False, cells), sink)
    top.run()
    sink._draw()
"""


def run(script):
    done = subprocess.run([sys.executable, "-c", PRELUDE + script], capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 0, done.stderr


def test_the_newest_columns_are_drawn_over_the_noise():
    """Noise of mean 1 is 0 dB: a tenth of 200 x 17 cells tells it to 0.5 dB, five sigma of its
    quantile. Time ends at the newest column, velocity 0 is in the middle of its cell."""
    run("""
sink = isac.micro_doppler_sink(w, **shape, span_s=span_s)
show(sink, columns)
assert (sink.seen, sink.drawn) == (500, 1)
image = sink._image.image
assert image.shape == (cells, 200)
expected = 10 * np.log10(columns[-200:].T)
assert abs(np.median(image - expected)) < 0.5
np.testing.assert_allclose(image - expected, np.median(image - expected), atol=1e-3)
box = sink._image.mapRectToParent(sink._image.boundingRect())
step = isac.dsp.micro_doppler(w, **shape).velocity_step_mps
np.testing.assert_allclose(box.left() + 199.5 * box.width() / 200, 0, atol=1e-9)
np.testing.assert_allclose(box.top() + (cells // 2 + 0.5) * box.height() / cells, 0, atol=1e-9)
np.testing.assert_allclose(box.height(), cells * step)
""")


def test_it_says_what_repeats():
    run("""
sink = isac.micro_doppler_sink(w, **shape, span_s=span_s, reading="flash")
columns[::40] += 50
show(sink, columns)
np.testing.assert_allclose(sink.reading.period_s, 40 * 3 * row_s, rtol=0.02)
assert "flash every" in sink._plot.titleLabel.text
""")


def test_silence_and_rubbish_are_no_errors():
    run("""
sink = isac.micro_doppler_sink(w, **shape, span_s=span_s, reading="gait")
sink._draw()
assert sink.drawn == 0
show(sink, 0 * columns)
assert sink.drawn == 1 and math.isnan(sink.reading.period_s)
show(sink, columns * np.float32(np.nan))
""")


def test_bad_values_are_refused_by_name():
    run("""
for fields, message in (
        ({"reading": "tea"}, "micro_doppler_sink: reading = 'tea', but it must be one of none, "),
        ({"span_db": -1}, "micro_doppler_sink: span_db = -1, but it must be >= 0"),
        ({"fps": 0}, "micro_doppler_sink: fps = 0, but it must be >= 1"),
        ({"span_s": 1e9}, "micro_doppler_sink: span_s = 1000000000.0, but it must be in ["),
        ({"window_s": 0}, "micro_doppler: window_s = 0, but it must be four rows or more")):
    try:
        isac.micro_doppler_sink(w, **fields)
    except ValueError as error:
        assert str(error).startswith(message), error
    else:
        raise AssertionError(fields)
""")

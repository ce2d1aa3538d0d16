# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The display over range and angle, drawn where nobody sees it, in a process of its own."""

import subprocess
import sys

import pytest

pytest.importorskip("PyQt5")

SCRIPT = """
import os
os.environ["QT_QPA_PLATFORM"] = "offscreen"
import numpy as np, pmt
from gnuradio import blocks, gr, isac
from PyQt5 import QtWidgets
app = QtWidgets.QApplication([])
w = isac.waveform(n_symbols=16)
picture_len = 8 * 4 * w.n_range_bins
pictures = np.random.default_rng(1).exponential(size=(30, picture_len)).astype(np.float32)
sink = isac.range_angle_sink(w, 4)
top = gr.top_block()
top.connect(blocks.vector_source_f(pictures.ravel().tolist(), False, picture_len), sink)
top.run()
assert sink.seen == 30 and sink.drawn == 0
sink._draw()
sink._draw()
assert sink.drawn == 1
expected = 10 * np.log10(pictures[-1])
expected -= np.median(expected)
np.testing.assert_allclose(sink._image.image.T.ravel(), expected, rtol=1e-4, atol=1e-4)

# A cell is drawn around its value: range bins, and the sines of the beams.
box = sink._image.mapRectToParent(sink._image.boundingRect())
sines = np.sin(isac.antenna_array().beam_angles_rad(32))
for beam, column in ((0, 0), (31, 3), (10, 36)):
    x = box.left() + (beam + 0.5) * box.width() / 32
    y = box.top() + (column + 0.5) * box.height() / w.n_range_bins
    np.testing.assert_allclose((x, y), (sines[beam], column * w.range_bin_m), atol=1e-6)

def pdu(rows, columns="range_m velocity_mps angle_rad"):
    return pmt.cons(pmt.to_pmt({"columns": columns}), pmt.init_f32vector(len(rows), rows))

sink._on_detections(pdu([50.0, -3.0, 0.5, 90.0, 4.0, -0.25]))
sink._draw()
np.testing.assert_allclose(np.transpose(sink._circles.getData()),
                           [(np.sin(0.5), 50), (np.sin(-0.25), 90)], rtol=1e-6)
for rubbish in (pmt.PMT_NIL, pmt.intern("hello"), pdu([1.0, 2.0]), pdu([1.0], "range_m"),
                pmt.cons(pmt.make_dict(), pmt.init_f32vector(3, [0.0] * 3)),
                pmt.cons(pmt.to_pmt({"columns": 3}), pmt.init_f32vector(3, [0.0] * 3))):
    sink._on_detections(rubbish)
assert sink.malformed == 6
sink._picture = np.zeros(picture_len, np.float32)  # no error
sink._draw()
assert sink.drawn == 2
for bad in (dict(n_elements=1), dict(span_db=0), dict(fps=0)):
    try:
        isac.range_angle_sink(w, **bad)
    except ValueError as error:
        assert "range_angle_sink: " + next(iter(bad)) in str(error)
    else:
        raise AssertionError(bad)
"""


def test_pictures_axes_detections_and_rubbish():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 0, done.stderr

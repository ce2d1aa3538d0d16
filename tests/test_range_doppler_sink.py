# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The display, drawn where nobody sees it. Each test runs in a process of its own: one process
has one Qt application, and another test may have chosen another platform."""

import subprocess
import sys

import pytest

pytest.importorskip("PyQt5")

PRELUDE = """
import os
os.environ["QT_QPA_PLATFORM"] = "offscreen"
import numpy as np, pmt
from gnuradio import blocks, gr, isac
from PyQt5 import QtWidgets
app = QtWidgets.QApplication([])
w = isac.waveform(n_symbols=16)
rng = np.random.default_rng(1)
maps = rng.exponential(size=(30, w.map_len)).astype(np.float32)

def pdu(rows):
    return pmt.cons(pmt.make_dict(), pmt.init_f32vector(len(rows), rows))
"""


def run(script):
    done = subprocess.run([sys.executable, "-c", PRELUDE + script], capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 0, done.stderr


def test_every_map_is_taken_and_only_the_newest_is_drawn():
    run("""
sink = isac.range_doppler_sink(w)
top = gr.top_block()
top.connect(blocks.vector_source_f(maps.ravel().tolist(), False, w.map_len), sink)
top.run()
assert sink.seen == 30 and sink.drawn == 0
sink._draw()
sink._draw()
assert sink.drawn == 1
expected = 10 * np.log10(maps[-1])
expected -= np.median(expected)
np.testing.assert_allclose(sink._image.image.ravel(), expected, rtol=1e-4, atol=1e-4)
""")


def test_axes_are_in_metres_and_metres_per_second():
    """A cell is drawn around its value: the centre of the cell in row r and column c is at
    range c bins and velocity (r - n_symbols / 2) bins."""
    run("""
sink = isac.range_doppler_sink(w)
sink._map = maps[0]
sink._draw()
box = sink._image.mapRectToParent(sink._image.boundingRect())
for row, column in ((8, 0), (0, 3), (15, 36)):
    x = box.left() + (column + 0.5) * box.width() / w.n_range_bins
    y = box.top() + (row + 0.5) * box.height() / w.n_symbols
    np.testing.assert_allclose((x, y), (column * w.range_bin_m, (row - 8) * w.velocity_bin_mps),
                               atol=1e-6)
""")


def test_detections_are_drawn_where_they_are_and_rubbish_is_counted():
    run("""
sink = isac.range_doppler_sink(w)
sink._on_detections(pdu([50.0, -3.0, 20.0, 0.1, 0.1, 0.0, 90.0, 4.0, 15.0, 0.1, 0.1, 0.0]))
sink._draw()
assert sorted(zip(*sink._circles.getData())) == [(50.0, -3.0), (90.0, 4.0)]
sink._on_detections(pdu([]))
sink._draw()
assert len(sink._circles.getData()[0]) == 0
for rubbish in (pmt.PMT_NIL, pmt.intern("hello"), pdu([1.0, 2.0]),
                pmt.cons(pmt.make_dict(), pmt.init_u8vector(5, [0] * 5))):
    sink._on_detections(rubbish)
assert sink.malformed == 4
""")


def test_tracks_are_drawn_with_their_ids_and_go_when_they_are_gone():
    run("""
def tracks(**columns):
    from gnuradio.isac.tables import make_table
    return make_table(pmt.make_dict(), {n: np.array(c, float) for n, c in columns.items()})

sink = isac.range_doppler_sink(w)
for i in range(150):
    sink._on_tracks(tracks(id=[3, 7], range_m=[50 + i, 90], velocity_mps=[-3, 4], missed=[0, i]))
sink._draw()
drawn = sink._trails._drawn
assert sorted(drawn) == [3, 7]
curve, label = drawn[3]
np.testing.assert_array_equal(curve.getData(), ([100, *range(100, 200)], [-3] * 101))
assert label.toPlainText() == "3" and (label.pos().x(), label.pos().y()) == (199, -3)
assert curve.opts["pen"].style() != drawn[7][0].opts["pen"].style()  # 7 is missed
sink._on_tracks(tracks(id=[7, 8], range_m=[90, 50], velocity_mps=[4, 0], missed=[0, 0]))
sink._draw()
assert not sink.grab().isNull()  # draws a track of a single position too
assert sorted(drawn) == [7, 8] and curve.scene() is None
sink._on_tracks(pdu([1.0] * 6))  # a table, but of detections
assert sink.malformed == 1
""")


def test_a_map_of_zeros_is_no_error():
    run("""
sink = isac.range_doppler_sink(w)
sink._map = np.zeros(w.map_len, np.float32)
sink._draw()
assert sink.drawn == 1
""")


def test_bad_parameters_are_refused():
    run("""
for arguments, message in (({"fps": 0}, "range_doppler_sink: fps = 0, but it must be >= 1"),
                           ({"span_db": -1}, "range_doppler_sink: span_db = -1, but it must be"),
                           ({"max_velocity_mps": float("nan")}, "max_velocity_mps = nan, but")):
    try:
        isac.range_doppler_sink(w, **arguments)
    except ValueError as error:
        assert message in str(error)
    else:
        raise AssertionError(arguments)
""")

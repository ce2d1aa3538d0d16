# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later

import numpy as np
import pmt
import pytest
from gnuradio import blocks, gr, isac

W = isac.waveform(n_subcarriers=64, n_symbols=20)
PDUS = pmt.intern("pdus")


def collect(source, n_frames=None):
    """Runs it to its end, or for n_frames: [(number, payload_len, item bytes)]."""
    top, sink = gr.top_block(), blocks.vector_sink_b(W.payload_len)
    if n_frames is None:
        top.connect(source, sink)
    else:
        top.connect(source, blocks.head(W.payload_len, n_frames), sink)
    top.run()
    items = np.array(sink.data(), np.uint8).reshape(-1, W.payload_len)
    metas = [pmt.to_python(t.value) for t in sink.tags()]
    assert [t.offset for t in sink.tags()] == list(range(len(items)))  # one a frame
    return [(m["number"], m["payload_len"], item.tobytes())
            for m, item in zip(metas, items, strict=True)]


def pdu(data):
    return pmt.cons(pmt.make_dict(), pmt.init_u8vector(len(data), list(data)))


def padded(data):
    return data.ljust(W.payload_len, b"\0")


def test_cuts_a_payload_into_frames_and_ends():
    data = bytes(range(256)) * 10
    frames = collect(isac.payload_source(W, data))
    lens = [min(W.payload_len, len(data) - at) for at in range(0, len(data), W.payload_len)]
    assert [f[:2] for f in frames] == list(enumerate(lens))
    assert b"".join(item[:n] for _, n, item in frames) == data
    assert frames[-1][2] == padded(data[-lens[-1]:])


def test_fills_up_with_idle_frames():
    frames = collect(isac.payload_source(W, b"hello", n_frames=3))
    assert frames == [(0, 5, padded(b"hello")), (1, 0, padded(b"")), (2, 0, padded(b""))]


def test_repeats_until_enough():
    frames = collect(isac.payload_source(W, b"hello", repeat=True, n_frames=3))
    assert [f[1] for f in frames] == [5, 5, 5]
    assert len(collect(isac.payload_source(W, b"hello", repeat=True), 50)) == 50


def test_idles_for_ever_if_asked():
    frames = collect(isac.payload_source(W, idle=True), 20)
    assert frames == [(i, 0, padded(b"")) for i in range(20)]


def test_sends_pdus_cut_into_frames():
    source = isac.payload_source(W, idle=True)
    data = bytes(range(200)) * 3
    source._post(PDUS, pdu(b"first"))
    source._post(PDUS, pdu(data))
    frames = collect(source, 4)
    at = W.payload_len
    assert frames[0] == (0, 5, padded(b"first"))
    assert frames[1] == (1, at, data[:at])
    assert frames[2][2][:frames[2][1]] == data[at:2 * at]
    assert source.malformed == 0


@pytest.mark.parametrize("message", [
    pmt.PMT_NIL, pmt.intern("hello"), pmt.from_long(3),
    pmt.cons(pmt.make_dict(), pmt.PMT_NIL),
    pmt.cons(pmt.make_dict(), pmt.init_f32vector(2, [1.0, 2.0])),
    pmt.cons(pmt.intern("a"), pmt.intern("b"))])
def test_a_malformed_message_is_counted_and_dropped(message):
    source = isac.payload_source(W, idle=True)
    source._post(PDUS, message)
    source._post(PDUS, message)
    source._post(PDUS, pdu(b"good"))
    frames = collect(source, 2)
    assert frames[0] == (0, 4, padded(b"good"))
    assert source.malformed == 2


def test_refuses_bad_parameters():
    with pytest.raises(ValueError, match="n_frames = -1"):
        isac.payload_source(W, n_frames=-1)
    with pytest.raises(ValueError, match="repeat"):
        isac.payload_source(W, repeat=True)

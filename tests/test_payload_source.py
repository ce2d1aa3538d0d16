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


def test_short_pdus_share_a_frame_and_long_ones_span_several():
    """Six bytes before each segment, four behind a PDU that spans frames."""
    source = isac.payload_source(W, idle=True)
    for data in (b"first", b"second", bytes(2 * W.payload_len)):
        source._post(PDUS, pdu(data))
    frames = collect(source, 5)
    assert [f[1] for f in frames] == [W.payload_len, W.payload_len, 11 + 12 + 3 * 6 + 4, 0, 0]
    assert frames[0][2][:23] == (b"\0\0\x05\0\0\x80first" b"\1\0\x06\0\0\x80second")
    assert source.malformed == 0 and source.dropped == 0


def test_pdus_go_before_payload_and_idle_frames():
    source = isac.payload_source(W, b"payload" * 1000, idle=True)
    source._post(PDUS, pdu(b"now"))
    assert collect(source, 1)[0][:2] == (0, 9)


def test_a_full_queue_drops_what_comes_and_keeps_what_it_has():
    """A PDU costs its length and 256 bytes: four of 744 fill a queue of 4000."""
    source = isac.payload_source(W, idle=True, queue_len=4000)
    for i in range(10):
        source._post(PDUS, pdu(bytes([i]) * 744))
    frames = collect(source, 40)
    sent = b"".join(item[:n] for _, n, item in frames)
    assert source.dropped == 6
    assert sent.count(bytes([3])) > 700 and sent.count(bytes([4])) < 100


def test_one_pdu_longer_than_the_queue_passes_through_an_empty_one():
    source = isac.payload_source(W, idle=True, queue_len=1)
    source._post(PDUS, pdu(bytes(10 * W.payload_len)))
    source._post(PDUS, pdu(b"too much"))
    frames = collect(source, 20)
    assert sum(f[1] > 0 for f in frames) == 11 and source.dropped == 1


def test_what_is_made_ahead_is_little():
    """However large GNU Radio makes the buffer: a PDU waits for two frames and no more."""
    source, top = isac.payload_source(W, idle=True), gr.top_block()
    first = blocks.head(W.payload_len, 1)
    sink = blocks.vector_sink_b(W.payload_len)
    top.connect(source, first, sink)
    top.run()
    assert source.nitems_written(0) <= 3


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
    assert frames[0][:2] == (0, 6 + 4)
    assert source.malformed == 2


def test_refuses_bad_parameters():
    with pytest.raises(ValueError, match="n_frames = -1"):
        isac.payload_source(W, n_frames=-1)
    with pytest.raises(ValueError, match="queue_len = 0"):
        isac.payload_source(W, queue_len=0)
    with pytest.raises(ValueError, match="repeat"):
        isac.payload_source(W, repeat=True)

# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""PDUs over the link: whole, in order, or not at all; bounded memory and delay."""

import resource
import time

import numpy as np
import pmt
import pytest
from chains import receive_row, transmit_row
from gnuradio import blocks, gr, isac

W = isac.waveform(fft_len=256, cp_len=32, n_subcarriers=200, n_symbols=16)
PDUS = pmt.intern("pdus")
RNG = np.random.default_rng(2026)


def pdu(data):
    return pmt.cons(pmt.make_dict(), pmt.init_u8vector(len(data), list(data)))


def data_of(message):
    return bytes(pmt.u8vector_elements(pmt.cdr(message)))


class link:
    """A transmitter, or the row of blocks that does the same, to a receiver."""

    def __init__(self, fused=True, between=(), **options):
        self.top, self.between = gr.top_block(), between  # Python blocks need an owner
        if fused:
            self.source, self.decoder = isac.transmitter(W, **options), isac.receiver(W)
            self.top.connect(self.source, *between, self.decoder)
        else:
            self.source = isac.payload_source(W, **options)
            last, _ = transmit_row(self.top, W, self.source)
            self.decoder = receive_row(self.top, W, last)
        self.store = blocks.message_debug(False)
        self.top.msg_connect(self.decoder, "pdus", self.store, "store")

    def send(self, data):
        self.source._post(PDUS, pdu(data))

    def run(self):
        self.top.run()
        return [data_of(self.store.get_message(i)) for i in range(self.store.num_messages())]


@pytest.mark.parametrize("fused", [True, False])
def test_pdus_of_all_sizes_come_out_whole_and_in_order(fused):
    """One byte to half a megabyte, which is thousands of frames here."""
    sizes = [1, 40, W.payload_len - 6, W.payload_len - 5, 1500, 3, 500_000 if fused else 20_000]
    sent = [RNG.bytes(n) for n in sizes + [int(n) for n in RNG.integers(1, 3000, 50)]]
    n_frames = -(-sum(len(data) + 10 for data in sent) // (W.payload_len - 6)) + 3
    over = link(fused, n_frames=n_frames, queue_len=10_000_000)
    for data in sent:
        over.send(data)
    assert over.run() == sent
    assert over.decoder.lost_pdus == 0


def test_a_fixed_payload_comes_out_as_before():
    payload = RNG.bytes(3 * W.payload_len + 5)
    assert b"".join(link(payload=payload, n_frames=6).run()) == payload


class gap(gr.sync_block):
    """Silence where the stream has the frames of these numbers."""

    def __init__(self, numbers):
        gr.sync_block.__init__(self, "gap", [np.complex64], [np.complex64])
        self._ranges = [(n * W.frame_len, (n + 1) * W.frame_len) for n in numbers]

    def work(self, input_items, output_items):
        n, first = len(output_items[0]), self.nitems_written(0)
        output_items[0][:] = input_items[0][:n]
        for low, high in self._ranges:
            output_items[0][max(0, low - first):max(0, high - first)] = 0
        return n


def test_a_lost_frame_takes_its_pdus_and_no_other():
    """Frame 3 is in the middle of the long PDU, frame 6 holds the end of it and short ones."""
    short = [RNG.bytes(20) for _ in range(100)]
    long = RNG.bytes(4 * W.payload_len)
    sent = [*short[:20], long, *short[20:]]
    over = link(between=[gap([3])], n_frames=20)
    for data in sent:
        over.send(data)
    got = over.run()
    assert got == short
    assert over.decoder.lost_pdus == 1
    assert over.decoder.crc_errors == 0


def resident_mb():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 1e6


def test_a_flood_is_dropped_and_not_stored():
    """PDUs of 20 kB, 180 MB after the first 1000, into a link that is held up: only the queue
    is kept."""
    over = link(between=[blocks.throttle(gr.sizeof_gr_complex, 1e5)], idle=True,
                queue_len=200_000)
    over.top.start()
    for i in range(10_000):
        if i == 1000:  # by now all buffers have their pages
            before = resident_mb()
        over.source._post(PDUS, pmt.cons(pmt.make_dict(), pmt.make_u8vector(20_000, i % 256)))
    time.sleep(0.2)
    after, dropped = resident_mb(), over.source.dropped
    over.top.stop()
    over.top.wait()
    assert dropped > 9000
    assert after - before < 20  # MB


def test_a_pdu_does_not_wait_behind_idle_frames():
    """From PDU in to its first sample: the frame under way and the one that the output buffer of
    256 KiB holds, 32768 samples; and what a throttle lets pass at a time."""
    rate_hz = 500e3
    over = link(between=[blocks.throttle(gr.sizeof_gr_complex, rate_hz)], idle=True)
    over.top.start()
    time.sleep(0.3)
    start = time.monotonic()
    over.send(b"quick")
    while over.store.num_messages() == 0 and time.monotonic() < start + 5:
        time.sleep(0.002)
    waited_s = time.monotonic() - start
    over.top.stop()
    over.top.wait()
    assert data_of(over.store.get_message(0)) == b"quick"
    # Two buffers of 32768 samples, before and behind the throttle, and two frames at each end.
    assert waited_s < (2 * 32768 + 4 * W.frame_len) / rate_hz + 0.2

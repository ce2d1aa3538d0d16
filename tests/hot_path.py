# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a flowgraph under the hooks of tests/hooks and prints what a frame costs each block.

Run with LD_PRELOAD=libisac-test-hooks.so. Arguments: the library, rows of a frame, what to run:
link, traffic or radar. Prints JSON: {block: {allocations, bytes, locks, plans: per frame}}.
"""

import ctypes
import json
import sys
import time
from pathlib import Path

import numpy as np
import pmt
from gnuradio import blocks, gr, isac

WARM_UP_S, MEASURE_S = 0.7, 1.0
FIELDS = ("thread", "allocations", "bytes", "locks", "plans")
WHAT = FIELDS[1:]


class hook_counts(ctypes.Structure):
    _fields_ = [(name, ctypes.c_long) for name in FIELDS]


def read_counts(hooks):
    """{thread name: [allocations, bytes, locks, plans]} of the threads that are alive."""
    buffer = (hook_counts * 512)()
    found = {}
    for c in buffer[:hooks.isac_hooks_all(buffer, len(buffer))]:
        try:
            name = Path(f"/proc/self/task/{c.thread}/comm").read_text().strip()
        except OSError:
            continue
        found[name.rstrip("0123456789")] = np.array([getattr(c, f) for f in WHAT])
    return found


def scene(with_echo):
    return isac.scene(targets=[{"range_m": 40, "velocity_mps": 10}] if with_echo else [])


def link(top, waveform, traffic):
    """Transmitter, channel, receiver; returns what counts frames and what keeps PDUs coming."""
    payload = np.random.default_rng(1).bytes(2 * waveform.payload_len)
    transmitter = (isac.transmitter(waveform, idle=True) if traffic else
                   isac.transmitter(waveform, payload, repeat=True))
    receiver = isac.receiver(waveform)
    top.connect(transmitter, isac.scene_channel(
        waveform, scene(False), isac.channel_view.LINK), receiver)
    pdu = pmt.cons(pmt.make_dict(), pmt.make_u8vector(200, 1))

    def feed():
        if traffic:
            transmitter._post(pmt.intern("pdus"), pdu)

    return (lambda: receiver.frames), feed


def radar(top, waveform):
    transmitter = isac.transmitter(waveform, idle=True)
    sensor, sink = isac.sensor(waveform), blocks.null_sink(4 * waveform.map_len)
    top.connect(transmitter, isac.scene_channel(
        waveform, scene(True), isac.channel_view.ECHO), isac.preamble_remover(waveform),
        isac.ofdm_demodulator(waveform), (sensor, 1))
    top.connect((transmitter, 1), sensor)
    top.connect(sensor, sink)
    return (lambda: sink.nitems_read(0)), lambda: None


def main():
    hooks = ctypes.CDLL(sys.argv[1])
    hooks.isac_hooks_mine.restype = hook_counts
    waveform = isac.waveform(fft_len=256, cp_len=32, n_subcarriers=128, n_symbols=int(sys.argv[2]))
    top = gr.top_block()
    n_frames, feed = (radar(top, waveform) if sys.argv[3] == "radar" else
                      link(top, waveform, sys.argv[3] == "traffic"))
    sensor = isac.sensor(waveform)  # plans its transforms, under locks of their own
    hooks.isac_hooks_watch(b"libgnuradio-isac")
    sensor.set_false_alarm_rate(1e-3)  # leaves a value under a lock
    assert hooks.isac_hooks_mine().locks == 1, "the hooks do not see the locks"
    top.start()

    def run(seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            feed()
            time.sleep(0.01)
        return read_counts(hooks), n_frames()

    before, first = run(WARM_UP_S)
    after, last = run(MEASURE_S)
    top.stop()
    top.wait()
    print(json.dumps({
        name: dict(zip(WHAT, ((after[name] - before[name]) / (last - first)).tolist(),
                       strict=True))
        for name in after if name in before and not name.startswith("python")}))


if __name__ == "__main__":
    main()

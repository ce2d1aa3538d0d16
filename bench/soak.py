# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A long run of the receiver over a stream that is torn: none lost but the frames a gap hits.

Frames one behind the other, with steps of carrier offset and level and, at random, samples
missing. Every frame that no gap touches must come out, and memory must not grow.
"""

import argparse
import resource
import sys
import time

import numpy as np
import pmt
from gnuradio import gr, isac
from measure import write

SNR_DB = 35
GAP_EVERY = 20      # frames, on average
STEP_EVERY = 10     # frames, on average, for carrier offset and level each
MAX_CFO = 4         # subcarriers
MAX_LEVEL_DB = -60  # of a full scale frame
N_CLEAN = 64        # different frames that the stream is made of


class TornStream(gr.sync_block):
    """Numbered frames, stepped and torn; `hit` collects the numbers that lost samples."""

    def __init__(self, waveform, n_frames, seed):
        gr.sync_block.__init__(self, "torn_stream", None, [np.complex64])
        self.w, self.n_frames, self.rng = waveform, n_frames, np.random.default_rng(seed)
        self.transmitter = isac.dsp.transmitter(waveform)
        self.payload = self.rng.bytes(waveform.payload_len)
        self.noise = (self.rng.normal(size=(1 << 20, 2)) @ [1, 1j]).astype(np.complex64)
        self.noise *= np.sqrt(0.5 * 10 ** (-SNR_DB / 10))
        self.turns = 2j * np.pi / waveform.fft_len * np.arange(waveform.frame_len)
        self.number, self.cfo, self.level = 0, 0.0, 1.0
        self.left, self.owed, self.hit, self.phasor = np.zeros(0, np.complex64), 0, set(), None

    def step(self):
        if self.phasor is None or self.rng.random() < 1 / STEP_EVERY:
            self.cfo = self.rng.uniform(-MAX_CFO, MAX_CFO)
            self.phasor = np.exp(self.turns * self.cfo).astype(np.complex64)
        if self.rng.random() < 1 / STEP_EVERY:
            self.level = 10 ** (self.rng.uniform(MAX_LEVEL_DB, 0) / 20)

    def next_frame(self):
        self.step()
        samples, _ = self.transmitter.modulate(self.payload, self.number)
        at = int(self.rng.integers(0, len(self.noise) - len(samples)))
        x = (samples * self.phasor + self.noise[at:at + len(samples)]) * self.level
        if self.owed:  # a gap that reaches into this frame
            cut, self.owed = min(self.owed, len(x)), max(0, self.owed - len(x))
            self.hit.add(self.number)
            x = x[cut:]
        elif self.rng.random() < 1 / GAP_EVERY:
            first = int(self.rng.integers(0, len(x)))
            lost = int(10 ** self.rng.uniform(0, 4))
            self.hit.add(self.number)
            self.owed = max(0, first + lost - len(x))
            x = np.delete(x, slice(first, first + lost))
        self.number += 1
        return x.astype(np.complex64)

    def work(self, input_items, output_items):
        out, n = output_items[0], 0
        while n < len(out):
            if not len(self.left):
                if self.number == self.n_frames:
                    break
                self.left = self.next_frame()
            m = min(len(self.left), len(out) - n)
            out[n:n + m] = self.left[:m]
            self.left, n = self.left[m:], n + m
        return n if n else -1


class Counter(gr.basic_block):
    """Counts the good frames by their numbers."""

    def __init__(self):
        gr.basic_block.__init__(self, "counter", None, None)
        self.good, self.n_bad = set(), 0
        self.message_port_register_in(pmt.intern("frames"))
        self.set_msg_handler(pmt.intern("frames"), self.take)

    def take(self, message):
        meta = pmt.car(message)
        ok = pmt.to_bool(pmt.dict_ref(meta, pmt.intern("crc_ok"), pmt.PMT_F))
        if ok:
            self.good.add(pmt.to_uint64(pmt.dict_ref(meta, pmt.intern("number"), pmt.PMT_NIL)))
        self.n_bad += not ok


def rss_mb():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 1e6


def soak(n_frames, seed=1, progress=False):
    """{name: number} of a run: sent, hit, lost without being hit, memory growth in MB."""
    w = isac.waveform(fft_len=128, cp_len=16, n_subcarriers=100, n_symbols=6)
    top, source, counter = gr.top_block(), TornStream(w, n_frames, seed), Counter()
    receiver = isac.receiver(w)
    top.connect(source, receiver)
    top.msg_connect(receiver, "frames", counter, "frames")
    began, memory = time.monotonic(), []
    top.start()
    while source.number < n_frames:
        time.sleep(0.2)
        if source.number > n_frames // 10:  # buffers and pages are there by then
            memory.append(rss_mb())
        if progress:
            lost = len(set(range(source.number - 200)) - counter.good - source.hit)
            print(f"\r{source.number} of {n_frames} frames, {len(source.hit)} hit, {lost} lost, "
                  f"{rss_mb():.0f} MB, {time.monotonic() - began:.0f} s ", end="",
                  file=sys.stderr, flush=True)
    top.wait()
    until = time.monotonic() + 5
    lost = None
    while time.monotonic() < until:
        lost = set(range(n_frames)) - counter.good - source.hit
        if not lost:
            break
        time.sleep(0.1)
    # Each number that is remembered takes Python about 100 bytes: that is the test's own.
    own_mb = 1e-4 * n_frames
    growth = (memory[-1] - memory[0] if len(memory) > 1 else 0.0)
    return {"frames": n_frames, "hit": len(source.hit), "lost": len(lost),
            "recovered": len(source.hit & counter.good), "growth_mb": growth,
            "own_mb": own_mb, "lost_numbers": sorted(lost)[:20]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", metavar="FILE", help="write {name: number} there")
    args = parser.parse_args()
    numbers = soak(args.frames, args.seed, progress=True)
    print(file=sys.stderr)
    for name, value in numbers.items():
        print(f"{name:14s}{value}")
    write(args.json, {k: v for k, v in numbers.items() if k != "lost_numbers"})
    return 1 if numbers["lost"] or numbers["growth_mb"] > 10 + numbers["own_mb"] else 0


if __name__ == "__main__":
    sys.exit(main())

# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A long run of the receiver over a stream that is torn: none lost but the frames a gap hits.

Frames one behind the other, with steps of carrier offset and level between them and, at random,
samples missing. Every frame that keeps all its own samples must come out, and memory must not
grow: lines over the frames are fitted to what malloc has handed out and to the resident memory,
behind the first tenth. Whatever a block would keep of a frame takes at least a chunk of malloc,
32 bytes.
"""

import argparse
import ctypes
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
MAX_AHEAD = 2000    # frames the source may be ahead: messages wait in memory
CHUNK = 32          # bytes, the smallest that malloc hands out
HIT, GOOD = 1, 2    # of a frame


class TornStream(gr.sync_block):
    """Numbered frames, stepped and torn; marks those that lost samples in `book`."""

    def __init__(self, waveform, book, seed):
        gr.sync_block.__init__(self, "torn_stream", None, [np.complex64])
        self.w, self.book, self.rng = waveform, book, np.random.default_rng(seed)
        self.transmitter = isac.dsp.transmitter(waveform)
        self.payload = self.rng.bytes(waveform.payload_len)
        self.noise = (self.rng.normal(size=(1 << 20, 2)) @ [1, 1j]).astype(np.complex64)
        self.noise *= np.sqrt(0.5 * 10 ** (-SNR_DB / 10))
        self.turns = 2j * np.pi / waveform.fft_len * np.arange(waveform.frame_len)
        self.number, self.cfo, self.level = 0, 0.0, 1.0
        self.left, self.owed, self.phasor = np.zeros(0, np.complex64), 0, None
        self.is_ahead = lambda number: False

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
            self.book[self.number] |= HIT
            x = x[cut:]
        elif self.rng.random() < 1 / GAP_EVERY:
            first = int(self.rng.integers(0, len(x)))
            lost = int(10 ** self.rng.uniform(0, 4))
            self.book[self.number] |= HIT
            self.owed = max(0, first + lost - len(x))
            x = np.delete(x, slice(first, first + lost))
        self.number += 1
        return x.astype(np.complex64)

    def work(self, input_items, output_items):
        out, n = output_items[0], 0
        while n < len(out):
            if not len(self.left):
                if self.number == len(self.book):
                    break
                while self.is_ahead(self.number):
                    time.sleep(0.001)
                self.left = self.next_frame()
            m = min(len(self.left), len(out) - n)
            out[n:n + m] = self.left[:m]
            self.left, n = self.left[m:], n + m
        return n if n else -1


class Counter(gr.basic_block):
    """Marks the good frames in `book` by their numbers."""

    NUMBER, CRC_OK = pmt.intern("number"), pmt.intern("crc_ok")

    def __init__(self, book):
        gr.basic_block.__init__(self, "counter", None, None)
        self.book, self.newest, self.last_heard = book, 0, time.monotonic()
        self.message_port_register_in(pmt.intern("frames"))
        self.set_msg_handler(pmt.intern("frames"), self.take)

    def take(self, message):
        meta = pmt.car(message)
        number = pmt.to_uint64(pmt.dict_ref(meta, self.NUMBER, pmt.PMT_NIL))
        if pmt.to_bool(pmt.dict_ref(meta, self.CRC_OK, pmt.PMT_F)):
            self.book[number] |= GOOD
        self.newest, self.last_heard = number, time.monotonic()

    def is_behind(self, number):
        """A frame that never comes out must not stop the source for ever."""
        return number - self.newest > MAX_AHEAD and time.monotonic() - self.last_heard < 1


def rss_bytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


class MallocInfo(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in (
        "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks",
        "fordblks", "keepcost")]


def held_bytes():
    """Handed out by malloc and not given back; 0 where the library cannot say."""
    mallinfo = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if mallinfo is None:
        return 0
    mallinfo.restype = MallocInfo
    info = mallinfo()
    return info.uordblks + info.hblkhd


def fit(memory, column, n_frames):
    """Bytes a frame and their standard error, from [(frame, ..)] behind the first tenth."""
    rows = np.array([m for m in memory if m[0] > n_frames // 10], float).reshape(-1, 3)
    x, y = rows[:, 0], rows[:, column]
    if len(x) < 5 or np.ptp(x) == 0:
        return 0.0, 0.0
    slope, offset = np.polyfit(x, y, 1)
    # Memory moves in steps that last: as many independent points as the residue has turns.
    rest = y - slope * x - offset
    n = max(2, np.count_nonzero(np.diff(np.sign(rest))))
    return slope, rest.std() / x.std() / np.sqrt(n)


def soak(n_frames, seed=1, progress=False, **changes):
    """{name: number} of a run: sent, hit, lost without being hit, memory growth in MB."""
    w = isac.waveform(**{**dict(fft_len=128, cp_len=16, n_subcarriers=100, n_symbols=6), **changes})
    book = np.full(n_frames, 255, np.uint8)
    book[:] = 0  # its pages are there before memory is looked at
    top, source, counter = gr.top_block(), TornStream(w, book, seed), Counter(book)
    source.is_ahead = counter.is_behind
    receiver = isac.receiver(w)
    top.connect(source, receiver)
    top.msg_connect(receiver, "frames", counter, "frames")
    began, memory = time.monotonic(), []
    top.start()
    while source.number < n_frames:
        time.sleep(0.2)
        memory.append((source.number, rss_bytes(), held_bytes()))
        if progress:
            seen = book[:max(0, min(counter.newest, source.number) - 10)]
            print(f"\r{source.number} of {n_frames} frames, {np.count_nonzero(seen & HIT)} hit, "
                  f"{np.count_nonzero(seen == 0)} lost, {memory[-1][1] / 1e6:.1f} MB, "
                  f"{time.monotonic() - began:.0f} s ", end="", file=sys.stderr, flush=True)
    top.wait()
    until = time.monotonic() + 5
    while np.any(book == 0) and time.monotonic() < until:
        time.sleep(0.1)
    lost = np.flatnonzero(book == 0)
    resident, held = fit(memory, 1, n_frames), fit(memory, 2, n_frames)
    return {"frames": n_frames, "hit": int(np.count_nonzero(book & HIT)), "lost": len(lost),
            "recovered": int(np.count_nonzero(book == HIT | GOOD)),
            "resident_a_frame": resident[0], "resident_a_frame_error": resident[1],
            "held_a_frame": held[0], "held_a_frame_error": held[1],
            "lost_numbers": lost[:20].tolist(), "memory": memory}


def plot(memory, path):
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    x, resident, held = np.array(memory, float).T
    figure, axes = plt.subplots(figsize=(7, 4))
    axes.plot(x, resident / 1e6, label="resident")
    axes.plot(x, held / 1e6, label="handed out by malloc")
    axes.set(xlabel="frame", ylabel="memory (MB)", ylim=(0, 1.1 * resident.max() / 1e6))
    axes.legend()
    axes.grid(alpha=0.3)
    figure.savefig(path, dpi=120, bbox_inches="tight")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--precoding", default="NONE", choices=("NONE", "DFT"))
    parser.add_argument("--plot", metavar="FILE", help="memory over frames")
    parser.add_argument("--json", metavar="FILE", help="write {name: number} there")
    args = parser.parse_args()
    numbers = soak(args.frames, args.seed, progress=True,
                   precoding=getattr(isac.precoding, args.precoding))
    memory = numbers.pop("memory")
    print(file=sys.stderr)
    for i in np.linspace(0, len(memory) - 1, min(len(memory), 11)).astype(int):
        print(f"{memory[i][0]:9d} frames {memory[i][1] / 1e6:8.2f} MB, "
              f"{memory[i][2] / 1e6:.2f} handed out")
    for name, value in numbers.items():
        print(f"{name:24s}{value:.3g}" if isinstance(value, float) else f"{name:24s}{value}")
    if args.plot:
        plot(memory, args.plot)
    write(args.json, {k: v for k, v in numbers.items() if k != "lost_numbers"})
    grows = any(numbers[f"{kind}_a_frame"] > CHUNK / 2 + 3 * numbers[f"{kind}_a_frame_error"]
                for kind in ("resident", "held"))
    return 1 if numbers["lost"] or grows else 0


if __name__ == "__main__":
    sys.exit(main())

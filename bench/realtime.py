# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many cores the whole link needs at the rate of the radio, and what loses frames there.

Transmitter, scene with moving reflectors and noise, and receiver, synchroniser included, in one
flowgraph. Cores are CPU seconds of all threads over seconds of signal: the best and the middle of
many slices, and the share of each block. With --realtime the samples are paced by the clock, and
what counts is that no frame is lost and nothing falls behind.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np
from gnuradio import blocks, gr, isac

WARM_UP_S, SLICE_S = 1.0, 0.5
BLOCKS = {"transmitter": "transmitter", "scene_channel": "scene", "receiver": "receiver",
          "throttle": "throttle"}


def scene(n_paths, snr_db):
    """Reflectors on the way to the far receiver, each with its own delay and speed."""
    paths = [{"range_m": 100 + 37.3 * i, "gain_db": -3.0 * i, "velocity_mps": 7.1 * i - 9,
              "phase_rad": 1.3 * i} for i in range(n_paths)]
    return isac.scene(paths=paths, link_snr_db=snr_db, cfo_hz=2500.0)


class link(gr.top_block):
    def __init__(self, waveform, n_paths, snr_db, paced):
        gr.top_block.__init__(self, "realtime")
        self.waveform = waveform
        payload = np.random.default_rng(1).bytes(5 * waveform.payload_len)
        self.transmitter = isac.transmitter(waveform, payload, repeat=True)
        self.channel = isac.scene_channel(
            waveform, scene(n_paths, snr_db), isac.channel_view.LINK)
        self.receiver = isac.receiver(waveform)
        pace = [blocks.throttle(gr.sizeof_gr_complex, waveform.sample_rate_hz)] if paced else []
        self.connect(self.transmitter, *pace, self.channel, self.receiver)

    def received_s(self):
        """Seconds of signal that have gone through."""
        return self.receiver.nitems_read(0) / self.waveform.sample_rate_hz


def cpu_seconds():
    """CPU time of every block's thread so far, by the name of the block."""
    spent = dict.fromkeys(BLOCKS.values(), 0.0)
    spent["rest"] = 0.0
    for task in Path("/proc/self/task").iterdir():
        try:
            name = (task / "comm").read_text().strip()
            nanoseconds = int((task / "schedstat").read_text().split()[0])
        except OSError:  # a thread that ended meanwhile
            continue
        block = next((BLOCKS[b] for b in BLOCKS if name.startswith(b[:11])), "rest")
        spent[block] += nanoseconds * 1e-9
    return spent


def slices(top, seconds, tick=None):
    """[{block: cores}] of slices of SLICE_S each, while the flowgraph runs."""
    time.sleep(WARM_UP_S)
    found, start = [], time.monotonic()
    while time.monotonic() - start < seconds:
        before, signal = cpu_seconds(), top.received_s()
        end = time.monotonic() + SLICE_S
        while time.monotonic() < end:
            time.sleep(min(0.02, SLICE_S))
            if tick:
                tick()
        signal = top.received_s() - signal
        if signal > 0:
            now = cpu_seconds()
            found.append({block: (now[block] - before[block]) / signal for block in now})
    return found


def summary(top, found):
    """Cores of the best slice and of the middle one, and who needs them."""
    totals = [sum(s.values()) for s in found]
    best = found[totals.index(min(totals))]
    frame_s = top.waveform.frame_duration_s
    sent = top.received_s() / frame_s
    numbers = {"cores": min(totals), "cores, median": statistics.median(totals),
               "samples/s per core": top.waveform.sample_rate_hz / min(totals),
               "frames": top.receiver.frames, "crc errors": top.receiver.crc_errors,
               # The one under way and the one in the synchroniser are not lost.
               "lost": max(0, int(sent) - 2 - top.receiver.frames) + top.receiver.crc_errors}
    numbers.update({f"cores, {block}": cores for block, cores in best.items()})
    return numbers


def measure(args, waveform):
    top = link(waveform, args.paths, args.snr_db, args.realtime)
    lags, start = [], time.monotonic()
    first = []

    def lag():
        ahead = top.received_s() - (time.monotonic() - start)
        first.append(ahead)
        lags.append(max(first) - ahead)

    top.start()
    found = slices(top, args.seconds, lag if args.realtime else None)
    numbers = summary(top, found)
    if args.realtime:
        numbers["seconds"] = args.seconds
        numbers["worst lag, ms"] = 1e3 * max(lags)
    top.stop()
    top.wait()
    return numbers


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--waveform", default="wide", help="preset or .yml file")
    add("--seconds", type=float, help="to measure; default 5, or 60 with --realtime")
    add("--realtime", action="store_true", help="pace the samples by the clock")
    add("--paths", type=int, default=4, help="reflectors in the scene")
    add("--snr-db", type=float, default=20, help="at the receiver, of one cell")
    add("--json", metavar="FILE", help="write {name: number} there")
    args = parser.parse_args()
    args.seconds = args.seconds or (60 if args.realtime else 5)
    gr.logging().set_default_level(gr.log_levels.err)

    waveform = isac.load_waveform(args.waveform)
    print(f"{waveform.id} at {waveform.sample_rate_hz / 1e6:g} MS/s, {args.paths} reflectors, "
          f"{args.snr_db:g} dB")
    numbers = measure(args, waveform)
    for name, value in numbers.items():
        print(f"{name:24s}{value:14.4g}")
    if args.json:
        Path(args.json).write_text(json.dumps(numbers, indent=1))
    return 0 if numbers["lost"] == 0 else 1


if __name__ == "__main__":
    sys.exit(main())

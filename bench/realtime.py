# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many cores the whole link needs at the rate of the radio, and what loses frames there.

Transmitter, scene with moving reflectors and noise, and receiver, synchroniser included, in one
flowgraph. Cores are CPU seconds of all threads over seconds of signal: of the best and of the
middle one of many slices, and the share of each block. With --realtime a PDU that fills a frame
comes when the clock says that a frame is over, as from a network, and what counts is that none is
lost: neither dropped because the queue, 1 MiB, is full, nor on the way. That needs a machine with
nothing else to do: what other programs take is told.

With --sensing the reflectors are heard as echoes, and every row that is received goes on into a
range-velocity map and the detector. With --paths 0 there is no channel at all.
"""

import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import pmt
from gnuradio import blocks, gr, isac

WARM_UP_S, SLICE_S = 1.0, 0.5
BLOCKS = {"transmitter": "transmitter", "scene_channel": "scene", "receiver": "receiver",
          "frame_join": "sensor", "sensor": "sensor"}


def scene(n_paths, snr_db):
    """Reflectors on the way to the far receiver, each with its own delay and speed."""
    paths = [{"range_m": 100 + 37.3 * i, "gain_db": -3.0 * i, "velocity_mps": 7.1 * i - 9,
              "phase_rad": 1.3 * i} for i in range(n_paths)]
    return isac.scene(paths=paths, link_snr_db=snr_db, cfo_hz=2500.0)


def echoes(n_targets, snr_db):
    """The same seen from beside the transmitter."""
    return isac.scene(targets=[{"range_m": 50 + 37.3 * i, "snr_db": snr_db - 3.0 * i,
                                "velocity_mps": 7.1 * i - 9} for i in range(n_targets)])


class link(gr.top_block):
    def __init__(self, waveform, n_paths, snr_db, paced, is_sensing):
        gr.top_block.__init__(self, "realtime")
        self.waveform = waveform
        random = np.random.default_rng(1)
        payload = b"" if paced else random.bytes(5 * waveform.payload_len)
        self.transmitter = isac.transmitter(waveform, payload, repeat=not paced)
        view = isac.channel_view.ECHO if is_sensing else isac.channel_view.LINK
        world = echoes(n_paths, snr_db) if is_sensing else scene(n_paths, snr_db)
        self.receiver = isac.receiver(waveform)
        if n_paths:
            self.connect(self.transmitter, isac.scene_channel(waveform, world, view),
                         self.receiver)
        else:
            self.connect(self.transmitter, self.receiver)
        self.maps = self.sense() if is_sensing else None
        data = random.bytes(waveform.payload_len - 6)  # and the header of a segment
        self._pdu = pmt.cons(pmt.make_dict(), pmt.init_u8vector(len(data), list(data)))
        self.posted, self.worst_lag_s, self._start = 0, 0.0, None

    def sense(self):
        """Received rows meet the sent ones; every frame becomes a map and its detections."""
        self.join, sensor = isac.frame_join(self.waveform), isac.sensor(self.waveform)
        maps = blocks.null_sink(4 * self.waveform.map_len)
        self.connect((self.transmitter, 1), self.join)
        self.connect((self.receiver, 0), (self.join, 1))
        self.connect(self.join, sensor, maps)
        self.connect((self.join, 1), (sensor, 1))
        return maps

    def feed(self):
        """Posts what is due by now, and sees how far behind the receiver is."""
        self._start = self._start or time.monotonic()
        due = int((time.monotonic() - self._start) / self.waveform.frame_duration_s)
        for _ in range(due - self.posted):
            self.transmitter._post(pmt.intern("pdus"), self._pdu)
        self.posted = due
        self.worst_lag_s = max(
            self.worst_lag_s, (due - self.receiver.frames) * self.waveform.frame_duration_s)

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


def others_seconds():
    """CPU time since boot of all other processes, the host's among them where it tells."""
    user, nice, system, _, _, irq, soft_irq, stolen = map(
        int, Path("/proc/stat").read_text().split("\n")[0].split()[1:9])
    ticks = user + nice + system + irq + soft_irq + stolen
    return ticks / os.sysconf("SC_CLK_TCK") - time.process_time()


def slices(top, seconds, tick=None):
    """[{block: cores}] of slices of SLICE_S each, while the flowgraph runs."""
    def run(for_s):
        end = time.monotonic() + for_s
        while time.monotonic() < end:
            if tick:
                tick()
            time.sleep(0.004 if tick else for_s)

    run(WARM_UP_S)
    found, start = [], time.monotonic()
    while time.monotonic() - start < seconds:
        before, signal = cpu_seconds(), top.received_s()
        run(SLICE_S)
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
    if top.maps:
        numbers["maps"] = top.maps.nitems_read(0)
        numbers["lost"] += top.join.unpaired_received + top.join.incomplete
    numbers.update({f"cores, {block}": cores for block, cores in best.items()})
    return numbers


def measure(args, waveform):
    top = link(waveform, args.paths, args.snr_db, args.realtime, args.sensing)
    top.start()
    start, others = time.monotonic(), others_seconds()
    found = slices(top, args.seconds, top.feed if args.realtime else None)
    others = (others_seconds() - others) / (time.monotonic() - start)
    if args.realtime:
        time.sleep(1)  # what is under way arrives
    numbers = summary(top, found)
    numbers["cores, other programs"] = others
    if args.realtime:
        # The last two wait for samples that would push them through the receiver.
        numbers["lost"] = max(0, top.posted - 2 - top.receiver.frames) + top.receiver.crc_errors
        numbers["seconds"] = args.seconds
        numbers["worst lag, ms"] = 1e3 * top.worst_lag_s
    top.stop()
    top.wait()
    return numbers


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--waveform", default="wide", help="preset or .yml file")
    add("--seconds", type=float, help="to measure; default 5, or 60 with --realtime")
    add("--realtime", action="store_true", help="pace the samples by the clock")
    add("--sensing", action="store_true", help="hear echoes, and make a map of every frame")
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

# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many samples of echoes a second of one core makes, beside gr-radar's simulator.

The same reflectors in both, each simulator in a flowgraph from a repeated vector into
nothing, and what counts is the CPU time of the simulator's own thread. gr-radar takes packets,
transforms each as a whole and shifts it by multiplying its spectrum, without noise; here every
sample is delayed, weighed and turned, continuously over the stream, and gets a receiver's noise.

gr-radar's phases begin anew with every packet, so a velocity can only be measured within one: its
packet is a frame. It is listed with short packets too, which its FFT likes best.
"""

import time
from pathlib import Path

import numpy as np
from gnuradio import blocks, gr, isac
from measure import arguments, check, report, write

SLICE_S = 1.0  # some twenty frames of the slowest case
SHORT = 32768  # samples of a packet
TARGETS = (1, 4)
MUST = 10  # times gr-radar, with four targets


def reflectors(n):
    """(range_m, velocity_mps, rcs_dbsm), n of them within the prefix of the lab waveform."""
    return [(20 + 300 * i / n, 15.0 - 3 * i, 10.0 + i % 5) for i in range(n)]


def thread_seconds(name):
    """CPU time of the threads whose names begin like this; GNU Radio names them by block."""
    total = 0
    for task in Path("/proc/self/task").iterdir():
        if (task / "comm").read_text().startswith(name[:12]):
            total += int((task / "schedstat").read_text().split()[0])
    return 1e-9 * total


def rate(samples, chain):
    """Samples per CPU second of the last block of a chain."""
    top = gr.top_block()
    source = blocks.vector_source_c(samples, True)
    source.set_min_output_buffer(2 * SHORT)
    top.connect(source, *chain, blocks.null_sink(8))
    block = chain[-1]
    top.start()
    time.sleep(0.1)
    made, spent = block.nitems_written(0), thread_seconds(block.name())
    time.sleep(SLICE_S)
    made, spent = block.nitems_written(0) - made, thread_seconds(block.name()) - spent
    top.stop()
    top.wait()
    return made / spent


def ours(waveform, n):
    scene = isac.scene(
        targets=[dict(range_m=r, velocity_mps=v, rcs_dbsm=s) for r, v, s in reflectors(n)])
    return [isac.scene_channel(waveform, scene, isac.channel_view.ECHO)]


def gr_radar(waveform, n, packet_len):
    from gnuradio import radar

    ranges, velocities, rcs = np.array(reflectors(n)).T
    simulator = radar.static_target_simulator_cc(
        ranges.tolist(), velocities.tolist(), (10 ** (rcs / 10)).tolist(), [0.0] * n, [0.0],
        int(waveform.sample_rate_hz), waveform.carrier_freq_hz, -10.0, False, False)
    tag = blocks.stream_to_tagged_stream(8, 1, packet_len, "packet_len")
    for block in (tag, simulator):
        block.set_min_output_buffer(2 * packet_len)
    return [tag, simulator]


def main():
    args = arguments(__doc__)
    gr.logging().set_default_level(gr.log_levels.err)
    waveform = isac.waveform()
    rng = np.random.default_rng(1)
    samples = (rng.normal(size=(SHORT, 2)) @ [1, 1j]).astype(np.complex64).tolist()
    cases = {f"scene_channel, {n}": lambda n=n: ours(waveform, n) for n in TARGETS}
    try:
        gr_radar(waveform, 1, SHORT)
        for n in TARGETS:
            cases |= {
                f"gr-radar, {n}": lambda n=n: gr_radar(waveform, n, waveform.body_len),
                f"gr-radar, {n}, short packets": lambda n=n: gr_radar(waveform, n, SHORT)}
    except ImportError:
        print("gr-radar is not installed here: left out")
    rates = dict.fromkeys(cases, 0.0)
    for _ in range(args.rounds):
        for name, make in cases.items():
            rates[name] = max(rates[name], rate(samples, make()))
    numbers = report("targets", "MS/s per core", rates, "scene_channel, 1",
                     [(f"scene_channel, {n}", f"gr-radar, {n}") for n in TARGETS])
    if "gr-radar, 4" in rates:
        numbers |= check("scene_channel / gr-radar, 4 targets",
                         rates["scene_channel, 4"] / rates["gr-radar, 4"], MUST, " times")
    write(args.json, numbers)


if __name__ == "__main__":
    main()

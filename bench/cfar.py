# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many cells a second of one core CFAR decides, beside what one would write down first.

The map is what a frame of 512 symbols of 1024 subcarriers gives, of noise and a few targets,
plain and with zero padding by two in both axes. Its price is told beside that of the map. The
window looks at all cells around each cell, and sorting puts them in order; both are plain loops
in C++ (naive_cfar.cc), compiled here with -O3. gr-radar's os_cfar_2d decides 64 x 64 cells with a
window of 9 x 9 in a flowgraph, and its own thread is what counts; ours has the same job.
"""

import ctypes
import os
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
from gnuradio import blocks, gr, isac
from measure import arguments, best_slices, check, report, write
from scene import thread_seconds

OPTIONS = dict(guard=2, training=6)
RATE, RANK = 1e-6, 0.75
SLICE_S = 1.0


def compiled(folder):
    library = Path(folder) / "naive_cfar.so"
    subprocess.run([os.environ.get("CXX", "c++"), "-O3", "-std=c++17", "-shared", "-fPIC",
                    Path(__file__).with_name("naive_cfar.cc"), "-o", library], check=True)
    naive = ctypes.CDLL(library)
    cells = np.ctypeslib.ndpointer(np.float32, flags="C")
    naive.naive_ca.argtypes = [cells, *[ctypes.c_int] * 4, ctypes.c_float]
    naive.naive_os.argtypes = [cells, *[ctypes.c_int] * 4, *[ctypes.c_float] * 2, ctypes.c_int]
    return naive


def frame(waveform):
    rng = np.random.default_rng(1)
    _, sent = isac.dsp.transmitter(waveform).modulate(rng.bytes(waveform.payload_len))
    k, m = np.arange(sent.shape[1]), np.arange(sent.shape[0])[:, None]
    echo = rng.normal(size=(*sent.shape, 2)) @ [1, 1j]
    for i in range(4):
        echo += 0.05 * sent * np.exp(2j * np.pi * (0.03 * (i + 1) * m - 0.02 * (i + 1) * k))
    return sent, echo.astype(np.complex64)


def timed(function, *args):
    def run():
        start = time.thread_time()
        function(*args)
        return time.thread_time() - start
    return run


def kernels(waveform, padding, naive):
    """{name: (cells, run)} of one map."""
    padded = dict(range_padding=padding, velocity_padding=padding)
    maps = isac.dsp.range_doppler(waveform, **padded)
    sent, echo = frame(waveform)
    power = np.abs(maps.compute(sent, echo)) ** 2
    name = f"padded {padding} x {padding}" if padding > 1 else "plain"
    cases = {f"map, {name}": (power.size, timed(maps.compute, sent, echo))}
    middle = power.shape[1] // 2
    for kind, enum in isac.cfar_kind.__members__.items():
        found = isac.dsp.cfar(*power.shape, false_alarm_rate=RATE, cfar=enum, os_rank=RANK,
                              **padded, **OPTIONS)
        cases[f"{kind}, {name}"] = power.size, timed(found.detect, power)
        window = power, *power.shape, 2 * padding, 6 * padding, found.alpha(middle)
        if kind == "CA":
            cases[f"window, {name}"] = power.size, timed(naive.naive_ca, *window)
        elif kind == "OS":
            cases[f"selecting, {name}"] = power.size, timed(naive.naive_os, *window, RANK, 0)
            cases[f"sorting, {name}"] = power.size, timed(naive.naive_os, *window, RANK, 1)
    return cases


def gr_radar_rate(power):
    """Cells per CPU second of os_cfar_2d's thread; raises ImportError where it is missing."""
    from gnuradio import radar

    n_rows, n_columns = power.shape
    top = gr.top_block()
    source = blocks.vector_source_c(power.astype(np.complex64).ravel().tolist(), True, n_columns)
    tag = blocks.stream_to_tagged_stream(8, n_columns, n_rows, "packet_len")
    found = radar.os_cfar_2d_vc(n_columns, [4, 4], [0, 0], RANK, 30, "packet_len")
    top.connect(source, tag, found)
    top.connect(tag, blocks.null_sink(8 * n_columns))
    top.start()
    time.sleep(0.3)
    made, spent = found.nitems_read(0), thread_seconds(found.name())
    time.sleep(SLICE_S)
    made, spent = found.nitems_read(0) - made, thread_seconds(found.name()) - spent
    top.stop()
    top.wait()
    return made * n_columns / spent


def beside_gr_radar(rounds):
    power = np.random.default_rng(2).exponential(size=(64, 64)).astype(np.float32)
    found = isac.dsp.cfar(64, 64, guard=0, training=4, cfar=isac.cfar_kind.OS, os_rank=RANK)
    cases = {"OS, 64 x 64": (power.size, timed(found.detect, power))}
    try:
        theirs = max(gr_radar_rate(power) for _ in range(min(rounds, 3)))
    except ImportError:
        print("gr-radar is not installed here: left out")
        return {}
    return best_slices(cases, 50) | {"gr-radar os_cfar_2d, 64 x 64": theirs}


def main():
    args = arguments(__doc__)
    gr.logging().set_default_level(gr.log_levels.err)
    waveform = isac.waveform(fft_len=2048, cp_len=144, n_subcarriers=1024, n_symbols=512)
    with tempfile.TemporaryDirectory() as folder:
        naive = compiled(folder)
        rates = {}
        for padding in (1, 2):
            rates |= best_slices(kernels(waveform, padding, naive), args.rounds)
    rates |= beside_gr_radar(args.rounds)
    numbers = report(waveform.id, "Mcell/s", rates, "map, plain")
    for name in ("plain", "padded 2 x 2"):
        for fast, slow, must in ((f"CA, {name}", f"window, {name}", 60),
                                 (f"CA, {name}", f"map, {name}", 2),
                                 (f"OS, {name}", f"selecting, {name}", 20),
                                 (f"OS, {name}", f"sorting, {name}", 20)):
            numbers |= check(f"{fast} / {slow}", rates[fast] / rates[slow], must, " times")
    theirs = "gr-radar os_cfar_2d, 64 x 64"
    if theirs in rates:
        numbers |= check(f"OS, 64 x 64 / {theirs}", rates["OS, 64 x 64"] / rates[theirs], 100,
                         " times")
    write(args.json, numbers)


if __name__ == "__main__":
    main()

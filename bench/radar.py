# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many samples a second of one core turns into range-velocity maps and detections.

The fused sensor and the row of small blocks in a flowgraph, the kernels on arrays, NumPy,
gr-radar where it is installed, and the FFTs alone that a map needs.
"""

import time
from pathlib import Path

import numpy as np
from gnuradio import blocks, gr, isac
from measure import arguments, best_rates, report, write

N_MAPS = 100


def grids(waveform, n_targets=4):
    """Sent rows and their echoes, [n_symbols, n_subcarriers] each."""
    rng = np.random.default_rng(1)
    _, sent = isac.dsp.transmitter(waveform).modulate(rng.bytes(waveform.payload_len))
    k = np.arange(waveform.n_subcarriers) - waveform.n_subcarriers // 2
    m = np.arange(waveform.n_symbols)[:, None]
    echo = 0.1 * (rng.normal(size=(*sent.shape, 2)) @ [1, 1j])
    for i in range(n_targets):
        delay, doppler = 4.3 + 6.1 * i, 11.7 * (i - 1.5)
        echo = echo + 0.03 * sent * np.exp(2j * np.pi * (
            doppler * m / waveform.n_symbols - delay * k / waveform.n_subcarriers))
    return sent, echo.astype(np.complex64)


def run_flowgraph(waveform, sent, echo, fused):
    top = gr.top_block()
    n = waveform.n_subcarriers
    sources = [blocks.vector_source_c(x.ravel().tolist(), True, n) for x in (sent, echo)]
    heads = [blocks.head(8 * n, N_MAPS * waveform.n_symbols) for _ in sources]
    store = blocks.message_debug(False)
    last = detector = isac.sensor(waveform) if fused else isac.range_doppler(waveform)
    for port, (source, head) in enumerate(zip(sources, heads, strict=True)):
        top.connect(source, head, (last, port))
    top.connect((last, 0), blocks.null_sink(4 * waveform.map_len))
    if not fused:
        detector = isac.cfar_detector(waveform)
        top.connect((last, 1), detector)
    top.msg_connect(detector, "detections", store, "store")
    start = time.process_time()
    top.run()
    assert store.num_messages() == N_MAPS, "maps were lost"
    return time.process_time() - start


def run_numpy(waveform, sent, echo):
    """The same map: division, Hamming windows, IFFT, crop, FFT, power."""
    weights = np.hamming(waveform.n_symbols)[:, None] * np.hamming(waveform.n_subcarriers)
    channel = np.divide(echo, sent, out=np.zeros_like(echo), where=sent != 0) * weights
    profiles = np.fft.ifft(channel, axis=1)[:, :waveform.n_range_bins]
    return np.abs(np.fft.fftshift(np.fft.fft(profiles, axis=0), axes=0)) ** 2


def rows(top, waveform, grids, block):
    """Connects endless rows of grids to the inputs of a block, a packet of gr-radar's at once."""
    n, m = waveform.n_subcarriers, waveform.n_symbols
    for port, grid in enumerate(grids):
        source = blocks.vector_source_c(grid.ravel().tolist(), True, n)
        tag = blocks.stream_to_tagged_stream(8, n, m, "packet_len")
        for each in (source, tag):
            each.set_min_output_buffer(2 * m)
        top.connect(source, tag, (block, port))


def thread_seconds(names):
    """CPU time of the threads of blocks, which GNU Radio names after them."""
    total = 0
    for task in Path("/proc/self/task").iterdir():
        if (task / "comm").read_text().startswith(tuple(name[:12] for name in names)):
            total += int((task / "schedstat").read_text().split()[0])
    return 1e-9 * total


def seconds_a_map(top, chain, items_a_map, seconds):
    """CPU time that the blocks of a chain spend on a map, without what feeds them."""
    size = chain[-1].output_signature().sizeof_stream_item(0)
    sink = blocks.null_sink(size)
    top.connect(*chain, sink)
    names = {block.name() for block in chain}
    top.start()
    time.sleep(0.3)
    maps, spent = sink.nitems_read(0), thread_seconds(names)
    time.sleep(seconds)
    maps, spent = sink.nitems_read(0) - maps, thread_seconds(names) - spent
    top.stop()
    top.wait()
    return spent * items_a_map / maps


def range_doppler_seconds(waveform, grids, seconds=1.0, **parameters):
    top, block = gr.top_block(), isac.range_doppler(waveform, **parameters)
    rows(top, waveform, grids, block)
    return seconds_a_map(top, [block], 1, seconds)


def gr_radar_seconds(waveform, grids, seconds=1.0, range_padding=1):
    """The same of gr-radar's blocks; raises ImportError where it is not installed. They pad the
    ranges, but not the velocities; in dB."""
    from gnuradio import fft, radar

    top = gr.top_block()
    n, m = waveform.n_subcarriers, waveform.n_symbols
    n_ranges = range_padding * n
    divide = radar.ofdm_divide_vcvc(n, n_ranges, [], 0, "packet_len")
    rows(top, waveform, grids, divide)
    window = np.concatenate([np.hamming(n), np.zeros(n_ranges - n)]).tolist()
    chain = [divide, fft.fft_vcc(n_ranges, False, window),
             radar.transpose_matrix_vcvc(n_ranges, m, "packet_len"),
             fft.fft_vcc(m, True, np.hamming(m).tolist(), True), blocks.complex_to_mag_squared(m),
             blocks.nlog10_ff(10, m, 0)]
    for block in chain:  # a packet of theirs must fit
        block.set_min_output_buffer(2 * max(n_ranges, m))
    return seconds_a_map(top, chain, n_ranges, seconds)


def repeat(function, *args):
    for _ in range(N_MAPS):
        function(*args)


def main():
    args = arguments(__doc__)
    gr.logging().set_default_level(gr.log_levels.err)
    waveform = isac.waveform()
    sent, echo = grids(waveform)
    samples = N_MAPS * waveform.body_len
    over_range = isac.dsp.fft(waveform.n_subcarriers, inverse=True)
    over_time = isac.dsp.fft(waveform.n_symbols)
    kernel = isac.dsp.range_doppler(waveform)
    detector = isac.dsp.target_detector(waveform)
    full_map = kernel.compute(sent, echo)
    cases = {
        "FFT only": (samples, lambda: over_range.time_s(N_MAPS * waveform.n_symbols) +
                     over_time.time_s(N_MAPS * waveform.n_range_bins)),
        "map, kernel": (samples, lambda: repeat(kernel.compute, sent, echo)),
        "detection, kernel": (samples, lambda: repeat(detector.detect, full_map)),
        "map and detection, fused": (
            samples, lambda: run_flowgraph(waveform, sent, echo, True)),
        "map and detection, small blocks": (
            samples, lambda: run_flowgraph(waveform, sent, echo, False)),
        "map, NumPy": (samples, lambda: repeat(run_numpy, waveform, sent, echo)),
    }
    try:
        gr_radar_seconds(waveform, (sent, echo), 0.1)
        cases["map, gr-radar"] = (
            waveform.body_len, lambda: gr_radar_seconds(waveform, (sent, echo)))
        cases["map, block"] = (
            waveform.body_len, lambda: range_doppler_seconds(waveform, (sent, echo)))
    except ImportError:
        print("gr-radar is not installed here: left out")
    rates = best_rates(cases, args.rounds)
    numbers = report(f"{waveform.id}, {waveform.n_symbols} x {waveform.n_range_bins} cells a map",
                     "MS/s per core", rates, "FFT only",
                     [("map, kernel", "map, NumPy"),
                      ("map, block", "map, gr-radar")])
    write(args.json, numbers)


if __name__ == "__main__":
    main()

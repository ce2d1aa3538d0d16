# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many samples a second of one core carries through the link, payload to payload.

First the fused kernels beside their FFTs (kernels.py). Then flowgraphs, by the CPU time of all
their threads: the fused chain, the row of small blocks, GNU Radio's own ofdm_tx to ofdm_rx, NumPy,
and the FFTs alone that any of them needs. With a carrier offset: the transmitter alone plus the
receiver behind a source that plays frames made with an offset before, because a block that turns
them would cost as much as the receiver and is no part of the link.
"""

import sys
import time
from pathlib import Path

import numpy as np
from gnuradio import blocks, digital, gr, isac
from kernels import report as report_kernels
from measure import arguments, best_rates, check, report, write

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from chains import receive_row, transmit_row  # noqa: E402

N_FRAMES = 40
N_PACKETS = 1000
IN_TREE = {"packet_length_tag_key": "packet_len", "bps_payload": 2}


def run(top):
    """CPU seconds of all threads, from start to end: designing filters is not the rate."""
    start = time.process_time()
    top.run()
    return time.process_time() - start


def run_link(waveform, fused):
    payload = np.random.default_rng(1).bytes(waveform.payload_len * (N_FRAMES - 1))
    top = gr.top_block()
    store = blocks.message_debug(False)
    if fused:
        source, decoder = isac.transmitter(waveform, payload), isac.receiver(waveform)
        top.connect(source, decoder)
    else:
        last, _ = transmit_row(top, waveform, isac.payload_source(waveform, payload))
        decoder = receive_row(top, waveform, last)
    top.msg_connect(decoder, "pdus", store, "store")
    taken = run(top)
    assert store.num_messages() == N_FRAMES - 1, "frames were lost"
    return taken


def run_transmitter(waveform):
    payload = np.random.default_rng(1).bytes(waveform.payload_len * (N_FRAMES - 1))
    top = gr.top_block()
    top.connect(isac.transmitter(waveform, payload), blocks.null_sink(gr.sizeof_gr_complex))
    return run(top)


class receiver_of_offset:
    """A receiver behind a source that plays frames with a carrier offset, again and again."""

    def __init__(self, waveform, cfo, n_frames=4):
        """cfo in subcarrier spacings, or next to it: the phase goes on where frames repeat."""
        transmitter, random = isac.dsp.transmitter(waveform), np.random.default_rng(1)
        samples = np.concatenate([
            transmitter.modulate(random.bytes(waveform.payload_len), i)[0]
            for i in range(n_frames)])
        turns = round(cfo / waveform.fft_len * len(samples))
        samples *= np.exp(2j * np.pi * turns / len(samples) * np.arange(len(samples)))
        self._waveform, self._samples = waveform, samples.astype(np.complex64)

    def run(self):
        """CPU seconds that N_FRAMES - 1 frames take, the source that plays them included."""
        top = gr.top_block()
        source = blocks.vector_source_c(self._samples, True)
        source.set_min_output_buffer(0, 65536)  # what a transmitter has
        receiver, store = isac.receiver(self._waveform), blocks.message_debug(False)
        top.connect(source, receiver)
        top.msg_connect(receiver, "pdus", store, "store")
        start, first = time.process_time(), receiver.nitems_read(0)
        top.start()
        while receiver.frames < N_FRAMES:
            time.sleep(1e-3)
        taken = time.process_time() - start
        n_frames = (receiver.nitems_read(0) - first) / self._waveform.frame_len
        top.stop()
        top.wait()
        assert receiver.crc_errors == 0, "frames were lost"
        return taken * (N_FRAMES - 1) / n_frames


def run_in_tree(n_packets, packet_len=96):
    """GNU Radio's packet OFDM: 64 subcarriers, QPSK as here, no channel code."""
    top = gr.top_block()
    data = list(np.random.default_rng(1).bytes(n_packets * packet_len))
    source = blocks.vector_source_b(data, False)
    tagger = blocks.stream_to_tagged_stream(1, 1, packet_len, "packet_len")
    sink = blocks.null_sink(1)
    top.connect(source, tagger, digital.ofdm_tx(**IN_TREE), digital.ofdm_rx(**IN_TREE), sink)
    return run(top)


def in_tree_samples(n_packets, packet_len=96):
    """Samples that run_in_tree puts on the air."""
    top = gr.top_block()
    source = blocks.vector_source_b([0] * n_packets * packet_len, False)
    tagger = blocks.stream_to_tagged_stream(1, 1, packet_len, "packet_len")
    sink = blocks.vector_sink_c()
    top.connect(source, tagger, digital.ofdm_tx(**IN_TREE), sink)
    top.run()
    return len(sink.data())


def run_numpy(waveform):
    """QPSK, IFFT, prefix; FFT, division by a known channel, decision: no sync, no code."""
    w, half = waveform, waveform.n_subcarriers // 2
    bits = np.random.default_rng(1).integers(0, 2, (N_FRAMES * w.n_symbols, w.n_subcarriers, 2))
    rows = ((1 - 2 * bits) @ np.array([1, 1j]) / np.sqrt(2)).astype(np.complex64)
    bins = np.zeros((len(rows), w.fft_len), np.complex64)
    bins[:, :half], bins[:, -half:] = rows[:, half:], rows[:, :half]
    bodies = np.fft.ifft(bins, norm="ortho")
    samples = np.hstack([bodies[:, -w.cp_len:], bodies]).ravel()
    bins = np.fft.fft(samples.reshape(-1, w.symbol_len)[:, w.cp_len:], norm="ortho")
    received = np.hstack([bins[:, -half:], bins[:, :half]]) / np.ones(w.n_subcarriers)
    return np.stack([received.real < 0, received.imag < 0], axis=-1)


def cases(waveform):
    offset = receiver_of_offset(waveform, 3.3)
    ifft = isac.dsp.fft(waveform.fft_len, inverse=True)
    fft = isac.dsp.fft(waveform.fft_len)
    n_symbols = N_FRAMES * (waveform.n_symbols + waveform.n_preamble_symbols)
    n_samples = (N_FRAMES - 1) * waveform.frame_len
    return {
        "FFT only": (n_symbols * waveform.symbol_len,
                     lambda: ifft.time_s(n_symbols) + fft.time_s(n_symbols)),
        "fused": (n_samples, lambda: run_link(waveform, True)),
        "fused, CFO": (n_samples, lambda: run_transmitter(waveform) + offset.run()),
        "small blocks": (n_samples, lambda: run_link(waveform, False)),
        "NumPy": (N_FRAMES * waveform.body_len, lambda: (run_numpy(waveform), None)[1]),
    }


MUST = {"fused": 100, "fused, CFO": 80, "small blocks": 15}  # times in-tree OFDM


def main():
    args = arguments(__doc__)
    gr.logging().set_default_level(gr.log_levels.err)
    numbers = report_kernels(10 * args.rounds)
    for name in ("QPSK", "QAM64"):
        waveform = isac.waveform(modulation=getattr(isac.modulation, name))
        work = cases(waveform)
        work["in-tree OFDM"] = (in_tree_samples(N_PACKETS), lambda: run_in_tree(N_PACKETS))
        print()
        rates = best_rates(work, args.rounds)
        found = report(f"{name}: {waveform.id}", "MS/s per core", rates, "FFT only",
                       [("fused", "NumPy")])
        for case, must in MUST.items():
            found.update(check(f"{case} / in-tree OFDM", rates[case] / rates["in-tree OFDM"],
                               must, "times"))
        numbers.update({f"{name} {key}": value for key, value in found.items()})
    write(args.json, numbers)


if __name__ == "__main__":
    main()

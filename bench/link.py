# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many samples a second of one core carries through the link, payload to payload.

Fused chains and rows of small blocks in a flowgraph, GNU Radio's own ofdm_tx to ofdm_rx, NumPy,
and the FFTs alone that any of them needs (one each way).
"""

import sys
from pathlib import Path

import numpy as np
from gnuradio import blocks, digital, gr, isac
from measure import arguments, best_rates, report, write

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from chains import receive_row, transmit_row  # noqa: E402

N_FRAMES = 40


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
    top.run()
    assert store.num_messages() == N_FRAMES - 1, "frames were lost"


def run_in_tree(n_packets, packet_len=96):
    """GNU Radio's packet OFDM at its defaults: 64 subcarriers, BPSK, no channel code."""
    top = gr.top_block()
    data = list(np.random.default_rng(1).bytes(n_packets * packet_len))
    source = blocks.vector_source_b(data, False)
    tagger = blocks.stream_to_tagged_stream(1, 1, packet_len, "packet_len")
    sink = blocks.null_sink(1)
    top.connect(source, tagger, digital.ofdm_tx(packet_length_tag_key="packet_len"),
                digital.ofdm_rx(packet_length_tag_key="packet_len"), sink)
    top.run()


def in_tree_samples(n_packets, packet_len=96):
    """Samples that run_in_tree puts on the air."""
    top = gr.top_block()
    source = blocks.vector_source_b([0] * n_packets * packet_len, False)
    tagger = blocks.stream_to_tagged_stream(1, 1, packet_len, "packet_len")
    sink = blocks.vector_sink_c()
    top.connect(source, tagger, digital.ofdm_tx(packet_length_tag_key="packet_len"), sink)
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
    ifft = isac.dsp.fft(waveform.fft_len, inverse=True)
    fft = isac.dsp.fft(waveform.fft_len)
    n_symbols = N_FRAMES * (waveform.n_symbols + waveform.n_preamble_symbols)
    n_samples = (N_FRAMES - 1) * waveform.frame_len
    return {
        "FFT only": (n_symbols * waveform.symbol_len,
                     lambda: ifft.time_s(n_symbols) + fft.time_s(n_symbols)),
        "fused": (n_samples, lambda: run_link(waveform, True)),
        "small blocks": (n_samples, lambda: run_link(waveform, False)),
        "NumPy": (N_FRAMES * waveform.body_len, lambda: (run_numpy(waveform), None)[1]),
    }


def main():
    args = arguments(__doc__)
    gr.logging().set_default_level(gr.log_levels.err)
    numbers = {}
    for name in ("QPSK", "QAM64"):
        waveform = isac.waveform(modulation=getattr(isac.modulation, name))
        work = cases(waveform)
        if name == "QPSK":
            work["in-tree OFDM"] = (in_tree_samples(100), lambda: run_in_tree(100))
        rates = best_rates(work, args.rounds)
        found = report(f"{name}: {waveform.id}", "MS/s per core", rates, "FFT only",
                       [("fused", "in-tree OFDM"), ("small blocks", "in-tree OFDM"),
                        ("fused", "NumPy")])
        numbers.update({f"{name} {key}": value for key, value in found.items()})
        print()
    write(args.json, numbers)


if __name__ == "__main__":
    main()

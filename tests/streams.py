# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Streams as a radio would hand them over, and what frame_sync and receiver make of them."""

import math

import numpy as np
import pmt
from gnuradio import blocks, gr, isac

SMALL = dict(fft_len=256, cp_len=32, n_subcarriers=200, n_symbols=16)


def transmit(w, n_frames, seed=1, first=0):
    """complex128 [n_frames * frame_len] of numbered frames, and their payloads."""
    rng = np.random.default_rng(seed)
    transmitter = isac.dsp.transmitter(w)
    payloads = [rng.bytes(w.payload_len) for _ in range(n_frames)]
    return np.concatenate([transmitter.modulate(p, first + i)[0].astype(complex)
                           for i, p in enumerate(payloads)]), payloads


def noise(n, power, seed=2):
    rng = np.random.default_rng(seed)
    return rng.normal(scale=math.sqrt(power / 2), size=(n, 2)) @ [1, 1j]


def shift(samples, cfo, fft_len):
    """`samples` moved up by `cfo` subcarriers."""
    return samples * np.exp(2j * np.pi * cfo / fft_len * np.arange(len(samples)))


def messages(store):
    return [store.get_message(i) for i in range(store.num_messages())]


def receive(w, samples, tags=()):
    """Runs a receiver over a whole stream.

    Returns:
        {frame number: payload} of the PDUs, the metadata of all frames, the statuses.
    """
    top = gr.top_block()
    source = blocks.vector_source_c(np.asarray(samples, np.complex64).tolist(), False, 1, tags)
    receiver = isac.receiver(w)
    top.connect(source, receiver)
    stores = {}
    for port in ("pdus", "frames", "status"):
        stores[port] = blocks.message_debug(False)
        top.msg_connect(receiver, port, stores[port], "store")
    top.run()
    pdus = {pmt.to_python(pmt.car(m))["number"]: bytes(pmt.u8vector_elements(pmt.cdr(m)))
            for m in messages(stores["pdus"])}
    frames = [pmt.to_python(pmt.car(m)) for m in messages(stores["frames"])]
    return pdus, frames, [pmt.to_python(m) for m in messages(stores["status"])]

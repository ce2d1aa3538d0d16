# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Frames that a link loses though its SNR suffices: transmitter to scene to receiver.

A flowgraph as users run it. A frame is lost unless its payload comes out, byte for byte and
under its own number. QPSK 1/2 at 10 dB must lose at most one frame in a thousand, alone and
behind a carrier offset of up to 4 subcarriers and a sampling offset of 20 ppm; from 20 to
60 dB, with nothing in its way but noise, none.
"""

import math

import numpy as np
import pmt
from curves import Curve, arguments, plot, progress, run_jobs, write
from gnuradio import gr, isac

MAX_LOSS = 1e-3
N_FRAMES = 4000  # none of 2995 lost is a rate below 1e-3 with 95 %
BATCH = 100      # frames of one run, with one draw of the offsets
CLEAN_SNRS_DB = (20, 30, 40, 50, 60)
KINDS = {"NONE": "OFDM", "DFT": "DFT-s-OFDM"}


class Collector(gr.basic_block):
    """Counts the payloads that arrive as they were sent."""

    def __init__(self, sent):
        gr.basic_block.__init__(self, "collector", None, None)
        self.sent, self.right = sent, set()
        self.message_port_register_in(pmt.intern("pdus"))
        self.set_msg_handler(pmt.intern("pdus"), self.take)

    def take(self, message):
        number = pmt.to_uint64(pmt.dict_ref(pmt.car(message), pmt.intern("number"), pmt.PMT_NIL))
        if bytes(pmt.u8vector_elements(pmt.cdr(message))) == self.sent.get(number):
            self.right.add(number)


def run(waveform, scene, seed):
    """Frames lost of BATCH."""
    rng, size = np.random.default_rng(seed), waveform.payload_len
    payload = rng.bytes(BATCH * size)
    sent = {i: payload[i * size:(i + 1) * size] for i in range(BATCH)}
    top, collector = gr.top_block(), Collector(sent)
    # An idle frame more: a sampling offset takes samples from the end.
    transmitter = isac.transmitter(waveform, payload, n_frames=BATCH + 1)
    channel = isac.scene_channel(waveform, scene, isac.channel_view.LINK, seed=seed)
    receiver = isac.receiver(waveform)
    top.connect(transmitter, channel, receiver)
    top.msg_connect(receiver, "pdus", collector, "pdus")
    top.run()
    return BATCH - len(collector.right)


def case(job):
    """A curve of frames lost over SNR."""
    precoding, has_offsets, snrs_db, n_frames, n_rows, seed = job
    w = isac.waveform(precoding=getattr(isac.precoding, precoding), n_symbols=n_rows)
    rng = np.random.default_rng(seed)
    curve = Curve(f"{KINDS[precoding]}{', CFO and 20 ppm' if has_offsets else ''}")
    for snr_db in snrs_db:
        for _ in range(math.ceil(n_frames / BATCH)):
            scene = isac.scene(link_snr_db=snr_db)
            if has_offsets:
                scene = isac.scene(
                    link_snr_db=snr_db, sampling_offset_ppm=rng.choice([-20, 20]),
                    cfo_hz=rng.uniform(-4, 4) * w.subcarrier_spacing_hz)
            curve.add(snr_db, run(w, scene, int(rng.integers(1 << 31))), BATCH)
        lost, n = curve.counts[snr_db]
        progress(f"{curve.name}: {snr_db:g} dB, {lost} of {n} lost")
    return curve


def main():
    args = arguments(__doc__, rows={"type": int, "default": 0, "help": "rows of a frame"})
    n_rows = args.rows or (32 if args.quick else isac.waveform().n_symbols)
    n_clean = 500 if args.quick else N_FRAMES
    jobs = []
    for i, precoding in enumerate(KINDS):
        jobs += [(precoding, False, (10,), N_FRAMES, n_rows, 10 * i),
                 (precoding, True, (10,), N_FRAMES, n_rows, 10 * i + 1),
                 (precoding, False, CLEAN_SNRS_DB, n_clean, n_rows, 10 * i + 2)]
    numbers, panels = {}, {}
    for curve in run_jobs(case, jobs, args.workers):
        for snr_db, _, _, high in curve.rates().T:
            lost, n = curve.counts[snr_db]
            is_kept = high <= MAX_LOSS if snr_db == 10 else lost == 0
            print(f"{curve.name:28s}{snr_db:5.0f} dB {lost:5d} of {n:5d} lost, "
                  f"95 %: below {high:.1e}  {'ok' if is_kept else 'MISS'}")
            numbers[f"{curve.name}, {snr_db:g} dB, frames lost"] = lost
            numbers[f"{curve.name}, {snr_db:g} dB, rate below"] = high
        panels.setdefault(curve.name.split(",")[0], []).append((curve, "o"))
    plot(f"{args.out}/loss.png", f"Frames lost, QPSK 1/2, {n_rows} rows", panels,
         "share of the frames")
    write(args.json, numbers)


if __name__ == "__main__":
    main()

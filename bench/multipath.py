# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Frame errors over the fading channels of 3GPP, beside a genie that knows the channel.

TDL-A, B and C with delay spreads of 30, 100 and 300 ns at 3 and 120 km/h. The receiver finds
the frame, its timing, its offsets, the channel and the noise by itself. The genie is told the
first sample, the true response in the middle of every row and the noise variance; equaliser,
despreader, demapper and decoder are the same, and so are fading and noise. At a frame error
rate of 1e-1 the two must be at most 1 dB apart. Every frame fades independently, and alike at
every SNR.
"""

import numpy as np
from chain import KnownChannelReceiver, complex_noise
from curves import Curve, arguments, paired_distance, plot, progress, run_jobs, verdict, write
from gnuradio import isac

SPREADS_NS = (30, 100, 300)
SPEEDS_KMH = (3, 120)
MAX_SPAN_DB = 20  # a floor of the rate would not let a sweep end
START_DB = {"QPSK": 3, "QAM16": 9, "QAM64": 15}  # even the genie loses most frames


class FadedLink:
    def __init__(self, waveform, profile, spread_ns, speed_kmh, seed):
        w = self.waveform = waveform
        self._seed = seed
        self._transmitter, self._receiver = isac.dsp.transmitter(w), isac.dsp.receiver(w)
        self._genie = KnownChannelReceiver(w)
        self._fading = isac.dsp.fading_channel(
            w, getattr(isac.fading_profile, profile), spread_ns * 1e-9, speed_kmh / 3.6)
        middle = w.preamble_len + np.arange(w.n_symbols) * w.symbol_len + w.cp_len + w.fft_len / 2
        self._row_times_s = (middle + self._fading.LEAD) / w.sample_rate_hz

    def lost(self, number, snr_db):
        """One frame: whether the receiver and the genie lose it. Number is all its chance."""
        w, noise_var = self.waveform, 10 ** (-snr_db / 10)
        rng = np.random.default_rng([self._seed, number])
        payload = rng.bytes(w.payload_len)
        frame, _ = self._transmitter.modulate(payload)
        before = int(rng.integers(w.symbol_len, 2 * w.symbol_len))
        self._fading.reseed(int(rng.integers(1 << 31)))
        faded = self._fading.process(np.concatenate([frame, np.zeros(1000, np.complex64)]))
        heard = np.concatenate([np.zeros(before, np.complex64), faded])
        heard += complex_noise(rng, len(heard), noise_var)
        found = any(f["crc_ok"] and f["payload"] == payload
                    for f in self._receiver.receive(heard))
        first = before + self._fading.LEAD + w.preamble_len
        known = self._genie.decode(heard[first:first + w.body_len],
                                   self._fading.response(self._row_times_s), noise_var)
        return not found, known != (payload, True)


def measure(job):
    """(curves of receiver and genie, their distance)."""
    keywords, profile, spread_ns, speed_kmh, step_db, n_frames, seed = job
    kinds = {kind: getattr(getattr(isac, kind), keywords[kind])
             for kind in ("modulation", "precoding", "coding")}
    link = FadedLink(isac.waveform(**{**keywords, **kinds}), profile, spread_ns, speed_kmh, seed)
    name = f"{profile} {spread_ns} ns {speed_kmh} km/h"
    curves = [Curve(f"{name}: receiver"), Curve(f"{name}: genie")]
    outcomes, snr_db, worst = {}, START_DB[keywords["modulation"]], 1
    while worst > 0.08 and snr_db < START_DB[keywords["modulation"]] + MAX_SPAN_DB:
        lost = outcomes[snr_db] = np.array([link.lost(i, snr_db) for i in range(n_frames)]).T
        for curve, own in zip(curves, lost, strict=True):
            curve.add(snr_db, own.sum(), n_frames)
        worst = lost.mean(axis=1).max()
        progress(f"{name}: {snr_db} dB, of {n_frames} frames receiver loses {lost[0].sum()}, "
                 f"genie {lost[1].sum()}")
        snr_db += step_db
    return curves, paired_distance(outcomes, 1e-1)


def main():
    args = arguments(
        __doc__, modulation={"default": "QPSK", "choices": list(START_DB)},
        coding={"default": "LDPC_1_2"}, precoding={"default": "NONE"},
        profiles={"nargs": "+", "default": ["TDL_A", "TDL_B", "TDL_C"]},
        rows={"type": int, "default": 32, "help": "of a frame"})
    keywords = dict(modulation=args.modulation, coding=args.coding, n_symbols=args.rows,
                    precoding=args.precoding)
    cases = [(p, ns, kmh) for p in args.profiles for ns in SPREADS_NS for kmh in SPEEDS_KMH]
    step_db, n_frames = (2, 100) if args.quick else (1, 500)
    jobs = [(keywords, *case, step_db, n_frames, i) for i, case in enumerate(cases)]
    numbers, panels = {}, {}
    for (real, genie), gap in run_jobs(measure, jobs, args.workers):
        name = real.name.split(":")[0]
        numbers[f"{name}, dB over the genie"] = verdict(name, *gap, 1)
        numbers[f"{name}, SNR at frame error rate 1e-1 in dB"] = real.snr_at(1e-1)[0]
        panels[name] = [(real, "o-"), (genie, "s--")]
    kind = f"{args.precoding}_{args.modulation}_{args.coding}"
    plot(f"{args.out}/multipath_{kind}.png", f"{args.modulation}, {args.coding}", panels,
         "frame error rate", "mean SNR of a cell, Es/N0 (dB)")
    write(args.json, numbers)


if __name__ == "__main__":
    main()

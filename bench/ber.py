# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Error rates in AWGN beside what theory and an ideal decoder reach.

uncoded  bit errors of every modulation and precoding, ideal synchronisation and known channel,
         beside the exact formula: at most 0.1 dB apart at every point down to 1e-5
coded    block errors of the decoder beside floating-point sum-product on the same LLRs: at most
         0.2 dB apart at 1e-2; a block is a word of the code
synced   frame errors of the whole receiver behind carrier and sampling offsets and random gaps,
         beside the same decoder with ideal synchronisation and known channel: at most 0.5 dB
         apart at 1e-2; a block is a short frame
"""

import math
import sys
from pathlib import Path

import numpy as np
from chain import MODULATIONS, KnownChannelReceiver, complex_noise, flat
from curves import (
    Curve,
    arguments,
    count,
    distance,
    plot,
    progress,
    run_jobs,
    sweep,
    verdict,
    write,
)
from gnuradio import isac
from scipy import optimize

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from theory import qam_bit_error_rate  # noqa: E402

RATES = {"LDPC_1_2": 1 / 2, "LDPC_2_3": 2 / 3, "LDPC_3_4": 3 / 4, "LDPC_5_6": 5 / 6}
BITS = dict(zip(MODULATIONS, (1, 2, 4, 6, 8), strict=True))


def snr_for(bits, rate):
    """Es/N0 in dB at which theory has this bit error rate."""
    return optimize.brentq(
        lambda db: math.log(max(qam_bit_error_rate(bits, 10 ** (db / 10)), 1e-300) / rate),
        -30, 60)


def uncoded(job):
    """One curve at the SNRs where theory has 1e-1, 1e-2 .. 1e-5."""
    modulation, precoding, min_errors, seed = job
    w = isac.waveform(modulation=getattr(isac.modulation, modulation), n_symbols=128,
                      precoding=getattr(isac.precoding, precoding))
    rng = np.random.default_rng(seed)
    transmitter, receiver = isac.dsp.transmitter(w), KnownChannelReceiver(w)
    sent, _ = transmitter.modulate(rng.bytes(w.payload_len))
    body = sent[w.preamble_len:]
    bits = receiver.llrs(body, flat(w), 1e-6) < 0

    def trial(snr_db):
        noise_var = 10 ** (-snr_db / 10)
        heard = body + complex_noise(rng, len(body), noise_var)
        return np.count_nonzero((receiver.llrs(heard, flat(w), noise_var) < 0) != bits), bits.size

    curve = Curve(f"{modulation} {'OFDM' if precoding == 'NONE' else 'DFT-s-OFDM'}")
    for exponent in (-1, -2, -3, -4, -5):
        snr_db = snr_for(BITS[modulation], min(10 ** exponent, 0.15))
        curve.add(snr_db, *count(trial, snr_db, min_errors, 3e8))
    progress(f"{curve.name}: " + ", ".join(f"{r:.2e}" for r in curve.rates()[1]))
    return curve


def report_uncoded(args):
    min_errors = 400 if args.quick else 2500
    jobs = [(m, p, min_errors, 10 * i + j) for i, m in enumerate(MODULATIONS)
            for j, p in enumerate(("NONE", "DFT"))]
    curves = run_jobs(uncoded, jobs, args.workers)
    numbers, panels = {}, {}
    for (modulation, *_), curve in zip(jobs, curves, strict=True):
        bits, worst = BITS[modulation], (-math.inf, 0.0, 0.0)
        for snr_db, rate, low, high in curve.rates().T:
            apart = [snr_db - snr_for(bits, r) for r in (rate, low, high)]
            worst = max(worst, tuple(apart))
            numbers[f"{curve.name}, {rate:.1e}, distance in dB"] = apart[0]
        verdict(f"uncoded {curve.name}, worst point", *worst, 0.1)
        numbers[f"{curve.name}, worst distance in dB"] = worst[0]
        x = np.linspace(*curve.rates()[0][[0, -1]], 100)
        panels.setdefault(modulation, [
            ("theory", x, [qam_bit_error_rate(bits, 10 ** (s / 10)) for s in x], "k-")])
        panels[modulation].append((curve, "o" if curve.name.endswith(" OFDM") else "s"))
    plot(f"{args.out}/ber_uncoded.png", "Uncoded", panels, "bit error rate")
    return numbers


def coded(job):
    """The decoder and sum-product on the same words and LLRs."""
    modulation, coding, n, iterations, min_errors, max_words, seed = job
    from sum_product import decode

    rng = np.random.default_rng(seed)
    kind = getattr(isac.modulation, modulation)
    code = isac.dsp.ldpc_code(n, getattr(isac.coding, coding))
    decoder = isac.dsp.ldpc_decoder(code)
    mapper, demapper = isac.dsp.symbol_mapper(kind), isac.dsp.symbol_demapper(kind)
    rows, batch = code.rows, 64

    def trial(snr_db):
        noise_var = 10 ** (-snr_db / 10)
        words = code.encode(rng.integers(0, 2, (code.k, batch), np.uint8))
        # A word goes through a random permutation: the weak bits of a symbol are not always
        # the same ones of the code, and both decoders see the same.
        order = rng.permutation(n)
        symbols = mapper.map(np.ascontiguousarray(words.T[:, order]))
        heard = symbols + complex_noise(rng, symbols.size, noise_var).reshape(symbols.shape)
        llrs = np.empty((batch, n), np.float32)
        llrs[:, order] = demapper.demap(heard, np.full(heard.shape, noise_var, np.float32))
        soft = isac.dsp.soft_bits(np.ascontiguousarray(llrs.T).ravel()).reshape(n, batch)
        ours = decoder.decode(soft)[:code.k].T
        ideal = np.asarray(decode(rows, llrs, iterations))[:, :code.k]
        info = words[:code.k].T
        return [np.count_nonzero((found != info).any(axis=1)) for found in (ours, ideal)], batch

    name = f"{modulation} {coding} {n}"
    curves = [Curve(f"{name}: int8 min-sum"), Curve(f"{name}: sum-product")]
    start = 10 * math.log10(2 ** (RATES[coding] * BITS[modulation]) - 1) + 0.4  # Shannon's
    return sweep(trial, curves, round(start, 1), 0.25, 4e-3, min_errors, max_words)


def report_coded(args):
    cases = [("QPSK", "LDPC_1_2"), ("QAM16", "LDPC_1_2"), ("QAM64", "LDPC_3_4")]
    if not args.quick:
        cases += [("QPSK", "LDPC_2_3"), ("QPSK", "LDPC_3_4"), ("QPSK", "LDPC_5_6"),
                  ("QAM256", "LDPC_5_6")]
    min_errors, max_words = (40, 6000) if args.quick else (200, 40000)
    jobs = [(*case, 1944, 50, min_errors, max_words, i) for i, case in enumerate(cases)]
    numbers, panels = {}, {}
    for ours, ideal in run_jobs(coded, jobs, args.workers):
        name = ours.name.split(":")[0]
        loss = distance(ours, ideal, 1e-2)
        numbers[f"{name}, dB over sum-product"] = verdict(f"coded {name}", *loss, 0.2)
        numbers[f"{name}, SNR at BLER 1e-2 in dB"] = ours.snr_at(1e-2)[0]
        panels[name] = [(ours, "o-"), (ideal, "s--")]
    plot(f"{args.out}/ber_coded.png", "Coded, words of 1944 bits", panels, "block error rate")
    return numbers


class SyncedLink:
    """Short frames through the scene, or the same told where they are."""

    N_FRAMES = 20  # of a batch: one draw of the offsets

    def __init__(self, modulation, coding, seed):
        w = self.waveform = isac.waveform(
            modulation=getattr(isac.modulation, modulation), n_symbols=32,
            coding=getattr(isac.coding, coding))
        self.rng = np.random.default_rng(seed)
        self._transmitter, self._receiver = isac.dsp.transmitter(w), isac.dsp.receiver(w)
        self._known = KnownChannelReceiver(w)

    def _frames(self):
        payloads = [self.rng.bytes(self.waveform.payload_len) for _ in range(self.N_FRAMES)]
        return payloads, [self._transmitter.modulate(p, i)[0] for i, p in enumerate(payloads)]

    def told(self, snr_db):
        w, noise_var, errors = self.waveform, 10 ** (-snr_db / 10), 0
        for payload, frame in zip(*self._frames(), strict=True):
            body = frame[w.preamble_len:]
            heard = body + complex_noise(self.rng, len(body), noise_var)
            errors += self._known.decode(heard, flat(w), noise_var) != (payload, True)
        return errors, self.N_FRAMES

    def synced(self, snr_db):
        w, rng = self.waveform, self.rng
        payloads, frames = self._frames()
        gaps = [np.zeros(rng.integers(0, 3 * w.symbol_len), np.complex64) for _ in frames]
        sent = [part for pair in zip(gaps, frames, strict=True) for part in pair]
        scene = isac.scene(link_snr_db=snr_db, sampling_offset_ppm=rng.choice([-20, 20]),
                           cfo_hz=rng.uniform(-4, 4) * w.subcarrier_spacing_hz)
        channel = isac.dsp.scene_channel(w, scene, seed=int(rng.integers(1 << 31)))
        heard = channel.process(np.concatenate([*sent, np.zeros(2000, np.complex64)]))
        right = {f["number"] for f in self._receiver.receive(heard)
                 if f["crc_ok"] and f["payload"] == payloads[f["number"]]}
        return self.N_FRAMES - len(right), self.N_FRAMES


def synced(job):
    modulation, coding, min_errors, max_frames, seed = job
    link = SyncedLink(modulation, coding, seed)
    told = Curve(f"{modulation} {coding}: told")
    real = Curve(f"{modulation} {coding}: synchronised")
    start = 10 * math.log10(2 ** (RATES[coding] * BITS[modulation]) - 1) + 0.8
    sweep(link.told, [told], round(start, 1), 0.2, 4e-3, min_errors, max_frames)
    sweep(link.synced, [real], max(told.counts) - 0.4, 0.2, 4e-3, min_errors, max_frames)
    return real, told


def report_synced(args):
    min_errors, max_frames = (20, 2000) if args.quick else (100, 20000)
    jobs = [("QPSK", "LDPC_1_2", min_errors, max_frames, 1),
            ("QAM64", "LDPC_3_4", min_errors, max_frames, 2)]
    numbers, panels = {}, {}
    for real, told in run_jobs(synced, jobs, args.workers):
        name = real.name.split(":")[0]
        loss = distance(real, told, 1e-2)
        numbers[f"{name}, implementation loss in dB"] = verdict(f"synced {name}", *loss, 0.5)
        numbers[f"{name}, SNR at frame error rate 1e-2 in dB"] = real.snr_at(1e-2)[0]
        panels[name] = [(real, "o-"), (told, "s--")]
    plot(f"{args.out}/ber_synced.png", "CFO up to 4 subcarriers, 20 ppm, frames of 32 rows",
         panels, "frame error rate")
    return numbers


PARTS = {"uncoded": report_uncoded, "coded": report_coded, "synced": report_synced}


def main():
    args = arguments(__doc__, parts={"nargs": "+", "choices": PARTS, "default": list(PARTS)})
    numbers = {}
    for part in args.parts:
        numbers.update(PARTS[part](args))
    write(args.json, numbers)


if __name__ == "__main__":
    main()

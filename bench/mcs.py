# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SNR that every modulation and code needs, and whether the table in lib/dsp/mcs.cc has it.

White noise, an ideal receiver, and the mapper, demapper and codec of the project: the Es/N0 of a
data cell at which one code word in a hundred fails. An LDPC word is one of those of the lab
waveform, 1944 bits; the convolutional code has one word a frame.
"""

import argparse
import json

import numpy as np
from gnuradio import isac

TARGET = 1e-2
MODULATIONS = [isac.modulation.BPSK, isac.modulation.QPSK, isac.modulation.QAM16,
               isac.modulation.QAM64, isac.modulation.QAM256]
RATES = {"1_2": 1 / 2, "2_3": 2 / 3, "3_4": 3 / 4, "5_6": 5 / 6}


class Link:
    """Payloads of one waveform through white noise, one frame at a time."""

    def __init__(self, modulation, coding, seed=1):
        self.waveform = isac.load_waveform("lab", modulation=modulation, coding=coding)
        self._rng = np.random.default_rng(seed)
        self._encoder = isac.dsp.frame_encoder(self.waveform)
        self._decoder = isac.dsp.frame_decoder(self.waveform)
        self._mapper = isac.dsp.symbol_mapper(modulation)
        self._demapper = isac.dsp.symbol_demapper(modulation)
        self.n_words = 1
        if coding.name.startswith("LDPC"):
            self.n_words = isac.dsp.ldpc_layout(self.waveform.bits_per_frame, coding).n_words

    def wrong_words(self, snr_db):
        """Sends a frame; returns how many of its n_words arrived wrong."""
        payload = self._rng.integers(0, 256, self.waveform.payload_len, np.uint8)
        symbols = self._mapper.map(self._encoder.encode(payload).ravel())
        noise_var = 10 ** (-snr_db / 10)
        noise = self._rng.standard_normal(2 * len(symbols), np.float32).view(np.complex64)
        received = symbols + np.float32(np.sqrt(noise_var / 2)) * noise
        llrs = self._demapper.demap(received, np.full(len(symbols), noise_var, np.float32))
        decoded, crc_ok, _ = self._decoder.decode(llrs)
        if crc_ok:
            return 0
        # Bit i of the payload is in word i % n_words; the CRC hides the errors of few words.
        wrong = np.unpackbits(decoded ^ payload, bitorder="little").nonzero()[0]
        return max(1, len(np.unique(wrong % self.n_words)))


def error_rate(link, snr_db, n_words):
    """Block error rate from at least n_words words, or fewer once 40 were wrong."""
    sent = wrong = 0
    while sent < n_words and wrong < 40:
        wrong += link.wrong_words(snr_db)
        sent += link.n_words
    return wrong / sent


def needed_snr_db(modulation, coding, n_words, step_db=0.1):
    """Walks up to where the error rate falls below TARGET and interpolates its logarithm."""
    link = Link(modulation, coding)
    bits = int(modulation) * RATES[coding.name[-3:]]
    snr_db = np.ceil(10 * np.log10(2 ** bits - 1) / step_db) * step_db
    while error_rate(link, snr_db + 8 * step_db, link.n_words * 3) > 0.5:
        snr_db += 8 * step_db
    rates = [1.0, error_rate(link, snr_db, n_words)]
    while rates[-1] > TARGET:
        snr_db += step_db
        rates.append(error_rate(link, snr_db, n_words))
    above, below = np.log(rates[-2]), np.log(max(rates[-1], 0.1 / n_words))
    return float(snr_db - step_db * (np.log(TARGET) - below) / (above - below))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", metavar="FILE", help="write {name: dB} there")
    parser.add_argument("--words", type=int, default=4000, help="code words a point, at most")
    parser.add_argument("--only", default="", help="part of the names to measure, e.g. LDPC")
    args = parser.parse_args()
    numbers, off = {}, []
    for modulation in MODULATIONS:
        for coding in isac.coding.__members__.values():
            name = f"{modulation.name} {coding.name}"
            if args.only not in name:
                continue
            n_words = args.words if "LDPC" in name else args.words // 10
            numbers[name] = needed_snr_db(modulation, coding, n_words)
            listed = isac.mcs.required_snr_db(modulation, coding)
            wrong = abs(listed - numbers[name]) > 0.1
            off += [name] * wrong
            print(f"{name:16s} {numbers[name]:6.2f} dB, table {listed:6.2f} dB"
                  f"{'  OFF' if wrong else ''}", flush=True)
    print(f"{len(off)} of {len(numbers)} entries are off by more than 0.1 dB")
    if args.json:
        with open(args.json, "w") as file:
            json.dump(numbers, file, indent=1)


if __name__ == "__main__":
    main()

# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What DFT-s-OFDM gains over OFDM behind a power amplifier that saturates.

Data rows, four times oversampled, pass a Rapp amplifier of saturation power P at an input
back-off; the receiver knows its mean gain. Uncoded, noise is added in the mind: given the
distorted symbols, the error rate of every bit in Gaussian noise is known exactly, so the noise at
which the bit error rate is 1e-3 follows without a Monte Carlo run over it. Coded, the symbols carry
LDPC words of 1944 bits in random order, the noise is drawn, and the bits that come out of the
decoder of the receiver are counted; its LLRs know the power of noise and distortion together. What
counts is P over
that noise, less the SNR that a linear link needs: the total degradation, output back-off and SNR
loss together. Each waveform is used at the back-off where its own is least; the difference is
what the amplifier gives away.
"""

import argparse
import json
import math
import sys

import numpy as np
from gnuradio import isac

OVERSAMPLING = 4
BIT_ERROR_RATE = 1e-3
WORD_LEN = 1944
N_DRAWS = 20  # of the noise, over the same distorted rows
CODINGS = {"QPSK": "LDPC_1_2", "QAM16": "LDPC_1_2", "QAM64": "LDPC_3_4"}
BACK_OFFS_DB = np.arange(-12, 12.5, 0.5)


def rapp(x, saturation, smoothness):
    ratio = np.abs(x) ** 2 / saturation
    return x / (1 + ratio ** smoothness) ** (1 / (2 * smoothness))


def gaussian_tail(x):
    """Q(x), with the error function of Abramowitz and Stegun 7.1.26: good to 1.5e-7."""
    z = np.abs(x) / math.sqrt(2)
    t = 1 / (1 + 0.3275911 * z)
    poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (
        -1.453152027 + t * 1.061405429))))
    tail = 0.5 * poly * np.exp(-z * z)
    return np.where(x >= 0, tail, 1 - tail)


def bit_error_rate(sent, received, modulation, sigma):
    """Of both dimensions; sigma is the noise of one, in units of unit-power symbols."""
    points = isac.dsp.symbol_mapper(modulation).constellation
    n_bits = max(1, int(modulation) // 2)
    bits_of = {}  # rounded level: its value and bits, from any symbol that has it
    for i, point in enumerate(points):
        bits = [(i >> (int(modulation) - 1 - 2 * b)) & 1 for b in range(n_bits)]
        bits_of[round(float(point.real), 4)] = float(point.real), bits
    levels = np.array([bits_of[key][0] for key in sorted(bits_of)])
    pattern = np.array([bits_of[key][1] for key in sorted(bits_of)])  # [levels, bits]
    edges = (levels[1:] + levels[:-1]) / 2
    errors = 0.0
    for part in (np.real, np.imag):
        own = np.argmin(np.abs(part(sent)[:, None] - levels), axis=1)
        below = 1 - gaussian_tail((edges - part(received)[:, None]) / sigma)
        cumulated = np.hstack([np.zeros((len(sent), 1)), below, np.ones((len(sent), 1))])
        chosen = np.diff(cumulated, axis=1)  # [n, levels]
        for b in range(n_bits):
            differs = pattern[:, b][None, :] != pattern[own, b][:, None]
            errors += np.sum(chosen * differs)
    return errors / (2 * n_bits * len(sent))


def needed_noise(error_rate, n_steps):
    """Noise of one dimension at which error_rate(sigma) is BIT_ERROR_RATE, or 0: never."""
    low, high = 1e-3, 1.0
    if error_rate(low) > BIT_ERROR_RATE:
        return 0.0
    for _ in range(n_steps):
        middle = math.sqrt(low * high)
        above = error_rate(middle) > BIT_ERROR_RATE
        low, high = (low, middle) if above else (middle, high)
    return low


class Words:
    """Code words in random order for all bits of some rows, and what noise makes of them."""

    def __init__(self, waveform, coding, n_rows, n_draws, seed):
        self.rng, self.modulation = np.random.default_rng(seed), waveform.modulation
        self.code = isac.dsp.ldpc_code(WORD_LEN, getattr(isac.coding, coding))
        self.decoder = isac.dsp.ldpc_decoder(self.code)
        self.demapper = isac.dsp.symbol_demapper(waveform.modulation)
        n_bits = n_rows * waveform.bits_per_row
        self.info = self.rng.integers(0, 2, (self.code.k, n_bits // WORD_LEN), np.uint8)
        self.order = self.rng.permutation(n_bits)[:self.info.shape[1] * WORD_LEN]
        bits = self.rng.integers(0, 2, n_bits, np.uint8)
        bits[self.order] = self.code.encode(self.info).T.ravel()
        self.bits = bits.reshape(n_rows, -1)
        noise = self.rng.normal(size=(n_draws, n_bits // waveform.bits_per_symbol, 2))
        self.noise = noise @ [1, 1j]  # the same at every level: rates then fall with it

    def error_rate(self, sent, received, sigma):
        """Of the information bits behind the decoder."""
        distortion = np.mean(np.abs(received - sent) ** 2)
        noise_var = np.full(len(sent), 2 * sigma ** 2 + distortion, np.float32)
        errors = 0
        for noise in self.noise:
            heard = (received + sigma * noise).astype(np.complex64)
            llrs = np.asarray(self.demapper.demap(heard, noise_var)).ravel()[self.order]
            soft = isac.dsp.soft_bits(llrs.reshape(-1, WORD_LEN).T.ravel().copy())
            found = self.decoder.decode(soft.reshape(WORD_LEN, -1))[:self.code.k]
            errors += np.count_nonzero(found != self.info)
        return errors / (len(self.noise) * self.info.size)


def transmit(waveform, bits):
    """Symbols [n, n_data] and oversampled time rows [n, OVERSAMPLING * fft_len], power 1."""
    n = len(bits)
    symbols = isac.dsp.symbol_mapper(waveform.modulation).map(bits.ravel()).reshape(n, -1)
    spread = waveform.precoding == isac.precoding.DFT
    cells = isac.dsp.dft_spreader(waveform).spread(symbols) if spread else symbols
    rows = isac.dsp.grid_mapper(waveform).map(cells)
    half = waveform.n_subcarriers // 2
    bins = np.zeros((n, OVERSAMPLING * waveform.fft_len), np.complex64)
    bins[:, :half], bins[:, -half:] = rows[:, half:], rows[:, :half]
    time = np.fft.ifft(bins)
    scale = math.sqrt(np.mean(np.abs(time) ** 2))
    return symbols, time / scale, scale


def receive(waveform, time, scale):
    half = waveform.n_subcarriers // 2
    bins = np.fft.fft(time) * scale
    rows = np.hstack([bins[:, -half:], bins[:, :half]]).astype(np.complex64)
    cells = rows[:, waveform.data_cells]
    if waveform.precoding == isac.precoding.DFT:
        cells, _ = isac.dsp.dft_despreader(waveform).despread(
            cells, np.full(cells.shape, 1e-6, np.float32))
    return cells


def degradation_db(waveform, smoothness, coding, n_draws):
    """Total degradation over BACK_OFFS_DB; NaN where no SNR is enough."""
    words = Words(waveform, coding or "LDPC_1_2", waveform.n_data_rows, n_draws, seed=1)
    symbols, time, scale = transmit(waveform, words.bits)
    sent = symbols.ravel()

    def noise_for(received):
        if coding:
            return needed_noise(lambda s: words.error_rate(sent, received, s), n_steps=10)
        return needed_noise(
            lambda s: bit_error_rate(sent, received, waveform.modulation, s), n_steps=20)

    linear = noise_for(sent)
    curve = []
    for back_off in BACK_OFFS_DB:
        saturation = 10 ** (back_off / 10)
        received = receive(waveform, rapp(time, saturation, smoothness), scale)
        gain = np.vdot(symbols, received) / np.vdot(symbols, symbols)
        sigma = abs(gain) * noise_for((received / gain).ravel())
        curve.append(back_off - 20 * math.log10(sigma / linear) if sigma > 0 else math.nan)
    return np.array(curve)


def plot(curves, path):
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 5))
    for name, curve in curves.items():
        axes.plot(BACK_OFFS_DB, curve, "-" if name.startswith("DFT") else "--", label=name)
    axes.set(xlabel="input back-off (dB)", ylim=(0, 14),
             ylabel="output back-off and SNR loss (dB), BER 1e-3")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=120, bbox_inches="tight")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="lab")
    parser.add_argument("--smoothness", type=float, default=2, help="p of the Rapp model")
    parser.add_argument("--rows", type=int, default=128, help="data rows per point")
    parser.add_argument("--parts", nargs="+", choices=("uncoded", "coded"),
                        default=("uncoded", "coded"))
    parser.add_argument("--quick", action="store_true", help="a quarter of the rows")
    parser.add_argument("--plot", metavar="FILE", default="amplifier.png")
    parser.add_argument("--json", metavar="FILE", help="write {name: number} there")
    args = parser.parse_args()
    n_rows = args.rows // 4 if args.quick else args.rows

    curves, numbers = {}, {}
    for part, modulation in ((p, m) for p in args.parts for m in CODINGS):
        coding = CODINGS[modulation] if part == "coded" else None
        for precoding, spacing in (("NONE", 6), ("DFT", 32)):
            w = isac.load_waveform(args.preset, precoding=precoding, modulation=modulation,
                                   pilot_spacing=spacing, n_symbols=n_rows)
            kind = "OFDM" if precoding == "NONE" else "DFT-s-OFDM"
            name = f"{kind} {modulation} {coding or ''}".strip()
            print(f"{name} ...", end="\r", file=sys.stderr, flush=True)
            curves[name] = degradation_db(w, args.smoothness, coding, N_DRAWS)
            numbers[name] = float(np.nanmin(curves[name]))
            best = BACK_OFFS_DB[np.nanargmin(curves[name])]
            print(f"{name:28s} {numbers[name]:5.2f} dB at {best:4.1f} dB input back-off")
        gain = numbers[name.replace("DFT-s-", "")] - numbers[name]
        numbers[name.replace("DFT-s-OFDM", "gain")] = gain
        print(f"  DFT-s-OFDM gains {gain:.2f} dB at equal saturation")
    plot(curves, args.plot)
    if args.json:
        with open(args.json, "w") as file:
            json.dump(numbers, file, indent=1)


if __name__ == "__main__":
    main()

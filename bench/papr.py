# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far the peaks of an OFDM symbol and of a DFT-s-OFDM symbol rise over their mean power.

The distribution of max |x|^2 / mean |x|^2 over whole rows, four times oversampled, as the
transmitter makes them: data rows, and the reference rows between them. Theory for OFDM: n cells
of random phase make a nearly Gaussian process, whose peak is that of 2.8 n independent samples
(van Nee, de Wild, "Reducing the peak-to-average power ratio of OFDM", VTC 1998).
"""

import argparse
import json
import sys

import numpy as np
from gnuradio import isac

OVERSAMPLING = 4
LEVEL = 1e-3  # PAPR that one row in a thousand exceeds
MODULATIONS = ("QPSK", "QAM16", "QAM64")


def papr_db(rows, fft_len):
    """Of rows [n, n_subcarriers]; the mean is that of all rows, as an amplifier sees it."""
    half = rows.shape[1] // 2
    bins = np.zeros((len(rows), OVERSAMPLING * fft_len), np.complex64)
    bins[:, :half], bins[:, -half:] = rows[:, half:], rows[:, :half]
    power = np.abs(np.fft.ifft(bins)) ** 2
    return 10 * np.log10(power.max(axis=1) / power.mean())


def measure(waveform, n_rows, seed):
    """PAPR of at least n_rows data rows, and of one reference row (None without)."""
    rng = np.random.default_rng(seed)
    transmitter = isac.dsp.transmitter(waveform)
    is_data = [not waveform.is_reference_row(r) for r in range(waveform.n_symbols)]
    of_data, of_references = [], None
    for number in range(-(-n_rows // waveform.n_data_rows)):
        _, rows = transmitter.modulate(rng.bytes(waveform.payload_len), number)
        of_data.append(papr_db(rows[is_data], waveform.fft_len))
        if not all(is_data):
            of_references = float(papr_db(rows[:1], waveform.fft_len)[0])
    return np.concatenate(of_data), of_references


def quantile(values, level):
    """The value exceeded with probability `level`, and its 95 % band by order statistics."""
    ordered, n = np.sort(values), len(values)
    spread = 1.96 * np.sqrt(n * level * (1 - level))
    at = np.clip(np.array([level * n, level * n + spread, level * n - spread]), 0, n - 1)
    return ordered[n - 1 - at.astype(int)]


def theory_db(n_cells, level):
    return 10 * np.log10(-np.log(1 - (1 - level) ** (1 / (2.8 * n_cells))))


def plot(results, n_cells, path):
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 5))
    for name, values in results.items():
        n = len(values)
        share = np.arange(n, 0, -1) / n
        line, = axes.semilogy(np.sort(values), share, label=name,
                              ls="-" if name.startswith("DFT") else "--")
        band = 1.96 * np.sqrt(share * (1 - share) / n)
        axes.fill_between(np.sort(values), np.clip(share - band, 0.3 / n, 1), share + band,
                          color=line.get_color(), alpha=0.2, lw=0)
    levels = np.logspace(-4, -0.01, 100)
    axes.semilogy(theory_db(n_cells, levels), levels, "k:", label="OFDM, theory")
    axes.set(xlabel="PAPR (dB)", ylabel="share of rows above", ylim=(1e-4, 1))
    axes.grid(which="both", alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=120, bbox_inches="tight")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="lab", help="waveform whose cells are used")
    parser.add_argument("--rows", type=int, default=40000, help="data rows per curve")
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows")
    parser.add_argument("--guard-len", type=int, default=0, help="chips, DFT-s-OFDM")
    parser.add_argument("--plot", metavar="FILE", default="papr.png")
    parser.add_argument("--json", metavar="FILE", help="write {name: number} there")
    args = parser.parse_args()
    n_rows = args.rows // 10 if args.quick else args.rows

    results, numbers = {}, {}
    for modulation in MODULATIONS:
        for precoding, spacing in (("NONE", 6), ("DFT", 32)):
            w = isac.load_waveform(args.preset, precoding=precoding, modulation=modulation,
                                   pilot_spacing=spacing, guard_len=args.guard_len)
            name = f"{'OFDM' if precoding == 'NONE' else 'DFT-s-OFDM'} {modulation}"
            print(f"{name} ...", end="\r", file=sys.stderr, flush=True)
            results[name], reference = measure(w, n_rows, seed=1)
            value, low, high = quantile(results[name], LEVEL)
            numbers[name] = value
            numbers[f"{name}, 95 % band"] = [low, high]
            print(f"{name:18s} {value:6.2f} dB [{low:.2f}, {high:.2f}]"
                  + (f"   reference row {reference:.2f} dB" if reference else ""))
        gain = numbers[f"OFDM {modulation}"] - numbers[f"DFT-s-OFDM {modulation}"]
        numbers[f"gain {modulation}"] = gain
        print(f"  gain at 99.9 %: {gain:.2f} dB")
    n_cells = isac.load_waveform(args.preset).n_subcarriers - 1
    numbers["OFDM, theory"] = theory_db(n_cells, LEVEL)
    print(f"{'OFDM, theory':18s} {numbers['OFDM, theory']:6.2f} dB")
    plot(results, n_cells, args.plot)
    if args.json:
        with open(args.json, "w") as file:
            json.dump({k: np.asarray(v).tolist() for k, v in numbers.items()}, file, indent=1)


if __name__ == "__main__":
    main()

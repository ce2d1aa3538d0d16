# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""frame_sync against its bounds: variance of carrier offset and arrival, frames missed.

Frames with a random carrier offset (up to 4 subcarriers), arrival (to a fraction of a sample)
and distance go through white noise. Bands are 95 % of what so many trials allow.
"""

import argparse
import math

import numpy as np
from gnuradio import isac
from measure import write
from scipy import stats

MAX_CFO = 4.0


class Source:
    """Frames of a waveform with known offsets, in noise."""

    def __init__(self, waveform, seed):
        self.w = waveform
        self.rng = np.random.default_rng(seed)
        samples, _ = isac.dsp.transmitter(waveform).modulate(b"0123456789abcdef", 7)
        self.spectrum = np.fft.fft(samples, 2 * len(samples))
        self.frequency = np.fft.fftfreq(2 * len(samples))

    def frame(self, delay, cfo):
        """The frame, `delay` (a fraction) late, `cfo` subcarriers off."""
        w = self.w
        x = np.fft.ifft(self.spectrum * np.exp(-2j * np.pi * self.frequency * delay))
        return x[:w.frame_len] * np.exp(2j * np.pi * cfo / w.fft_len * np.arange(w.frame_len))

    def stream(self, n_frames, noise_var):
        """complex64 samples, and (arrival of the body, cfo) of each frame."""
        w, parts, truth, at = self.w, [], [], 0
        for _ in range(n_frames):
            gap = int(self.rng.integers(0, 4 * w.symbol_len))
            delay, cfo = self.rng.uniform(0, 1), self.rng.uniform(-MAX_CFO, MAX_CFO)
            parts += [np.zeros(gap), self.frame(delay, cfo)]
            truth.append((at + gap + delay + w.preamble_len, cfo))
            at += gap + w.frame_len
        x = np.concatenate([*parts, np.zeros(w.symbol_len)])
        noise = self.rng.normal(scale=math.sqrt(noise_var / 2), size=(len(x), 2)) @ [1, 1j]
        return (x + noise).astype(np.complex64), np.array(truth)


def bounds(w, snr):
    """Cramer-Rao bounds of (CFO in subcarriers, arrival in samples) at a sample SNR `snr`.

    Carrier offset from 2 fft_len known samples, 6 / (4 pi^2 snr n (n^2 - 1)) in turns a sample;
    arrival from the phase slope over the even cells of both symbols, each at
    2 * 2 * snr * fft_len / (2 * cells in use), phase unknown.
    """
    n = 2 * w.fft_len
    cfo = 6 / (4 * np.pi**2 * snr * n * (n**2 - 1)) * w.fft_len**2
    cells = np.arange(-(w.n_subcarriers // 4) * 2, w.n_subcarriers // 2, 2)
    cells = cells[(cells != 0) & (cells >= -w.n_subcarriers // 2)]
    per_cell = 2 * snr * w.fft_len / len(cells)
    slope = 1 / (2 * np.sum(per_cell * (cells - cells.mean()) ** 2))
    return cfo, slope * (w.fft_len / (2 * np.pi)) ** 2


def sync_power(w):
    """Mean power of the samples of the synchronisation symbols."""
    samples, _ = isac.dsp.transmitter(w).modulate(b"", 0)
    return float(np.mean(np.abs(samples[:2 * w.symbol_len]) ** 2))


def match(found, truth, w):
    """Errors (arrival, CFO) of the frames found, frames missed, frames that were none."""
    errors, taken, false = [], set(), 0
    for frame in found:
        i = int(np.argmin(np.abs(truth[:, 0] - frame["arrival"])))
        late = frame["arrival"] - truth[i, 0]
        if abs(late) > w.cp_len or i in taken or frame["number"] != 7:
            false += 1
            continue
        taken.add(i)
        errors.append((late, frame["cfo_hz"] / w.subcarrier_spacing_hz - truth[i, 1]))
    return np.array(errors).reshape(-1, 2), len(truth) - len(taken), false


def variances(w, snrs_db, n_frames):
    """Rows of (SNR, CFO variance, bound, arrival variance, bound, frames found)."""
    rows = []
    for snr_db in snrs_db:
        source = Source(w, 1000 + int(10 * snr_db))
        errors = []
        while len(errors) < n_frames:
            samples, truth = source.stream(
                min(50, n_frames), sync_power(w) / 10 ** (snr_db / 10))
            found, _ = isac.dsp.frame_sync(w).find(samples)
            errors += list(match(found, truth, w)[0])
        late, off = np.mean(np.square(errors), axis=0)
        cfo_bound, arrival_bound = bounds(w, 10 ** (snr_db / 10))
        rows.append((snr_db, off, cfo_bound, late, arrival_bound, len(errors)))
        print(f"{snr_db:6.1f} dB  CFO {off / cfo_bound:6.3f}  arrival {late / arrival_bound:6.3f} "
              f"times the bound, {len(errors)} frames", flush=True)
    return rows


def misses(w, snrs_db, n_frames):
    """Rows of (cell SNR, header BLER, missed, false, frames sent)."""
    rows = []
    for snr_db in snrs_db:
        source, sent, missed, false, broken = Source(w, 2000 + int(10 * snr_db)), 0, 0, 0, 0
        while sent < n_frames:
            samples, truth = source.stream(50, 10 ** (-snr_db / 10))
            found, counts = isac.dsp.frame_sync(w).find(samples)
            _, n_missed, n_false = match(found, truth, w)
            sent += len(truth)
            unread = min(counts["header_errors"], n_missed)
            missed += n_missed - unread
            false += n_false
            broken += unread
        rows.append((snr_db, broken / sent, missed / sent, false / sent, sent))
        print(f"{snr_db:6.1f} dB  header BLER {broken / sent:8.2e}  missed {missed / sent:8.2e}  "
              f"false {false / sent:8.2e}  of {sent}", flush=True)
    return rows


def draw(path, var_rows, miss_rows):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 3, figsize=(15, 4.5), constrained_layout=True)
    r = np.array(var_rows)
    dof = r[:, 5]
    low, high = dof / stats.chi2.ppf(0.975, dof), dof / stats.chi2.ppf(0.025, dof)
    for ax, i, label in ((axes[0], 1, "CFO variance (subcarriers$^2$)"),
                         (axes[1], 3, "arrival variance (samples$^2$)")):
        ax.fill_between(r[:, 0], r[:, i] * low, r[:, i] * high, alpha=0.3)
        ax.semilogy(r[:, 0], r[:, i], "o-", label="measured")
        ax.semilogy(r[:, 0], r[:, i + 1], "k--", label="Cramer-Rao bound")
        ax.semilogy(r[:, 0], 1.5 * r[:, i + 1], "k:", label="1.5 times the bound")
        ax.set(xlabel="SNR of the samples (dB)", ylabel=label)
    m = np.array(miss_rows)
    for i, label in ((1, "header BLER"), (2, "missed"), (3, "false")):
        n, k = m[:, 4], m[:, i] * m[:, 4]
        band = stats.beta.ppf(0.025, k, n - k + 1), stats.beta.ppf(0.975, k + 1, n - k)
        axes[2].fill_between(m[:, 0], np.nan_to_num(band[0]) + 1e-7, band[1], alpha=0.2)
        axes[2].semilogy(m[:, 0], np.maximum(m[:, i], 1e-7), "o-", label=label)
    axes[2].set(xlabel="SNR of a cell (dB)", ylabel="share of the frames")
    for ax in axes:
        ax.grid(True, alpha=0.3)
        ax.legend()
    figure.savefig(path, dpi=120)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", metavar="FILE", help="write {name: number} there")
    parser.add_argument("--quick", action="store_true", help="a minute instead of ten")
    parser.add_argument("--plot", metavar="FILE", default="sync.png")
    args = parser.parse_args()
    n = 400 if args.quick else 4000
    w = isac.waveform(n_symbols=4)
    print(f"{w.id}: carrier offset and arrival")
    var_rows = variances(w, np.arange(-5, 31, 5.0), n)
    print("found, by the SNR of a cell")
    miss_rows = misses(w, np.arange(-8, -1, 1.0), 5 * n if args.quick else 25 * n)
    draw(args.plot, var_rows, miss_rows)
    numbers = {}
    for snr_db, off, cfo_bound, late, arrival_bound, _ in var_rows:
        numbers[f"CFO variance / bound at {snr_db:g} dB"] = off / cfo_bound
        numbers[f"arrival variance / bound at {snr_db:g} dB"] = late / arrival_bound
    for snr_db, bler, missed, false, _ in miss_rows:
        numbers[f"header BLER at {snr_db:g} dB"] = bler
        numbers[f"missed and false at {snr_db:g} dB"] = missed + false
    write(args.json, numbers)


if __name__ == "__main__":
    main()

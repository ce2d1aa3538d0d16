# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Range and velocity errors of one target beside the Cramer-Rao bound, and where they begin.

One target anywhere in the map, off the grid, at SNRs from 3 dB above the threshold of maximum
likelihood upwards, for OFDM with QPSK and 64-QAM and for DFT-s-OFDM, with the windows that all
blocks have by default and with none. Errors are over the bound of the cells sent; bias is its mean.

The threshold is the SNR at which one target in a hundred (--quick) or in a thousand is lost: none
is found, or the strongest lies more than a bin away. Maximum likelihood loses it when the
strongest of all N M noise cells beats the target's. No windows and two cells a bin reach that.
"""

import sys
from pathlib import Path

import numpy as np
from curves import Curve, judge, progress, run_jobs
from echoes import Echoes, Sensing
from gnuradio import isac
from panels import draw
from scipy import stats

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from theory import ml_threshold_snr, tone_std_bins  # noqa: E402

KINDS = {"QPSK": ("QPSK", "NONE"), "64-QAM": ("QAM64", "NONE"), "DFT-s-OFDM": ("QPSK", "DFT")}
WINDOWS = {"Hamming": isac.window.HAMMING, "rectangular": isac.window.RECTANGULAR}
OVER_DB = (3, 6, 10, 20, 30, 45, 60)  # threshold
JUDGED = "no windows, 2 x 2 padding"
SEARCH = {JUDGED: ("rectangular", 2), "Hamming, 2 x 2 padding": ("Hamming", 2),
          "Hamming": ("Hamming", 1)}
LOST_BINS = 1


def waveform(kind):
    modulation, precoding = KINDS[kind]
    return isac.waveform(fft_len=256, n_subcarriers=192, n_symbols=64, cp_len=18,
                         modulation=getattr(isac.modulation, modulation),
                         precoding=getattr(isac.precoding, precoding))


def sensing(w, window, padding=1):
    return Sensing(w, range_window=WINDOWS[window], velocity_window=WINDOWS[window],
                   range_padding=padding, velocity_padding=padding)


def look(job):
    """[n, 2] errors in bins, NaN where the target is lost."""
    kind, window, padding, snr_db, n, seed = job
    w = waveform(kind)
    echoes, sense = Echoes(w, seed), sensing(w, window, padding)
    errors = np.full((n, 2), np.nan)
    for i in range(n):
        target = echoes.anywhere(snr_db)
        positions = sense.positions(*echoes.look([target]))
        if len(positions):
            by = sense.offsets(positions[:1], target)[0]
            errors[i] = by if np.abs(by).max() <= LOST_BINS else np.nan
    return errors


def bounds(w, snr_db):
    """Least standard deviations in bins, range and velocity."""
    cells = Echoes(w, 0).cells
    snr = 10 ** (snr_db / 10) / (len(cells) * w.n_symbols)
    return np.array([tone_std_bins(cells, w.n_subcarriers, w.n_symbols, snr),
                     tone_std_bins(np.arange(w.n_symbols), w.n_symbols, len(cells), snr)])


def threshold_db(w, lost):
    n = len(Echoes(w, 0).cells)
    return 10 * np.log10(ml_threshold_snr(n, w.n_symbols, lost) * n * w.n_symbols)


def accuracy(args):
    n = 800 if args.quick else 8000
    low_share, high_share = stats.chi2.ppf([0.025, 0.975], n) / n
    numbers, panels = {}, {}
    for kind in KINDS:
        w = waveform(kind)
        first = threshold_db(w, 1e-3)
        lines = []
        for window in WINDOWS:
            progress(f"estimation: {kind}, {window}")
            jobs = [(kind, window, 1, first + over, n, i) for i, over in enumerate(OVER_DB)]
            ratios = []
            for over, errors in zip(OVER_DB, run_jobs(look, jobs, args.workers), strict=True):
                scaled = errors[~np.isnan(errors[:, 0])] / bounds(w, first + over)
                rms, bias = np.sqrt(np.mean(scaled**2, axis=0)), np.mean(scaled, axis=0)
                ratios.append(rms)
                name = f"{kind}, {window}, {over} dB over threshold"
                for axis, value, mean in zip(("range", "velocity"), rms, bias, strict=True):
                    numbers |= judge(f"{name}: {axis} error over bound", value, 1.05,
                                     low=value / np.sqrt(high_share),
                                     high=value / np.sqrt(low_share))
                    numbers |= judge(f"{name}: {axis} bias over bound", abs(mean), 0.1,
                                     low=max(0, abs(mean) - 1.96 / np.sqrt(n)),
                                     high=abs(mean) + 1.96 / np.sqrt(n))
            lines += [(f"{axis}, {window}", OVER_DB, np.array(ratios)[:, i], style)
                      for i, (axis, style) in enumerate((("range", "o-"), ("velocity", "x--")))]
        lines += [("bound", OVER_DB, np.ones(len(OVER_DB)), "k-"),
                  ("limit", OVER_DB, np.full(len(OVER_DB), 1.05), "k:")]
        panels[kind] = (lines, "SNR over the threshold (dB)")
    draw(Path(args.out) / "sensing_estimation.png", "Error over the Cramer-Rao bound", panels,
         "standard deviations")
    return numbers


def threshold(args):
    lost = 1e-2 if args.quick else 1e-3
    w = waveform("QPSK")
    ideal_db = threshold_db(w, lost)
    numbers = {}
    lines, rms_lines = [], []
    for name, (window, padding) in SEARCH.items():
        progress(f"estimation: threshold, {name}")
        curve, errors = Curve(name), []
        is_judged = name == JUDGED
        for over in np.arange(-1, 7, 0.5 if is_judged else 1):
            n = int((15 if is_judged else 5) / lost)
            share, rest = divmod(n, args.workers)
            jobs = [("QPSK", window, padding, ideal_db + over, share + (i < rest), 100 + i)
                    for i in range(args.workers)]
            found = np.concatenate(run_jobs(look, jobs, args.workers))
            errors.append(found)
            curve.add(ideal_db + over, np.count_nonzero(np.isnan(found[:, 0])), n)
            if curve.rates()[1][-1] < lost / 3:
                break
        at, low, high = curve.snr_at(lost)
        numbers |= judge(f"threshold of {name} over ML", at - ideal_db,
                         1 if is_judged else np.inf, "dB",
                         low=low - ideal_db, high=high - ideal_db)
        snr, rate, *_ = curve.rates()
        lines.append((name, snr, np.maximum(rate, lost / 30), "o-"))
        shown = [np.sqrt(np.nanmean((e / bounds(w, s))**2)) for s, e in zip(snr, errors,
                                                                            strict=True)]
        rms_lines.append((name, snr, shown, "o-"))
    snr = np.arange(-2, 4.1, 0.25) + ideal_db
    rates = np.logspace(-4, -0.3, 60)
    lines.append(("maximum likelihood", [threshold_db(w, r) for r in rates], rates, "k-"))
    rms_lines.append(("bound", snr, np.ones(len(snr)), "k-"))
    draw(Path(args.out) / "sensing_threshold.png", "Where targets get lost",
         {"share lost": (lines, "SNR in the map (dB)")}, "share", "log")
    draw(Path(args.out) / "sensing_threshold_errors.png", "Errors of those that are found",
         {"QPSK": (rms_lines, "SNR in the map (dB)")}, "error over bound")
    return numbers


def run(args):
    return accuracy(args) | threshold(args)

# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""CFAR: false alarms beside the set rate, detections beside the closed forms.

Every map is made as a radar makes it: symbols out, echoes and noise back, range_doppler. False
alarms are counted over all cells of maps of noise alone, edges included, with rectangular
windows and no padding, where cells are independent. What other windows and padding make of the
set rate is measured, too, and has no limit: their cells are not independent. Bands are binomial
(Clopper and Pearson, 95 %).

Steady (Swerling 0) and fluctuating (Swerling 1) targets stand in the middle of cells, so far
apart that none measures another's noise. In each map all detectors see the same cells.
"""

import sys
from pathlib import Path

import numpy as np
from curves import band, judge, progress, run_jobs
from gnuradio import isac

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from theory_cfar import detection_probability, snr_for  # noqa: E402

WAVEFORM = dict(fft_len=1024, cp_len=900, n_subcarriers=512, n_symbols=256)
PLAIN = dict(range_window=isac.window.RECTANGULAR, velocity_window=isac.window.RECTANGULAR)
KINDS = isac.cfar_kind.__members__
RATES = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
RATE_OFF = 0.1        # a realised rate may be off by this share
PROBABILITY_OFF = 0.01
PROBABILITIES = (0.3, 0.5, 0.7, 0.9, 0.99)
TARGET_RATE = 1e-6
GUARD, TRAINING, RANK = 2, 6, 0.75
N_AROUND = (2 * (GUARD + TRAINING) + 1) ** 2 - (2 * GUARD + 1) ** 2
SPACING = GUARD + TRAINING + 1  # of targets


class Radar:
    """Sent and received rows to power maps; noise of variance 1 in every cell."""

    def __init__(self, seed, **windows):
        self.waveform, self.rng = isac.waveform(**WAVEFORM), np.random.default_rng(seed)
        w = self.waveform
        _, self.sent = isac.dsp.transmitter(w).modulate(self.rng.bytes(w.payload_len))
        self.maps = isac.dsp.range_doppler(w, **windows)
        self.shape = self.maps.geometry.n_velocities, self.maps.geometry.n_ranges

    def power(self, channel=None):
        """The map of an echo with this channel, [n_symbols, n_subcarriers], and of noise."""
        parts = self.rng.standard_normal((*self.sent.shape, 2), np.float32)
        received = parts.view(np.complex64)[..., 0] * np.float32(np.sqrt(0.5))
        if channel is not None:
            received = received + self.sent * channel
        values = self.maps.compute(self.sent, received)
        return values.real ** 2 + values.imag ** 2

    def channel(self, cells):
        """Row and column of a map to the echo that peaks there with an amplitude, unitary."""
        w = self.waveform
        spread = np.zeros((w.n_symbols, w.n_subcarriers), np.complex64)
        for (row, column), amplitude in cells:
            spread[(row - w.n_symbols // 2) % w.n_symbols, column] = amplitude
        over_time = np.fft.ifft(spread, axis=0, norm="ortho")
        return np.fft.fftshift(np.fft.fft(over_time, axis=1, norm="ortho"), axes=1)


def detector(shape, rate, kind, **options):
    return isac.dsp.cfar(*shape, false_alarm_rate=rate, cfar=KINDS[kind], guard=GUARD,
                         training=TRAINING, os_rank=RANK, **options)


def count_alarms(job):
    """{(kind, rate): (alarms, cells)}, of as many cells as `expected` alarms need."""
    seed, expected, rates, options = job
    radar = Radar(seed, **options)
    detectors = {(kind, rate): detector(radar.shape, rate, kind, **options)
                 for rate in rates for kind in KINDS}
    counts = dict.fromkeys(detectors, (0, 0))
    n_cells = 0
    while any(n_cells * rate < expected for rate in rates):
        power = radar.power()
        for (kind, rate), (alarms, cells) in counts.items():
            if n_cells * rate < expected:
                found = len(detectors[kind, rate].detect(power))
                counts[kind, rate] = alarms + found, cells + power.size
        n_cells += power.size
    return counts


def add_up(parts):
    total = {}
    for part in parts:
        for key, (hits, trials) in part.items():
            have = total.get(key, (0, 0))
            total[key] = have[0] + hits, have[1] + trials
    return total


def count_detections(job):
    """{(kind, fluctuating, probability): (detections, targets)} at a false alarm rate."""
    seed, n_maps = job
    radar = Radar(seed, **PLAIN)
    rows = np.arange(0, radar.shape[0] - SPACING + 1, SPACING)
    columns = np.arange(SPACING, radar.shape[1] - SPACING, SPACING)
    cells = np.array([(r, c) for r in rows for c in columns])
    occupied = np.count_nonzero(radar.sent) / radar.sent.size  # DC does not see the echo
    detectors = {kind: detector(radar.shape, TARGET_RATE, kind, **PLAIN) for kind in ("CA", "OS")}
    counts = {}
    for fluctuating in (False, True):
        for probability in PROBABILITIES:
            snr = snr_for(probability, N_AROUND, TARGET_RATE, fluctuating)
            for _ in range(n_maps):
                gains = radar.rng.normal(size=(len(cells), 2)) @ [1, 1j] / np.sqrt(2)
                gains = gains if fluctuating else gains / np.abs(gains)
                power = radar.power(radar.channel(
                    zip(cells, gains * np.sqrt(snr / occupied), strict=True)))
                for kind, found in detectors.items():
                    hit = np.zeros(radar.shape, bool)
                    hit[tuple(found.detect(power).T)] = True
                    key = kind, fluctuating, probability
                    have = counts.get(key, (0, 0))
                    counts[key] = have[0] + hit[tuple(cells.T)].sum(), have[1] + len(cells)
    return counts


def judge_share(name, hits, trials, should_be, limit):
    """How far a rate is off, as a share of what it should be, with its band."""
    low, high = (x / should_be - 1 for x in band(hits, trials))
    return judge(name, abs(hits / trials / should_be - 1), limit, low=max(0, low, -high),
                 high=max(high, -low))


def judge_rates(counts):
    numbers = {}
    for (kind, rate), (alarms, cells) in sorted(counts.items()):
        numbers |= judge_share(f"{kind}: false alarms off {rate:g}, share of it", alarms, cells,
                               rate, RATE_OFF)
    return numbers


def judge_detections(counts):
    numbers = {}
    for (kind, fluctuating, probability), (hits, targets) in sorted(counts.items()):
        snr = snr_for(probability, N_AROUND, TARGET_RATE, fluctuating)
        rank = int(np.ceil(RANK * N_AROUND)) if kind == "OS" else None
        theory = detection_probability(N_AROUND, TARGET_RATE, snr, fluctuating, rank)
        numbers |= judge_share(
            f"{kind}, Swerling {int(fluctuating)}, {10 * np.log10(snr):.2f} dB: off {theory:.3f}",
            hits, targets, theory, PROBABILITY_OFF)
    return numbers


def tell_correlated(counts, name):
    numbers = {}
    for (kind, rate), (alarms, cells) in sorted(counts.items()):
        low, high = band(alarms, cells)
        print(f"{kind}, {name}: {alarms / cells / rate:.2f} times the set {rate:g} "
              f"[{low / rate:.2f}, {high / rate:.2f}]")
        numbers[f"{kind}, {name}: times the set {rate:g}"] = alarms / cells / rate
    return numbers


def draw(path, alarms, detections):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.8), layout="constrained")
    left.axhspan(1 - RATE_OFF, 1 + RATE_OFF, color="0.9", label="10 %")
    for i, kind in enumerate(KINDS):
        rates = sorted(r for k, r in alarms if k == kind)
        share = [alarms[kind, r][0] / alarms[kind, r][1] / r for r in rates]
        bars = np.abs(np.array([band(*alarms[kind, r]) for r in rates]).T / rates - share)
        left.errorbar(np.array(rates) * 1.08 ** (i - 1.5), share, bars, fmt="o", ms=4, label=kind)
    left.axhline(1, color="k", lw=1)
    left.set(xscale="log", xlabel="set false alarm rate", ylabel="realised over set")
    snr_db = np.linspace(8, 40, 200)
    for kind, colour in (("CA", "C0"), ("OS", "C3")):
        rank = int(np.ceil(RANK * N_AROUND)) if kind == "OS" else None
        for fluctuating in (False, True):
            right.plot(snr_db, [detection_probability(N_AROUND, TARGET_RATE, 10 ** (s / 10),
                                                      fluctuating, rank) for s in snr_db],
                       colour + ("--" if fluctuating else "-"), lw=1,
                       label=f"{kind}, Swerling {int(fluctuating)}, closed form")
            points = [(10 * np.log10(snr_for(p, N_AROUND, TARGET_RATE, f)), hits / targets)
                      for (k, f, p), (hits, targets) in detections.items()
                      if (k, f) == (kind, fluctuating)]
            right.plot(*np.array(points).T, colour + "o", ms=4)
    right.set(xlabel="SNR of the cell (dB)", ylabel=f"detected, false alarm rate {TARGET_RATE:g}")
    for axes in (left, right):
        axes.grid(alpha=0.3)
        axes.legend(fontsize=8)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    progress(f"wrote {path}")


def run(args):
    n_jobs = max(args.workers, 1)
    expected = (400 if args.quick else 2000) / n_jobs
    rates = RATES[:-1] if args.quick else RATES
    alarms = add_up(run_jobs(
        count_alarms, [(seed, expected, rates, PLAIN) for seed in range(n_jobs)], args.workers))
    numbers = judge_rates(alarms)

    n_maps = -(-(30 if args.quick else 400) // n_jobs)
    detections = add_up(run_jobs(
        count_detections, [(100 + seed, n_maps) for seed in range(n_jobs)], args.workers))
    numbers |= judge_detections(detections)

    hamming = dict(range_window=isac.window.HAMMING, velocity_window=isac.window.HAMMING)
    for name, options in (("Hamming", hamming),
                          ("padded 2 x 2", PLAIN | dict(range_padding=2, velocity_padding=2)),
                          ("Hamming, padded 2 x 2",
                           hamming | dict(range_padding=2, velocity_padding=2))):
        counts = add_up(run_jobs(count_alarms, [
            (200 + seed, expected / 2, (1e-2, 1e-4), options) for seed in range(n_jobs)],
            args.workers))
        numbers |= tell_correlated(counts, name)
    draw(Path(args.out) / "sensing_detection.png", alarms, detections)
    return numbers

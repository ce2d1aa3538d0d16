# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The range-velocity map: how fast, and what filters, windows and padding cost and gain.

speed    a map of 1024 subcarriers and 512 symbols, two cells a bin in either axis, in dB, beside
         the transforms alone that it takes, NumPy, SciPy and gr-radar's blocks
filters  SNR of a peak behind each filter, by modulation and SNR of a cell, beside what theory
         says: division multiplies the noise by mean(1/|x|^2), matched filtering adds
         (mean(|x|^4) - 1) times the power of the echoes
windows  what a window costs the SNR, beside window_loss_db, and what a target between two cells
         loses by padding, beside sinc(1 / (2 padding))^2
"""

import time
from pathlib import Path

import numpy as np
from curves import judge, progress
from gnuradio import gr, isac
from measure import best_slices
from radar import gr_radar_seconds, range_doppler_seconds
from scipy import fft

N, M = 1024, 512
FULL = dict(fft_len=2 * N, cp_len=2 * N - 1, n_subcarriers=N, n_symbols=M)  # every range there is
CROPPED = FULL | dict(cp_len=2 * N // 8)  # to a prefix of an eighth
PADDING = dict(range_padding=2, velocity_padding=2)
BOUND, NUMPY, SCIPY, GR_RADAR = 0.8, 10, 5, 4
POINTS = {"QPSK": 4, "16-QAM": 16, "64-QAM": 64, "256-QAM": 256}
FILTERS = ("DIVISION", "MATCHED", "WIENER")
WINDOWS = ("RECTANGULAR", "HANN", "HAMMING", "BLACKMAN_HARRIS")


def qam(points, shape, rng):
    """Square QAM of unit mean power."""
    side = int(points ** 0.5)
    levels = 2 * rng.integers(0, side, (*shape, 2)) - (side - 1)
    return levels @ [1, 1j] / np.sqrt(2 * (points - 1) / 3)


def grids(waveform, points=4, seed=1):
    """Sent rows, DC empty, and what comes back of them: four echoes and noise."""
    rng = np.random.default_rng(seed)
    sent = qam(points, (waveform.n_symbols, waveform.n_subcarriers), rng)
    sent[:, waveform.n_subcarriers // 2] = 0
    k = np.arange(waveform.n_subcarriers) - waveform.n_subcarriers // 2
    m = np.arange(waveform.n_symbols)[:, None]
    echo = rng.normal(0, 0.1, (*sent.shape, 2)) @ [1, 1j]
    for i in range(4):
        delay, doppler = 4.3 + 6.1 * i, 11.7 * (i - 1.5)
        echo = echo + 0.03 * sent * np.exp(2j * np.pi * (
            doppler * m / waveform.n_symbols - delay * k / waveform.n_subcarriers))
    return sent.astype(np.complex64), echo.astype(np.complex64)


def numpy_map(sent, echo, weights, n_ranges):
    """The map as one writes it: division, window, padded transforms, shift, logarithm."""
    channel = np.divide(echo, sent, out=np.zeros_like(echo), where=sent != 0) * weights
    profiles = np.fft.ifft(channel, 2 * echo.shape[1], axis=1)[:, :n_ranges]
    spectra = np.fft.fftshift(np.fft.fft(profiles, 2 * len(echo), axis=0), axes=0)
    return 20 * np.log10(np.abs(spectra) + 1e-30)


def scipy_map(sent, echo, weights, n_ranges):
    """The same with care: single precision, in place, no square root, halves instead of a
    shift."""
    channel = echo * sent.conj()
    channel *= weights
    profiles = fft.ifft(channel, 2 * echo.shape[1], axis=1, overwrite_x=True, workers=1)
    columns = np.ascontiguousarray(profiles[:, :n_ranges].T)
    spectra = fft.fft(columns, 2 * len(echo), axis=1, overwrite_x=True, workers=1)
    power = np.square(spectra.real)
    power += np.square(spectra.imag)
    power += np.float32(1e-30)
    np.log10(power, out=power)
    power *= np.float32(10)
    half = len(echo)
    return np.concatenate([power[:, half:], power[:, :half]], axis=1).T


def seconds(function, *args):
    def run():
        start = time.thread_time()
        function(*args)
        return time.thread_time() - start
    return run


def speed(name, parameters, rounds):
    """Verdicts of one size; each case keeps the best of `rounds` slices that take turns."""
    w = isac.waveform(**parameters)
    radar, linear = (isac.dsp.range_doppler(w, in_db=db, **PADDING) for db in (True, False))
    g = radar.geometry
    sent, echo = grids(w)
    weights = (np.hamming(M)[:, None] * np.hamming(N)).astype(np.float32)
    over_range = isac.dsp.fft(2 * N, inverse=True)
    over_time = isac.dsp.fft(2 * M)
    # Rows that no cache holds, as those of a map: profiles to memory, columns from there.
    cases = {
        "bound": (1, lambda: over_range.time_s(M, M) + over_time.time_s(g.n_ranges, g.n_ranges)),
        "cached": (1, lambda: over_range.time_s(M) + over_time.time_s(g.n_ranges)),
        "map": (1, lambda: radar.time_s(sent, echo, 1)),
        "linear": (1, lambda: linear.time_s(sent, echo, 1))}
    rates = best_slices(cases, rounds)
    rates |= best_slices({
        "numpy": (1, seconds(numpy_map, sent, echo, weights, g.n_ranges)),
        "scipy": (1, seconds(scipy_map, sent, echo, weights, g.n_ranges)),
        "map beside them": (1, cases["map"][1])}, max(3, rounds // 8))
    print(f"{name}: {g.n_velocities} x {g.n_ranges} cells, "
          + ", ".join(f"{case} {1e3 / rate:.2f} ms" for case, rate in rates.items()))
    here = rates["map beside them"]
    ratios = {f"{name}, of the transforms alone": (rates["map"] / rates["bound"], BOUND),
              f"{name}, times NumPy": (here / rates["numpy"], NUMPY),
              f"{name}, times SciPy": (here / rates["scipy"], SCIPY)}
    for ratio, (value, limit) in ratios.items():
        if parameters is FULL:
            judge(ratio, value, limit, at_least=True)
        else:  # NumPy crops as well: its own transforms leave less than ten times
            print(f"{ratio:56s}{value:11.4g}")
    return {ratio: value for ratio, (value, _) in ratios.items()} | {
        f"{name}, of transforms in a cache": rates["map"] / rates["cached"],
        f"{name}, ms": 1e3 / rates["map"]}


def beside_gr_radar(rounds):
    """Flowgraphs, per resource element; gr-radar pads the ranges only: half the cells."""
    w = isac.waveform(**FULL)
    best = dict.fromkeys(("ours", "gr-radar"), float("inf"))
    try:
        for _ in range(rounds):
            best["gr-radar"] = min(best["gr-radar"], gr_radar_seconds(w, grids(w), range_padding=2))
            best["ours"] = min(best["ours"],
                               range_doppler_seconds(w, grids(w), in_db=True, **PADDING))
    except ImportError:
        print("gr-radar is not installed here: left out")
        return {}
    return judge("full map in a flowgraph, times gr-radar", best["gr-radar"] / best["ours"],
                 GR_RADAR, at_least=True)


def peak_snr_db(points, filter_, snr_db, n_maps, seed):
    """SNR of an echo on a bin over the mean of the cells around, per cell of the grid."""
    w = isac.waveform(fft_len=256, cp_len=64, n_subcarriers=128, n_symbols=128)
    rectangular = dict.fromkeys(("range_window", "velocity_window"), isac.window.RECTANGULAR)
    radar = isac.dsp.range_doppler(w, filter=getattr(isac.radar_filter, filter_), **rectangular)
    rng = np.random.default_rng(seed)
    k, m = np.arange(128) - 64, np.arange(128)[:, None]
    ramp = 10 ** (snr_db / 20) * np.exp(2j * np.pi * (20 * m - 9 * k) / 128)
    peak, floor = 0, 0
    for _ in range(n_maps):
        sent = qam(points, (128, 128), rng)
        sent[:, 64] = 0
        noise = rng.normal(0, np.sqrt(0.5), (128, 128, 2)) @ [1, 1j]
        map_ = radar.compute(sent.astype(np.complex64),
                             (sent * ramp + noise).astype(np.complex64))
        # Nothing else is in the map, but the missing DC cell smears the peak along the ranges.
        rest = np.delete(np.abs(map_) ** 2, 64 + 20, axis=0)
        peak += map_[64 + 20, 9] / n_maps
        floor += rest.mean() / n_maps
    return 10 * np.log10(np.abs(peak) ** 2 / floor / (128 * 127))


def theory_db(points, filter_, snr_db):
    """The same from the moments of the constellation."""
    x2 = np.abs(qam_points(points)) ** 2
    snr = 10 ** (snr_db / 10)
    if filter_ == "DIVISION":
        return snr_db - 10 * np.log10(np.mean(1 / x2))
    if filter_ == "MATCHED":
        return snr_db - 10 * np.log10(1 + snr * (np.mean(x2 ** 2) - 1))
    # Weights u/(u + c), the best c = 1/snr: 1/SNR = (var(g) snr + mean(g^2/u)) / mean(g)^2.
    g = x2 / (x2 + 1 / snr)
    return -10 * np.log10((np.var(g) + np.mean(g ** 2 / x2) / snr) / np.mean(g) ** 2)


def qam_points(points):
    side = int(points ** 0.5)
    levels = 2 * np.arange(side) - (side - 1)
    return (levels[:, None] + 1j * levels).ravel() / np.sqrt(2 * (points - 1) / 3)


def filters(args):
    """Measured beside theory; the worst distance of any filter, modulation and SNR."""
    snrs, n_maps = np.arange(-10, 31, 10), 4 if args.quick else 20
    found = {(name, f): [peak_snr_db(points, f, s, n_maps, 7) for s in snrs]
             for name, points in POINTS.items() for f in FILTERS}
    apart = max(abs(x - theory_db(POINTS[name], f, s)) for (name, f), y in found.items()
                for s, x in zip(snrs, y, strict=True))
    draw_filters(Path(args.out) / "map_filters.png", snrs, found)
    for name in POINTS:
        print(f"{name:8s} loss at -10, 10, 30 dB: " + ", ".join(
            f"{f.lower()} " + " ".join(
                f"{s - x:.2f}" for s, x in zip(snrs, found[name, f], strict=True)
                if s in (-10, 10, 30)) for f in FILTERS))
    # The floor is a mean of 127 x 33 exponential cells a map, 0.067 dB; the peak's own noise at
    # -10 dB has 0.15 dB. Three of both together; and WIENER has to measure its c.
    limit = 0.1 + 3 * np.hypot(0.067, 0.15) / np.sqrt(n_maps)
    return judge("filters, from theory at most", apart, limit, "dB")


def draw_filters(path, snrs, found):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(2, 2, figsize=(11, 8), layout="constrained", sharex=True,
                                sharey=True)
    fine = np.linspace(snrs[0], snrs[-1], 101)
    for axis, (name, points) in zip(axes.flat, POINTS.items(), strict=True):
        for f, marker, color in zip(FILTERS, "osd", ("C0", "C1", "C2"), strict=True):
            theory = np.array([theory_db(points, f, s) for s in fine])
            axis.plot(fine, fine - theory, color=color, lw=1, label=f"{f.lower()}, theory")
            axis.plot(snrs, snrs - np.array(found[name, f]), marker, color=color,
                      label=f"{f.lower()}, measured")
        axis.set(title=name, xlabel="SNR of a cell (dB)", ylabel="loss of the peak's SNR (dB)",
                 ylim=(-1, 12))
        axis.grid(alpha=0.3)
    axes[0, 0].legend(fontsize=8)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    plt.close(figure)
    progress(f"wrote {path}")


def windows(args):
    """Peak of a tone and mean of noise, in one map each; loss between two cells by padding."""
    w = isac.waveform(fft_len=512, cp_len=128, n_subcarriers=256, n_symbols=256)
    sent = np.ones((256, 256), np.complex64)
    rng = np.random.default_rng(3)
    noise = (rng.normal(0, np.sqrt(0.5), (256, 256, 2)) @ [1, 1j]).astype(np.complex64)
    k, m = np.arange(256) - 128, np.arange(256)[:, None]
    worst, numbers = 0, {}
    for name in WINDOWS:
        kind = getattr(isac.window, name)
        radar = isac.dsp.range_doppler(w, range_window=kind, velocity_window=kind)
        tone = np.exp(2j * np.pi * (5 * m - 7 * k) / 256).astype(np.complex64)
        peak = radar.compute_power(sent, tone).max() / 256 ** 2
        loss = -10 * np.log10(peak / radar.compute_power(sent, noise).mean())
        expected = 2 * isac.dsp.window_loss_db(kind)
        worst = max(worst, abs(loss - expected))
        numbers[f"{name.lower()}, loss in both axes, dB"] = loss
        between = []
        for padding in (1, 2, 4):
            fine = isac.dsp.range_doppler(w, range_window=kind, velocity_window=kind,
                                          range_padding=padding, velocity_padding=padding)
            off = 0.5 / padding
            tone = np.exp(2j * np.pi * ((5 + off) * m - (7 + off) * k) / 256)
            power = fine.compute_power(sent, tone.astype(np.complex64)).max() / 256 ** 2
            between.append(-5 * np.log10(power / peak))
            if name == "RECTANGULAR":
                worst = max(worst, abs(between[-1] + 20 * np.log10(np.sinc(off))))
        print(f"{name.lower():16s} loss {loss / 2:5.2f} dB an axis, between two cells "
              + ", ".join(f"{b:.2f}" for b in between) + " dB more with 1, 2, 4 cells a bin")
    # The noise is a mean of some 16000 cells, of which a fourth or more count.
    return numbers | judge("windows and padding, from theory at most", worst, 0.35, "dB")


def run(args):
    gr.logging().set_default_level(gr.log_levels.err)
    rounds = 25 if args.quick else 80
    numbers = speed("full map", FULL, rounds) | speed("map cropped to 1/8", CROPPED, rounds)
    numbers |= beside_gr_radar(2 if args.quick else 5)
    return numbers | filters(args) | windows(args)

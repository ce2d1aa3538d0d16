# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Leakage and standing clutter: is the weak echo found, and what does the filter cost it?

Frames go through scene_channel, sample by sample. The target peaks PEAK_SNR_DB above the noise
in its map; the transmitter leaks into the receiver 60 dB above it, or three walls stand 40 dB
above it, one at its own range. Found means: among the detections there is one within one bin of
the truth in both axes. The loss is what is left of the echo's amplitude at its true place, against
the same noise without leakage or walls and without filter, mean over frames. Without a filter
the detector has to subtract leakage and walls by itself (CLEAN); that is told, not judged.

The curve of what a mover keeps is measured on rows without noise, beside the closed form.
"""

from pathlib import Path

import numpy as np
from curves import judge, progress, run_jobs
from gnuradio import isac

METHODS = isac.clutter_method.__members__
PEAK_SNR_DB = 20
LEAKAGE_DB, CLUTTER_DB = 60, 40
FOUND, KEPT_OFF_DB = 0.9, 0.05  # at least; at most
WAVEFORMS = {
    "OFDM, QPSK": {},
    "OFDM, 64-QAM": dict(modulation=isac.modulation.QAM64, coding=isac.coding.LDPC_3_4),
    "DFT-s-OFDM": dict(precoding=isac.precoding.DFT),
}
LEAKAGE_FILTERS = (None, "MEAN", "ECA", "LEAKAGE")
CLUTTER_FILTERS = (None, "MEAN", "RECURSIVE", "ECA", "ECA_BATCH")
WARM_FRAMES = 4  # that RECURSIVE has heard before; frames that stand in for them are not counted


def cell_snr_db(w):
    gain = w.n_symbols * (w.n_subcarriers - 1)
    return PEAK_SNR_DB - 10 * np.log10(gain) + 2 * isac.dsp.window_loss_db(isac.window.HAMMING)


def leaking(w, snr_db):
    """leakage_db of a scene in which a cell of the leakage has this SNR."""
    return snr_db - isac.scene(leakage_db=-40).leakage_snr_db(w) - 40


def frames(w, scene, seed, n=1):
    """Sent and received rows of n frames in a row from a scene."""
    rng = np.random.default_rng(seed)
    sender, rows = isac.dsp.transmitter(w), isac.dsp.ofdm_demodulator(w)
    sent = [sender.modulate(rng.bytes(w.payload_len), number) for number in range(n)]
    channel = isac.dsp.scene_channel(w, scene, isac.channel_view.ECHO, seed=seed)
    heard = channel.process(np.concatenate([samples for samples, _ in sent]))
    return [(grid, rows.demodulate(body)) for (_, grid), body in zip(
        sent, heard.reshape(n, w.frame_len)[:, w.preamble_len:], strict=True)]


def filtered(filters, method, sent, received):
    return received if method is None else filters[method].filter(sent, received)


def is_found(w, found, target):
    off_range = np.abs(found["range_m"] - target[0]) / w.range_bin_m
    off_velocity = np.abs(found["velocity_mps"] - target[1]) / w.velocity_bin_mps
    return np.any((off_range < 1) & (off_velocity < 1))


def amplitude_db(w, sent, rows, target):
    """Of what came back, that which an echo from the target's place would be."""
    k = np.arange(w.n_subcarriers) - w.n_subcarriers // 2
    m = np.arange(w.n_symbols)[:, None]
    turns = (target[1] / w.velocity_bin_mps * m / w.n_symbols
             - target[0] / w.range_bin_m * k / w.n_subcarriers)
    echo = sent * np.exp(2j * np.pi * turns)
    return 20 * np.log10(abs(np.vdot(echo, rows) / np.vdot(echo, echo)))


def draw_target(w, rng, velocity_bins):
    sign = rng.choice([-1, 1])
    range_m = w.range_bin_m * rng.uniform(6, w.n_range_bins - 4)
    return range_m, sign * velocity_bins * w.velocity_bin_mps


def detections(job):
    """{method: (found, amplitude in dB), [n_frames, 2]}; 'alone' is without the nuisance."""
    options, nuisance, methods, velocity_bins, seed, n_frames = job
    w = isac.waveform(**options)
    rng = np.random.default_rng(seed)
    detector = isac.dsp.target_detector(w)
    maps = isac.dsp.range_doppler(w)
    results = {method: [] for method in ("alone", *methods)}
    for trial in range(n_frames):
        target = draw_target(w, rng, velocity_bins)
        snr_db = cell_snr_db(w)
        echo = dict(range_m=target[0], velocity_mps=target[1], snr_db=snr_db)
        walls = [dict(range_m=r, snr_db=snr_db + CLUTTER_DB) for r in
                 (target[0], 0.7 * target[0], target[0] + 1.6 * w.range_bin_m)]
        scene = isac.scene(targets=[echo, *walls]) if nuisance == "clutter" else isac.scene(
            targets=[echo], leakage_db=leaking(w, snr_db + LEAKAGE_DB))
        filters = {m: isac.dsp.clutter_filter(w, method=METHODS[m]) for m in methods if m}
        for name, world in (("alone", isac.scene(targets=[echo])), ("", scene)):
            n_warm = WARM_FRAMES if name == "" and "RECURSIVE" in methods else 0
            *warm, (sent, received) = frames(w, world, 1000 * seed + trial, n_warm + 1)
            for pair in warm:
                filters["RECURSIVE"].filter(*pair)
            # A target that drives on from frame to frame is elsewhere by now.
            at = target[0] - target[1] * n_warm * w.frame_duration_s, target[1]
            for method in [None] if name else methods:
                rows = filtered(filters, method, sent, received)
                found = detector.detect(maps.compute(sent, rows), sent, rows)
                results[name or method].append(
                    (is_found(w, found, at), amplitude_db(w, sent, rows, at)))
    return {method: np.array(values) for method, values in results.items()}


def judge_found(title, results):
    numbers = {}
    alone_db = results.pop("alone")[:, 1]
    for method, values in results.items():
        name = f"{title}, {method or 'no filter'}"
        share, loss_db = values[:, 0].mean(), np.mean(alone_db - values[:, 1])
        if method is None:
            print(f"{name}: found {share:.2f}")
            numbers[f"{name}: found"] = share
            continue
        numbers |= judge(f"{name}: found", share, FOUND, at_least=True)
        print(f"{name}: loss {loss_db:.2f} dB")
        numbers[f"{name}: loss (dB)"] = loss_db
    return numbers


def kept_curve(w, method, velocity_bins):
    """Amplitude kept by movers of unit amplitude, measured on rows without noise."""
    rng = np.random.default_rng(5)
    _, sent = isac.dsp.transmitter(w).modulate(rng.bytes(w.payload_len))
    m = np.arange(w.n_symbols)[:, None]
    memory = 4
    kept, told = [], []
    for v in velocity_bins:
        found = isac.dsp.clutter_filter(w, method=METHODS[method], memory=memory)
        turns = v / w.n_symbols
        per_frame = turns * w.frame_duration_s / w.symbol_duration_s
        n_frames = 10 * memory if method == "RECURSIVE" else 1
        for i in range(n_frames):
            echo = sent * np.exp(2j * np.pi * (turns * m + per_frame * i))
            left = found.filter(sent, echo)
        kept.append(abs(np.vdot(echo, left) / np.vdot(echo, echo)))
        told.append(found.kept(0.0, v * w.velocity_bin_mps))
    return np.array(kept), np.array(told)


def study_kept(velocity_bins):
    numbers, curves = {}, {}
    for method in METHODS:
        curves[method] = kept_curve(isac.waveform(n_symbols=64), method, velocity_bins)
        kept, told = 20 * np.log10(np.maximum(curves[method], 1e-9))
        shown = told > -20  # deeper, the difference is that of two small numbers
        off = np.abs(kept - told)[shown].max()
        numbers |= judge(f"{method}: amplitude kept beside what kept() tells", off, KEPT_OFF_DB,
                         "dB")
    return numbers, curves


def cuts(w):
    """Over velocity at the range of a target beside a wall, power over noise, {method: ..}."""
    snr_db, v = cell_snr_db(w), 2 * w.velocity_bin_mps
    scene = isac.scene(targets=[dict(range_m=60, velocity_mps=v, snr_db=snr_db),
                                dict(range_m=60, snr_db=snr_db + CLUTTER_DB)])
    [(sent, received)] = frames(w, scene, seed=3)
    column = round(60 / w.range_bin_m)
    lines = {}
    for method in (None, "MEAN", "ECA", "ECA_BATCH"):
        filters = {method: isac.dsp.clutter_filter(w, method=METHODS[method])} if method else {}
        rows = filtered(filters, method, sent, received)
        power = np.abs(isac.dsp.range_doppler(w).compute(sent, rows)) ** 2
        lines[method] = power[:, column]
    noise = np.median(power) / np.log(2)  # of the last map: nearly all of it is noise
    return {method: line / noise for method, line in lines.items()}


def draw(path, velocity_bins, curves, lines, w):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.8), layout="constrained")
    for i, (method, (kept, told)) in enumerate(curves.items()):
        left.plot(velocity_bins, 20 * np.log10(told), f"C{i}-", lw=1, label=f"{method}, told")
        left.plot(velocity_bins, 20 * np.log10(kept), f"C{i}.", ms=4)
    left.set(xlabel="velocity (bins)", ylabel="amplitude kept (dB), dots measured", ylim=(-25, 2))
    bins = np.arange(w.n_symbols) - w.n_symbols // 2
    near = np.abs(bins) <= 14
    for method, power in lines.items():
        right.plot(bins[near], 10 * np.log10(power[near]), label=method or "no filter", lw=1)
    right.axhline(0, color="k", lw=1, label="noise")
    right.plot(2, PEAK_SNR_DB, "kx", label="target, without the wall")
    right.set(xlabel="velocity (bins)", ylabel="power over noise (dB)", ylim=(-20, 65))
    for axes in (left, right):
        axes.grid(alpha=0.3)
        axes.legend(fontsize=8)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    progress(f"wrote {path}")


def studies():
    """title: (waveform, nuisance, methods, velocity in bins)."""
    for name, options in WAVEFORMS.items():
        yield f"{name}, leakage {LEAKAGE_DB} dB above", (options, "leakage", LEAKAGE_FILTERS, 7.3)
        yield (f"{name}, walls {CLUTTER_DB} dB above, 2 bins",
               (options, "clutter", CLUTTER_FILTERS, 2))
    yield (f"standing target, leakage {LEAKAGE_DB} dB above",
           (WAVEFORMS["OFDM, QPSK"], "leakage", (None, "LEAKAGE"), 0))


def run(args):
    n_jobs = max(args.workers, 1)
    n_frames = -(-(10 if args.quick else 60) // n_jobs)
    numbers = {}
    for title, study in studies():
        parts = run_jobs(detections, [(*study, seed + 1, n_frames) for seed in range(n_jobs)],
                         args.workers)
        numbers |= judge_found(title, {method: np.concatenate([p[method] for p in parts])
                                       for method in parts[0]})
    velocity_bins = np.linspace(0.02, 8, 60 if args.quick else 200)
    told, curves = study_kept(velocity_bins)
    w = isac.waveform()
    draw(Path(args.out) / "sensing_clutter.png", velocity_bins, curves, cuts(w), w)
    return numbers | told

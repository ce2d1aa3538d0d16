# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated echo beside the exact one: delay, Doppler, and what is there that should not be.

Tones on a third of the occupied subcarriers, periodic without end, go through scene_channel with
one target far above the noise. What comes back is compared with the same tones computed in double
precision at the exact delays of every sample, y(t) = a x(t - tau(t)) exp(-2 pi j fc tau(t)) with
tau(t) = 2 (R - v t) / c. A straight line through the phase of the ratio over frequency is the error
of the delay, over time that of the Doppler shift; what no complex factor explains are images.
"""

from pathlib import Path

import numpy as np
from curves import judge, progress, run_jobs
from gnuradio import isac
from panels import draw

C_MPS = 299792458.0
PRESETS = ("lab", "pluto", "wide", "mmwave", "thz")
SNR_DB = 130  # the noise of a cell is then below what single precision does
PERIODS = 24  # of the longest tone grid, compared at a time


def tones(w, rng):
    """Subcarriers and amplitudes of the transmitted tones."""
    half = w.n_subcarriers // 2
    cells = np.concatenate([np.arange(-half, 0, 3), np.arange(half - 1, 0, -3)])
    return cells, np.exp(2j * np.pi * rng.uniform(size=len(cells))) / np.sqrt(len(cells))


def exact(w, cells, amplitudes, times_s, range_m, velocity_mps):
    """The echo of the tones at these times, of amplitude 1."""
    delay_s = 2 * (range_m - velocity_mps * times_s) / C_MPS
    at = times_s - delay_s
    sum_ = np.zeros(len(times_s), complex)
    for cell, amplitude in zip(cells, amplitudes, strict=True):
        sum_ += amplitude * np.exp(2j * np.pi * cell * w.subcarrier_spacing_hz * at)
    return sum_ * np.exp(-2j * np.pi * w.carrier_freq_hz * delay_s)


def echo(job):
    """(delay error in samples, Doppler error in bins, images in dB) of one random target."""
    preset, seed = job
    w, rng = isac.load_waveform(preset), np.random.default_rng(seed)
    range_m = rng.uniform(0.05, 0.9) * w.max_range_m
    velocity_mps = rng.uniform(-0.4, 0.4) * w.max_velocity_mps * (seed % 4 > 0)
    cells, amplitudes = tones(w, rng)
    n = w.body_len
    period = np.fft.ifft(np.bincount(cells % w.fft_len, amplitudes.real, w.fft_len)
                         + 1j * np.bincount(cells % w.fft_len, amplitudes.imag, w.fft_len))
    sent = np.tile(period * w.fft_len, -(-n // w.fft_len) + 2).astype(np.complex64)
    scene = isac.scene(targets=[dict(range_m=range_m, velocity_mps=velocity_mps, snr_db=SNR_DB)])
    heard = isac.dsp.scene_channel(w, scene, isac.channel_view.ECHO, seed=seed).process(sent)

    # A few symbols at the beginning, in the middle and at the end of a frame.
    starts = np.linspace(w.fft_len, n, PERIODS).astype(int)
    ratios, errors, power = [], 0.0, 0.0
    for start in starts:
        times_s = np.arange(start, start + w.fft_len) / w.sample_rate_hz
        is_, should = heard[start:start + w.fft_len], exact(w, cells, amplitudes, times_s,
                                                            range_m, velocity_mps)
        spectra = np.fft.fft([is_, should])[:, cells % w.fft_len]
        ratios.append(spectra[0] * np.conj(spectra[1]))
        factor = np.vdot(should, is_) / np.vdot(should, should)
        errors += np.sum(np.abs(is_ - factor * should)**2)
        power += np.sum(np.abs(factor * should)**2)
    ratios = np.array(ratios)
    ratios /= np.sum(ratios) / np.abs(np.sum(ratios))
    over_frequency = np.angle(ratios.sum(axis=0))
    over_time = np.unwrap(np.angle(ratios.sum(axis=1)))
    delay = -np.polyfit(cells / w.fft_len, over_frequency, 1)[0] / (2 * np.pi)
    doppler = np.polyfit(starts / n, over_time, 1)[0] / (2 * np.pi)
    return abs(delay), abs(doppler), 10 * np.log10(errors / power)


def run(args):
    n = 12 if args.quick else 100
    numbers, panels = {}, {}
    for preset in PRESETS:
        progress(f"simulator: {preset}")
        errors = np.array(run_jobs(echo, [(preset, seed) for seed in range(n)], args.workers))
        worst = errors.max(axis=0)
        numbers |= judge(f"{preset}: worst delay error", worst[0], 1e-3, "samples")
        numbers |= judge(f"{preset}: worst Doppler error", worst[1], 1e-4, "bins")
        numbers |= judge(f"{preset}: images, all that is not the echo", worst[2], -60, "dB")
        for i, (name, limit) in enumerate((("delay (samples)", 1e-3), ("Doppler (bins)", 1e-4))):
            lines = panels.setdefault(name, ([("limit", [0, n], [limit, limit], "k-")], "target"))
            lines[0].append((preset, np.arange(n), np.maximum(errors[:, i], 1e-9), "."))
    draw(Path(args.out) / "sensing_simulator.png", "Errors of the simulated echo", panels,
         "error", "log")
    return numbers

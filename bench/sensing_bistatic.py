# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A far receiver's range errors beside the bistatic bound, with a reference that it decoded.

Everything is as on the air: samples cross a scene with a line of sight and one echo, the carrier
is up to 3 kHz off and the sampling clock +-2 ppm; the receiver finds and decodes the frame,
encodes it once more, aligns the rows by the line of sight, and the range of the echo is measured
from that of the line of sight. At most 1.2 times the Cramer-Rao bound of the way of the echo,
which is told what was sent and what the clocks do,

    sigma = c / (2 pi df) sqrt(6 / (snr N M (N^2 - 1)))

with N subcarriers df apart, M rows and the SNR of the echo in a cell. The line of sight is 15 dB
stronger and its own error adds 1.6 % to the sum.
"""

import math
from pathlib import Path

import numpy as np
from curves import judge, progress, run_jobs
from gnuradio import isac
from scipy import stats

SPEED_OF_LIGHT_MPS = 299792458.0
LIMIT = 1.2
ECHO_DB = -15
CASES = {"OFDM QPSK": ("QPSK", "NONE", (6, 12, 18, 24)),
         "OFDM 64-QAM": ("QAM64", "NONE", (18, 24, 30)),
         "DFT-s-OFDM QPSK": ("QPSK", "DFT", (9, 15, 21))}


def bound_m(w, snr):
    n, m = w.n_subcarriers, w.n_symbols
    return (SPEED_OF_LIGHT_MPS / (2 * math.pi * w.subcarrier_spacing_hz)
            * math.sqrt(6 / (snr * n * m * (n * n - 1))))


class Study:
    """One frame after the other through a scene of its own."""

    def __init__(self, w, seed):
        self.w, self.rng = w, np.random.default_rng(seed)
        self.transmitter, self.receiver = isac.dsp.transmitter(w), isac.dsp.receiver(w)
        self.aligner = isac.dsp.bistatic_aligner(w)
        self.mapper, self.detector = isac.dsp.range_doppler(w), isac.dsp.target_detector(w)

    def error_m(self, snr_db):
        """Of the range of the echo over that of the line of sight; NaN if the frame was lost, and
        infinite if the echo was."""
        w, rng = self.w, self.rng
        payload = rng.bytes(w.payload_len)
        samples, _ = self.transmitter.modulate(payload)
        extra_m = rng.uniform(60, 0.7 * 2 * w.max_range_m)
        speed_mps = rng.uniform(10, 60) * rng.choice([-1, 1])
        scene = isac.scene(
            paths=[dict(range_m=100),
                   dict(range_m=100 + extra_m, gain_db=ECHO_DB, velocity_mps=speed_mps,
                        phase_rad=rng.uniform(0, 2 * np.pi))],
            link_snr_db=snr_db + 10 * math.log10(1 + 10 ** (ECHO_DB / 10)),
            cfo_hz=rng.uniform(-3e3, 3e3), sampling_offset_ppm=rng.choice([-2, 2]))
        channel = isac.dsp.scene_channel(w, scene, isac.channel_view.LINK,
                                         seed=int(rng.integers(1 << 30)))
        heard = channel.process(np.concatenate([samples, np.zeros(2000, np.complex64)]))
        frame = next((f for f in self.receiver.receive(heard) if f["crc_ok"]), None)
        if frame is None:
            return math.nan
        rows = self.transmitter.modulate(frame["payload"])[1]
        aligned, _ = self.aligner.align(rows, frame["rows"])
        found = self.detector.detect(self.mapper.compute(rows, aligned), rows, aligned)
        # The middle of the frame is where its range is measured.
        middle_s = (w.preamble_len + w.body_len / 2) / w.sample_rate_hz
        truth = extra_m - speed_mps * middle_s
        return self._error(found, truth, speed_mps)

    def _error(self, found, truth, speed_mps):
        w = self.w
        extra, speed = 2 * found["range_m"], 2 * found["velocity_mps"]
        sight = np.hypot(extra / w.range_bin_m, speed / w.velocity_bin_mps)
        if not len(found) or sight.min() > 1:
            return math.inf
        off = extra - extra[sight.argmin()] - truth
        near = ((np.abs(off) < 2 * w.range_bin_m)
                & (np.abs(speed - speed_mps) < 2 * w.velocity_bin_mps))
        return off[near][0] if near.any() else math.inf


def measure(job):
    name, snr_db, n, seed = job
    modulation, precoding, _ = CASES[name]
    w = isac.waveform(n_symbols=64, modulation=getattr(isac.modulation, modulation),
                      precoding=getattr(isac.precoding, precoding))
    study = Study(w, seed)
    errors = np.array([study.error_m(snr_db) for _ in range(n)])
    progress(f"{name}: line of sight {snr_db} dB, {np.isnan(errors).sum()} frames of {n} lost, "
             f"{np.isinf(errors).sum()} echoes missed")
    return errors, bound_m(w, 10 ** ((snr_db + ECHO_DB) / 10))


def run(args):
    n = 100 if args.quick else 400
    jobs = [(name, snr_db, n, [i, snr_db]) for i, (name, case) in enumerate(CASES.items())
            for snr_db in case[2]]
    numbers, curves = {}, {name: [] for name in CASES}
    for (name, snr_db, _, _), (errors, bound) in zip(
            jobs, run_jobs(measure, jobs, args.workers), strict=True):
        good = errors[np.isfinite(errors)]
        rmse = np.sqrt(np.mean(good**2)) if len(good) else math.nan
        # n times a mean square over its variance is chi-square with n degrees of freedom.
        low, high = rmse * np.sqrt(len(good) / stats.chi2.ppf([0.975, 0.025], len(good)))
        key = f"{name}, line of sight {snr_db} dB, RMSE / bound"
        numbers |= judge(key, rmse / bound, LIMIT, low=low / bound, high=high / bound)
        numbers[f"{name}, {snr_db} dB, bias in m"] = float(np.mean(good))
        numbers |= judge(f"{name}, {snr_db} dB, echoes missed", float(np.isinf(errors).sum()), 0)
        curves[name].append((snr_db, rmse, low, high, bound))
    draw(f"{args.out}/sensing_bistatic.png", curves)
    return numbers


def draw(path, curves):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, len(curves), sharey=True, figsize=(12, 4), layout="constrained")
    for axis, (name, points) in zip(axes, curves.items(), strict=True):
        snr, rmse, low, high, bound = np.array(points).T
        axis.errorbar(snr, rmse, [rmse - low, high - rmse], fmt="o", capsize=4, label="measured")
        axis.semilogy(snr, bound, "k-", label="bound of the echo")
        axis.semilogy(snr, LIMIT * bound, "k:", label=f"{LIMIT} times the bound")
        axis.set(title=name, xlabel=f"SNR of the line of sight (dB), echo {ECHO_DB} dB")
        axis.grid(True, which="both", alpha=0.3)
        axis.legend()
    axes[0].set_ylabel("RMSE of the way beyond the line of sight (m)")
    figure.suptitle("A far receiver without a cable, clocks +-2 ppm (bars: 95 %)")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    progress(f"wrote {path}")

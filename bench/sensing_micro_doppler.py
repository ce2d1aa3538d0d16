# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flash periods of rotors and gaits of walkers, read off spectrograms of random scenes.

Every trial is a scene of its own: a rotor or a walker anywhere within the prefix, with random
blades, rates and tilt, or height, velocity and phase, and a target that stands in the same
range gate and is 20 to 40 dB stronger. The whole chain makes the spectrogram: frames of random
payload, the simulated world sample by sample, OFDM, micro_doppler. The pictures show strong ones
with what theory says: the tips' velocities and the instants of the flashes of a rotor, the
velocities of every part of a walker.
"""

import math
from pathlib import Path

import numpy as np
from curves import judge, progress, run_jobs
from gnuradio import isac
from gnuradio.isac import micro_motion

LIMIT = 0.02  # relative error
ROTOR_S, WALKER_S = 0.25, 4.5  # of air time
ROTOR_SNR_DB, WALKER_SNR_DB = (0, 20), (-10, 10)  # of a row: a flash, the whole person

WIDE_24_GHZ = dict(carrier_freq_hz=24e9, subcarrier_spacing_hz=120e3, fft_len=256, cp_len=32,
                   n_subcarriers=192, n_symbols=512)
NARROW_24_GHZ = dict(WIDE_24_GHZ, subcarrier_spacing_hz=15e3, fft_len=128, cp_len=8,
                     n_subcarriers=96)
ROTORS = {"lab": {}, "pluto": {"modulation": "QAM64"}, "pluto, DFT-s-OFDM": {"precoding": "DFT"},
          "24 GHz": WIDE_24_GHZ}
WALKERS = {"pluto": {"modulation": "QAM64"}, "pluto, DFT-s-OFDM": {"precoding": "DFT"},
           "24 GHz": NARROW_24_GHZ, "lab": {}}


def waveform(name, fields):
    base = name.split(",")[0]
    if base not in isac.presets("waveforms"):
        return isac.load_waveform(fields)
    return isac.load_waveform(base, **fields)


def still(rng, w, range_m, snr_db):
    """Something in the same gate that the mover must not drown in."""
    return dict(range_m=range_m + rng.uniform(-0.3, 0.3) * w.range_bin_m,
                snr_db=snr_db + rng.uniform(20, 40))


def rotor_scene(rng, w, row_snr_db):
    range_m = rng.uniform(0.2, 0.8) * w.max_range_m
    snr_db = row_snr_db - 10 * math.log10(w.n_subcarriers)
    tip_mps, rotation_hz = rng.uniform(40, 130), rng.uniform(25, 250)
    rotor = dict(range_m=range_m, velocity_mps=rng.uniform(-10, 10), snr_db=snr_db,
                 n_blades=int(rng.integers(2, 5)),
                 blade_m=min(0.3, tip_mps / (2 * np.pi * rotation_hz)),
                 rotation_hz=rotation_hz * rng.choice([-1, 1]),
                 tilt_rad=rng.uniform(0, 1), phase_rad=rng.uniform(0, 2 * np.pi))
    return isac.scene(rotors=[rotor], targets=[still(rng, w, range_m, snr_db)])


def walker_scene(rng, w, row_snr_db):
    range_m = rng.uniform(0.2, 0.8) * w.max_range_m
    snr_db = row_snr_db - 10 * math.log10(w.n_subcarriers)
    walker = dict(range_m=range_m, velocity_mps=rng.uniform(0.6, 2.2) * rng.choice([-1, 1]),
                  snr_db=snr_db, height_m=rng.uniform(1.5, 1.95),
                  phase_rad=rng.uniform(0, 2 * np.pi))
    return isac.scene(walkers=[walker], targets=[still(rng, w, range_m, snr_db)])


def rotor_radar(w, scene):
    return isac.dsp.micro_doppler(w, scene.rotors[0]["range_m"],
                                  **micro_motion.settings(w, "rotor"))


def walker_radar(w, scene):
    """A gate as deep as the way."""
    walker = scene.walkers[0]
    way_m = abs(walker["velocity_mps"]) * WALKER_S
    middle_m = walker["range_m"] - walker["velocity_mps"] * WALKER_S / 2
    return isac.dsp.micro_doppler(w, middle_m, depth_m=way_m + 2,
                                  **micro_motion.settings(w, "walker"))


def columns(w, scene, radar, duration_s, seed):
    """What micro_doppler makes of frames that went through the scene."""
    rng = np.random.default_rng(seed)
    transmitter, demodulator = isac.dsp.transmitter(w), isac.dsp.ofdm_demodulator(w)
    frames = [transmitter.modulate(rng.bytes(w.payload_len), i) for i in range(4)]
    channel = isac.dsp.scene_channel(w, scene, isac.channel_view.ECHO, seed=seed)
    n_frames = math.ceil(duration_s / w.frame_duration_s)
    made, heard, number = [], np.zeros(0, np.complex64), 0
    for i in range(n_frames + 1):  # the last one pushes out what the channel holds back
        heard = np.concatenate([heard, channel.process(frames[i % 4][0], more=True)])
        while len(heard) >= w.frame_len and number < n_frames:
            rows = demodulator.demodulate(heard[w.preamble_len:w.frame_len])
            sent = np.asarray(frames[number % 4][1]).reshape(rows.shape)
            made.append(radar.process(sent, rows, more=True))
            heard, number = heard[w.frame_len:], number + 1
    nothing = np.zeros((0, w.n_symbols, w.n_subcarriers), np.complex64)
    return np.concatenate([*made, radar.process(nothing, nothing)])


def rotor(rng, w, row_snr_db, duration_s, seed):
    """(scene, radar, columns, period_s, true period_s)"""
    scene = rotor_scene(rng, w, row_snr_db)
    radar = rotor_radar(w, scene)
    found = columns(w, scene, radar, duration_s, seed)
    return (scene, radar, found, micro_motion.flash_period(found, radar.column_s).period_s,
            scene.flash_period_s())


def walker(rng, w, row_snr_db, duration_s, seed):
    """(scene, radar, columns, period_s, true period_s)"""
    scene = walker_scene(rng, w, row_snr_db)
    radar = walker_radar(w, scene)
    found = columns(w, scene, radar, duration_s, seed)
    return (scene, radar, found, micro_motion.gait(found, radar.column_s).period_s,
            1 / scene.gait_hz())


def trial(job):
    """Relative error of one scene."""
    kind, name, fields, seed = job
    w, rng = waveform(name, fields), np.random.default_rng(seed)
    make, snr_db, duration_s = {"rotor": (rotor, ROTOR_SNR_DB, ROTOR_S),
                                "walker": (walker, WALKER_SNR_DB, WALKER_S)}[kind]
    *_, period_s, truth_s = make(rng, w, rng.uniform(*snr_db), duration_s, seed)
    progress(f"{kind}, {name}, {seed}: {truth_s:.4g} s read as {period_s:.4g} s")
    return period_s / truth_s - 1


def panel(axis, name, radar, found, duration_s):
    """One spectrogram, in dB over its noise, of which a tenth is weaker than a tenth."""
    times_s = radar.first_column_s + radar.column_s * np.arange(len(found))
    velocities = radar.velocity_step_mps * (np.arange(found.shape[1]) - found.shape[1] // 2)
    noise = np.percentile(found, 10) / -math.log(0.9)
    level_db = 10 * np.log10(np.maximum(found / noise, 1e-3))
    image = axis.pcolormesh(times_s, velocities, level_db.T, shading="nearest", vmin=0,
                            vmax=level_db.max() - 3)
    axis.set(title=name, xlabel="time (s)", ylabel="velocity (m/s)", xlim=(0, duration_s),
             ylim=(velocities[0], velocities[-1]))
    return image


def draw_rotor(axis, scene, w, duration_s):
    """Tips, and the instants at which a blade is broadside."""
    rotor = scene.rotors[0]
    start_s = w.preamble_len / w.sample_rate_hz  # the time axis begins with the first row
    times_s = np.linspace(0, duration_s, 2000)
    for blade in range(rotor["n_blades"]):
        offset = rotor["phase_rad"] + 2 * np.pi * blade / rotor["n_blades"]
        turning = 2 * np.pi * rotor["rotation_hz"]
        tip = rotor["blade_m"] * turning * math.cos(rotor["tilt_rad"])
        axis.plot(times_s, rotor["velocity_mps"]
                  + tip * np.sin(turning * (times_s + start_s) + offset), "w", lw=0.7)
    half_s = np.pi / abs(turning)
    for blade in range(rotor["n_blades"]):
        offset = rotor["phase_rad"] + 2 * np.pi * blade / rotor["n_blades"] - np.pi / 2
        flash_s = (-offset / turning - start_s) % half_s + half_s * np.arange(duration_s / half_s)
        axis.plot(flash_s, np.zeros(len(flash_s)), "r.", ms=4)


def draw_walker(axis, scene, w, duration_s):
    """The velocity of every part, from the ranges that the simulator gives it."""
    channel = isac.dsp.scene_channel(w, scene, isac.channel_view.ECHO)
    times_s = np.linspace(0, duration_s, 600)
    range_m = 0.5 * 299792458 * channel.delays_s(times_s + w.preamble_len / w.sample_rate_hz)
    velocity = -np.gradient(range_m[len(scene.targets):], times_s, axis=1)
    axis.plot(times_s, velocity.T, "w", lw=0.5)
    axis.plot(times_s, velocity.max(axis=0), "r", lw=1)
    axis.plot(times_s, velocity.min(axis=0), "r", lw=1)


def draw(path, kind, cases):
    """A strong one of each numerology."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    make, overlay, snr_db, duration_s = {"rotor": (rotor, draw_rotor, 22, 0.03),
                                         "walker": (walker, draw_walker, 20, 3)}[kind]
    figure, axes = plt.subplots(2, 2, figsize=(13, 8), layout="constrained")
    for i, (axis, (name, fields)) in enumerate(zip(axes.flat, cases.items(), strict=True)):
        w = waveform(name, fields)
        scene, radar, found, *_ = make(np.random.default_rng(i), w, snr_db, 1.3 * duration_s, i)
        image = panel(axis, name, radar, found, duration_s)
        overlay(axis, scene, w, duration_s)
        figure.colorbar(image, ax=axis, label="dB over the noise")
    figure.suptitle("white: tips, red: a blade is broadside" if kind == "rotor"
                    else "white: the parts of the body, red: the fastest of them")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    plt.close(figure)
    progress(f"wrote {path}")


def run(args):
    numbers = {}
    for kind, what, cases in (("rotor", "flash period", ROTORS), ("walker", "gait", WALKERS)):
        errors = []
        for i, (name, fields) in enumerate(cases.items()):
            n = 2 if args.quick else 6 if name == "lab" or kind == "rotor" else 12
            jobs = [(kind, name, fields, 1000 * i + seed) for seed in range(n)]
            errors += np.abs(run_jobs(trial, jobs, args.workers)).tolist()
            numbers |= judge(f"{what}, {name}: largest error of {n}",
                             100 * max(errors[-n:]), 100 * LIMIT, "%")
        numbers |= judge(f"{what}: share of {len(errors)} scenes within 2 %",
                         float(np.mean(np.array(errors) <= LIMIT)), 1, at_least=True)
        draw(Path(args.out) / f"micro_doppler_{kind}.png", kind, cases)
    return numbers

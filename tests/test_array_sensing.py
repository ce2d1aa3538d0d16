# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Targets in range, velocity and angle: arrays, MIMO, calibration, the blocks around them."""

import json
import math
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pmt
import pytest
from gnuradio import blocks, gr, isac

from stats import SIGMAS
from theory import sine_std

EXAMPLES = Path(__file__).parents[1] / "examples"
WAVEFORM = isac.waveform(fft_len=256, cp_len=32, n_subcarriers=128, n_symbols=64)
GRID = (WAVEFORM.n_symbols, WAVEFORM.n_subcarriers)
N_CELLS = WAVEFORM.n_symbols * (WAVEFORM.n_subcarriers - 1)
SPEED_OF_LIGHT_MPS = 299792458.0
COLUMNS = ("range_m", "velocity_mps", "snr_db", "range_std_m", "velocity_std_mps", "angle_rad",
           "angle_std_rad")
BINS = np.array([WAVEFORM.range_bin_m, WAVEFORM.velocity_bin_mps])


def arrays(n_tx, n_rx, **errors):
    """Half a wavelength between virtual elements."""
    return (isac.antenna_array(n_elements=n_tx, spacing_wavelengths=0.5 * n_rx),
            isac.antenna_array(n_elements=n_rx, **errors))


def sent_grids(rng, n_tx=1):
    """[n_tx, n_symbols, n_subcarriers]: a comb of one QPSK grid to each antenna."""
    grid = rng.choice([1, -1, 1j, -1j], GRID)
    grid[:, GRID[1] // 2] = 0
    combs = np.zeros((n_tx, *GRID), complex)
    for t in range(n_tx):
        combs[t, :, t::n_tx] = grid[:, t::n_tx]
    return combs


def echoes(rng, sent, n_rx, targets, response=None):
    """[n_rx, ..] of targets (range_m, velocity_mps, sine, SNR with all gains in dB), noise 1.

    Independent model: phases over frequency, time and virtual elements.
    """
    n_tx = len(sent)
    n = n_tx * n_rx
    k = np.arange(GRID[1]) - GRID[1] // 2
    m = np.arange(GRID[0])[:, None]
    received = rng.normal(0, np.sqrt(0.5), (n_rx, *GRID, 2)) @ [1, 1j]
    for range_m, velocity_mps, sine, snr_db in targets:
        turns = (2 * velocity_mps / WAVEFORM.wavelength_m * m * WAVEFORM.symbol_duration_s
                 - 2 * range_m / SPEED_OF_LIGHT_MPS * k * WAVEFORM.subcarrier_spacing_hz)
        # All virtual elements have all cells together: each antenna hears all of them.
        amplitude = np.sqrt(10 ** (snr_db / 10) / (N_CELLS * n_rx))
        echo = amplitude * np.exp(2j * np.pi * (turns + rng.uniform()))
        elements = np.exp(1j * np.pi * sine * np.arange(n)) * (1 if response is None else response)
        for t in range(n_tx):
            for r in range(n_rx):
                received[r] += elements[t * n_rx + r] * echo * sent[t]
    return received.astype(np.complex64)


def somewhere(rng, snr_db, **fixed):
    place = dict(range_m=rng.uniform(0.1, 0.8) * WAVEFORM.max_range_m,
                 velocity_mps=rng.uniform(-0.7, 0.7) * WAVEFORM.max_velocity_mps,
                 sine=rng.uniform(-0.8, 0.8), snr_db=snr_db)
    return tuple((place | fixed).values())


@pytest.mark.parametrize("n_tx, n_rx", [(1, 4), (1, 8), (2, 4)])
def test_one_target_is_at_the_bound_in_range_velocity_and_angle(n_tx, n_rx):
    """25 dB with all gains, anywhere. Angle: the bound of n elements that share the cells. Range
    and velocity: sqrt(6 / snr) / 2 pi bins, and 64/63 of its variance for measuring phases over
    eight parts an axis. 200 errors are known to 5 %: the tolerance is five of that."""
    rng, n, n_trials = np.random.default_rng(n_tx), n_tx * n_rx, 200
    sensor = isac.dsp.array_sensor(WAVEFORM, *arrays(n_tx, n_rx))
    errors, claims = [], []
    for _ in range(n_trials):
        sent = sent_grids(rng, n_tx)
        target = somewhere(rng, 25)
        found, = sensor.detect(sent, echoes(rng, sent, n_rx, [target]))
        errors.append([*(np.array([found["range_m"], found["velocity_mps"]]) - target[:2]) / BINS,
                       np.sin(found["angle_rad"]) - target[2]])
        claims.append([found["range_std_m"] / BINS[0], found["velocity_std_mps"] / BINS[1],
                       found["angle_std_rad"] * np.cos(found["angle_rad"])])
    snr = 10 ** 2.5
    tone = math.sqrt(6 / snr) / (2 * math.pi)
    bound = np.array([tone, tone, sine_std(n, 1, snr / n)])
    rms = np.sqrt(np.mean(np.square(errors), axis=0))
    assert (rms < bound * np.sqrt(64 / 63) * (1 + SIGMAS / math.sqrt(2 * n_trials))).all()
    assert (rms > bound * (1 - SIGMAS / math.sqrt(2 * n_trials))).all()
    np.testing.assert_allclose(np.mean(claims, axis=0), bound, rtol=0.05)


@pytest.mark.parametrize("apart", [(0, 0), (0.5, 0.3), (0.7, 0.7)])
def test_two_targets_of_one_cell_are_told_apart_by_angle(apart):
    """40 dB, eight elements, half a beamwidth: one map cell, two targets, 9 times of 10."""
    rng, resolved = np.random.default_rng(1), 0
    sensor = isac.dsp.array_sensor(WAVEFORM, *arrays(1, 8))
    for _ in range(40):
        sent = sent_grids(rng)
        a = somewhere(rng, 40, sine=rng.uniform(-0.6, 0.4))
        b = (*(np.array(a[:2]) + apart * BINS), a[2] + 0.443 / 4, 40)
        found = sensor.detect(sent, echoes(rng, sent, 8, [a, b]))
        if len(found) == 2:
            found = np.sort(found, order="angle_rad")
            sines = np.sin(found["angle_rad"])
            places = np.stack([found["range_m"], found["velocity_mps"]], axis=1)
            misses = np.abs(places - [a[:2], b[:2]]) / BINS
            resolved += (np.abs(sines - [a[2], b[2]]).max() < 0.443 / 16) and misses.max() < 0.1
    assert resolved >= 36


def test_a_strong_target_has_no_ghosts_and_hides_no_weak_one():
    """50 dB and 28 dB, 3.4 bins apart, one direction; four transmitters, whose combs do not
    quite agree on sidelobes. Always two, and the weak one within five sigma of where it is."""
    rng = np.random.default_rng(2)
    for n_tx, n_rx in ((1, 8), (4, 4)):
        sensor = isac.dsp.array_sensor(WAVEFORM, *arrays(n_tx, n_rx))
        for _ in range(20):
            sent = sent_grids(rng, n_tx)
            a = somewhere(rng, 50, range_m=rng.uniform(0.4, 0.8) * WAVEFORM.max_range_m)
            b = (a[0] - 3.4 * BINS[0], *a[1:3], 28)
            found = sensor.detect(sent, echoes(rng, sent, n_rx, [a, b]))
            assert len(found) == 2
            assert abs(found["range_m"][1] - b[0]) < SIGMAS * found["range_std_m"][1]


def test_noise_alone_is_as_silent_as_asked():
    """Not more false alarms than cells times the rate: 30 maps at 1e-3 / 10 in all beams. Cells of
    a Hamming window are correlated, so twice the Poisson band of what was asked is allowed."""
    rng = np.random.default_rng(3)
    sensor = isac.dsp.array_sensor(WAVEFORM, *arrays(1, 4), false_alarm_rate=1e-4)
    alarms = sum(len(sensor.detect(sent, echoes(rng, sent, 4, [])))
                 for sent in (sent_grids(rng) for _ in range(30)))
    asked = 30 * WAVEFORM.map_len * 1e-4
    assert alarms < asked + 2 * SIGMAS * math.sqrt(asked)


def test_a_known_reflector_calibrates():
    """40 degrees and 3 dB an element: lost before, afterwards within five sigma."""
    rng = np.random.default_rng(4)
    tx, rx = arrays(1, 8, gain_error_db=3, phase_error_rad=0.7, seed=5)
    response = rx.steering(0) / np.sqrt(np.mean(np.abs(rx.steering(0)) ** 2))
    sensor = isac.dsp.array_sensor(WAVEFORM, tx, rx)
    known = (100.0, 0.0, 0.2, 60)
    sent = sent_grids(rng)
    received = echoes(rng, sent, 8, [known, (220.0, 9.0, -0.5, 50)], response)
    assert sensor.calibrate(sent, received, 30.0, 0.0).size == 0  # nothing there
    calibration = sensor.calibrate(sent, received, 101.0, math.asin(0.2))
    phase = np.angle(response[0])
    np.testing.assert_allclose(calibration, response * np.exp(-1j * phase), atol=0.02)
    made = isac.dsp.array_sensor(WAVEFORM, tx, rx, calibration=calibration)
    for use in (sensor, made):
        sent = sent_grids(rng)
        target = somewhere(rng, 40)
        found, = use.detect(sent, echoes(rng, sent, 8, [target], response))
        assert abs(found["angle_rad"] - math.asin(target[2])) < 0.02  # of the calibration


def test_bad_grids():
    """Silence, constants and what is not finite: no target, no crash, the silent ones counted."""
    rng = np.random.default_rng(6)
    sensor = isac.dsp.array_sensor(WAVEFORM, *arrays(1, 4))
    sent = sent_grids(rng)
    received = echoes(rng, sent, 4, [(100.0, 5.0, 0.3, 40)])
    assert len(sensor.detect(0 * sent, received)) == 0
    assert len(sensor.detect(np.nan * sent, received)) == 0
    assert sensor.n_unusable == 2
    for bad in (0 * received, np.nan * received, np.inf * received):
        assert len(sensor.detect(sent, bad)) == 0
    dead = received.copy()
    dead[2] = 0  # still measured, but no array to calibrate
    assert len(sensor.detect(sent, dead)) == 1
    assert sensor.calibrate(sent, dead, 100.0, 0.3).size == 0
    received[2, 10, 20] = np.nan
    found, = sensor.detect(sent, received)  # a row less of 64
    assert abs(found["angle_rad"] - math.asin(0.3)) < 0.01
    assert len(sensor.detect(sent, echoes(rng, sent, 4, [(100.0, 5.0, 0.3, 40)]))) == 1
    with pytest.raises(ValueError, match="received has .* but 4 grids of 8192 are needed"):
        sensor.detect(sent, received[:3])


@pytest.mark.parametrize("make, message", [
    (lambda: isac.angle_estimator(WAVEFORM, rx_array=isac.antenna_array()), "n_elements = 1, but"),
    (lambda: isac.angle_estimator(WAVEFORM, calibration=[1, 1, 1]), "calibration = 3, but"),
    (lambda: isac.angle_estimator(WAVEFORM, isac.antenna_array(n_elements=2)),
     "spacing_wavelengths = 0.5, but it must be that of the receiving array times its elements, 2"),
    (lambda: isac.angle_estimator(WAVEFORM, *arrays(8, 2)), "n_elements = 8, but echoes"),
    (lambda: isac.angle_estimator(WAVEFORM, false_alarm_rate=2), "false_alarm_rate"),
    (lambda: isac.angle_estimator(WAVEFORM, max_targets=0), "max_targets"),
    (lambda: isac.comb_splitter(WAVEFORM, 0), "n_antennas = 0, but")])
def test_bad_parameters_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


# ------------------------------------------------------------------------------- blocks

class Radar:
    """Rows -> (comb_splitter) -> modulators -> scene_channel -> demodulators -> estimator."""

    def __init__(self, n_frames, scene, tx_array, rx_array, **keywords):
        self.top = gr.top_block()
        rng = np.random.default_rng(7)
        self.rows = np.concatenate([sent_grids(rng)[0] for _ in range(n_frames)])
        self.rows = self.rows.astype(np.complex64)
        source = blocks.vector_source_c(self.rows.ravel().tolist(), False, GRID[1], [
            gr.tag_utils.python_to_tag((i * GRID[0], pmt.intern("isac_frame"), pmt.to_pmt(
                {"number": i}), pmt.PMT_F)) for i in range(n_frames)])
        n_tx = tx_array.n_elements
        splitter = isac.comb_splitter(WAVEFORM, n_tx)
        channel = isac.scene_channel(WAVEFORM, scene, isac.channel_view.ECHO, tx_array, rx_array)
        self.estimator = isac.angle_estimator(WAVEFORM, tx_array, rx_array, **keywords)
        self.top.connect(source, splitter)
        for t in range(n_tx):
            self.top.connect((splitter, t), isac.ofdm_modulator(WAVEFORM), (channel, t))
            self.top.connect((splitter, t), (self.estimator, t))
        for r in range(rx_array.n_elements):
            self.top.connect((channel, r), isac.ofdm_demodulator(WAVEFORM),
                             (self.estimator, n_tx + r))
        self.store = blocks.message_debug()
        self.top.msg_connect(self.estimator, "detections", self.store, "store")

    def run(self):
        """[(metadata, table [n, 7])] of the frames."""
        self.top.run()
        pdus = [self.store.get_message(i) for i in range(self.store.num_messages())]
        return [(pmt.to_python(pmt.car(p)), np.array(pmt.f32vector_elements(pmt.cdr(p)),
                                                     np.float32).reshape(-1, 7)) for p in pdus]


@pytest.mark.parametrize("n_tx, n_rx", [(1, 4), (2, 4), (1, 2)])
def test_a_scene_is_measured_through_the_blocks(n_tx, n_rx):
    """Three frames, two targets: everything within five of the standard deviations that come with
    it, and motion during a frame, which the model of the radar does not have, allows 0.01 bins."""
    tx_array, rx_array = arrays(n_tx, n_rx)
    targets = [dict(range_m=120, velocity_mps=21, angle_rad=0.5, snr_db=0),
               dict(range_m=310, velocity_mps=-40, angle_rad=-0.3, snr_db=-10)]
    radar = Radar(3, isac.scene(targets=targets), tx_array, rx_array)
    sink = blocks.vector_sink_f(8 * n_tx * n_rx * WAVEFORM.n_range_bins)
    radar.top.connect(radar.estimator, sink)
    pdus = radar.run()
    assert len(pdus) == 3
    frame_s = GRID[0] * WAVEFORM.symbol_duration_s
    for i, (meta, table) in enumerate(pdus):
        assert meta == {"number": i, "columns": " ".join(COLUMNS)}
        assert len(table) == 2
        for row, t in zip(table, targets, strict=True):
            now = t["range_m"] - t["velocity_mps"] * (i + 0.5) * frame_s
            # Every antenna hears all combs. The noise is measured in 64 parts of a frame, on
            # what one direction leaves of the elements.
            snr_db = t["snr_db"] + 10 * np.log10(n_rx * N_CELLS)
            assert abs(row[2] - snr_db) < SIGMAS * 4.34 / math.sqrt(64 * (n_tx * n_rx - 1))
            allowed = SIGMAS * row[[3, 4, 6]] + 0.01 * np.array([*BINS, 1 / (n_tx * n_rx)])
            errors = row[[0, 1, 5]] - [now, t["velocity_mps"], t["angle_rad"]]
            assert (np.abs(errors) < allowed).all()
    picture = np.reshape(sink.data(), (3, 8 * n_tx * n_rx, WAVEFORM.n_range_bins))[0]
    beam, column = np.unravel_index(np.argmax(picture), picture.shape)
    beams = rx_array.beam_angles_rad(len(picture))
    assert abs(np.sin(beams[beam]) - np.sin(0.5)) < 2.1 / len(picture)
    assert abs(column - 120 / WAVEFORM.range_bin_m) < 1
    assert [(t.offset, pmt.to_python(t.value)) for t in sink.tags()] == [
        (i, {"number": i}) for i in range(3)]


def test_an_array_is_calibrated_while_it_runs(tmp_path):
    """A reflector of 40 dB at 0.1 rad puts an array right, and the file another one."""
    tx_array, rx_array = arrays(1, 4, phase_error_rad=0.8, seed=3)
    scene = isac.scene(targets=[dict(range_m=150, angle_rad=0.1, snr_db=10),
                                dict(range_m=250, velocity_mps=20, angle_rad=-0.4, snr_db=0)])
    radar = Radar(2, scene, tx_array, rx_array)
    radar.estimator.calibrate(151.0, 0.1)
    first = radar.run()[1][1]
    assert abs(first[1, 5] + 0.4) < 0.01
    path = tmp_path / "array.json"
    isac.save_calibration(path, radar.estimator.calibration)
    again = Radar(1, scene, tx_array, rx_array, calibration=isac.load_calibration(path, 4))
    assert abs(again.run()[0][1][1, 5] + 0.4) < 0.01
    assert again.estimator.calibration == pytest.approx(radar.estimator.calibration)

    nowhere = Radar(1, scene, tx_array, rx_array)
    nowhere.estimator.calibrate(30.0, 0.0)  # no echo there: logged, nothing else
    nowhere.run()
    assert nowhere.estimator.calibration == []


def test_the_block_gives_the_numbers_of_the_dsp():
    """Bit by bit: same class, same grids. Two frames of zeros sent are counted, not measured."""
    rng = np.random.default_rng(8)
    sent = sent_grids(rng)
    received = echoes(rng, sent, 4, [(100.0, 10.0, 0.4, 40)])
    expected = isac.dsp.array_sensor(WAVEFORM, *arrays(1, 4)).detect(sent, received)
    top, store = gr.top_block(), blocks.message_debug()
    estimator = isac.angle_estimator(WAVEFORM, *arrays(1, 4))
    for port, grid in enumerate([sent[0], *received]):
        stream = np.concatenate([grid * 0 if port == 0 else grid, grid, grid * 0])
        top.connect(blocks.vector_source_c(stream.ravel().tolist(), False, GRID[1]),
                    (estimator, port))
    top.msg_connect(estimator, "detections", store, "store")
    top.run()
    tables = [pmt.f32vector_elements(pmt.cdr(store.get_message(i))) for i in range(3)]
    assert [len(t) for t in tables] == [0, 7, 0]
    assert tables[1] == expected.view(np.float32).tolist()
    assert estimator.unusable_frames == 2


def test_calibration_files(tmp_path):
    path = tmp_path / "array.json"
    isac.save_calibration(path, [1, 0.5j, 1 - 1j])
    assert isac.load_calibration(path, 3) == [1, 0.5j, 1 - 1j]
    with pytest.raises(ValueError, match="has 3 elements, but the array has n_elements = 4"):
        isac.load_calibration(path, 4)
    content = json.loads(path.read_text())
    for change in ({"format": "other"}, {"response": [[1]]}, {"response": [[0, 0]] * 3},
                   {"response": None}):
        path.write_text(json.dumps(content | change))
        with pytest.raises(ValueError, match="array.json"):
            isac.load_calibration(path, 3)
    path.write_text("not JSON")
    with pytest.raises(ValueError, match="must be a file of save_calibration"):
        isac.load_calibration(path, 3)
    with pytest.raises(FileNotFoundError):
        isac.load_calibration(tmp_path / "nothing.json", 3)
    with pytest.raises(ValueError, match="finite and not 0"):
        isac.save_calibration(path, [1, np.nan])


def test_the_example_runs(tmp_path):
    """Finds the five reflectors with either array, and draws them."""
    done = subprocess.run([sys.executable, EXAMPLES / "mimo_radar.py", "--out",
                           tmp_path / "picture.png"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert re.findall(r"antennas: (\d+) targets", done.stdout) == ["5", "5"]
    assert (tmp_path / "picture.png").stat().st_size > 10_000

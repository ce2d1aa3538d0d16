# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The far receiver as a radar: its reference, its zero, and what a flowgraph makes of both."""

import math

import numpy as np
import pmt
import pytest
from gnuradio import blocks, gr, isac
from gnuradio.isac.tables import read_table

from stats import SIGMAS

SPEED_OF_LIGHT_MPS = 299792458.0
W = isac.waveform(fft_len=256, n_subcarriers=128, n_symbols=64)


def sent_rows(waveform, seed=1):
    rng = np.random.default_rng(seed)
    return isac.dsp.transmitter(waveform).modulate(rng.bytes(waveform.payload_len))[1]


def path(rows, delay, doppler, amplitude=1.0, waveform=W):
    """Independent model of one way: delay in samples, Doppler in turns a row."""
    k = np.arange(waveform.n_subcarriers) - waveform.n_subcarriers // 2
    m = np.arange(waveform.n_symbols)[:, None]
    return amplitude * rows * np.exp(2j * np.pi * (doppler * m - delay * k / waveform.fft_len))


def noise(rng, shape, variance):
    return rng.normal(0, math.sqrt(variance / 2), (*shape, 2)) @ [1, 1j]


def align(rx, tx, waveform=W, **keywords):
    return isac.dsp.bistatic_aligner(waveform, **keywords).align(tx, rx.astype(np.complex64))


def test_clocks_that_drift_and_turn_and_jump_leave_the_line_of_sight_at_zero():
    """Delay grows by 0.011 samples a row, jumps back by whole ones, phases are random.

    Without noise and echoes only rounding is left: of the phasors (3e-7), of the row's phase
    (1e-7), and the second Newton step's own error, which is of third order in the 0.5 samples
    of the first: below 1e-3 samples, 1e-3 pi K / N rad at the edge of the band, 8e-4 of the
    amplitude there.
    """
    tx = sent_rows(W)
    rng = np.random.default_rng(2)
    m = np.arange(W.n_symbols)
    delay = 5.3 + 0.011 * m - np.round(0.011 * m)
    delay[20:40] -= 1  # the synchroniser moved twice
    phases = np.exp(2j * np.pi * rng.uniform(size=(W.n_symbols, 1)))
    rx = phases * np.array([path(tx, d, 0)[i] for i, d in enumerate(delay)])
    out, sight = align(rx, tx)
    assert np.abs(out - tx).max() < 1e-3 * np.abs(tx).max()
    assert sight.found
    assert sight.delay == pytest.approx(5.3, abs=1e-3)
    assert sight.drift_ppm == pytest.approx(0.011 / W.symbol_len * 1e6, abs=1)
    assert sight.power == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("ppm", [-40, -2, 0, 2, 40])
def test_an_unfollowed_clock_of_forty_ppm_is_followed(ppm):
    """A synchroniser that knows no offset yet lets the rows drift by many samples."""
    w = isac.waveform()
    tx = sent_rows(w)
    k = np.arange(w.n_subcarriers) - w.n_subcarriers // 2
    delay = 4.2 + 1e-6 * ppm * w.symbol_len * np.arange(w.n_symbols)[:, None]
    out, sight = align(tx * np.exp(-2j * np.pi * delay * k / w.fft_len), tx, w)
    assert np.abs(out - tx).max() < 1e-3 * np.abs(tx).max()
    assert sight.drift_ppm == pytest.approx(ppm, abs=1e-2)


def delay_variance(snr, waveform=W):
    """Of the line of sight's delay in a row, samples^2, as the next test derives it."""
    k = np.arange(waveform.n_subcarriers) - waveform.n_subcarriers // 2
    weights = np.hamming(len(k)) * (k != 0)
    return ((waveform.fft_len / (2 * np.pi)) ** 2 * np.sum((weights * k) ** 2)
            / np.sum(weights * k ** 2) ** 2 / (2 * snr))


def test_the_error_of_the_delay_is_what_its_weights_promise():
    """White noise: the slope of the tap's phase under weights w errs by the linear formula.

    off = sum_k w k Im(n) / sum_k w k^2 per row has variance s2/2 sum (w k)^2 / (sum w k^2)^2,
    and the mean over M rows 1/M of it. 200 frames give the variance to 5 sigma = 50 %.
    """
    tx, snr = sent_rows(W), 10.0
    rng = np.random.default_rng(3)
    variance = delay_variance(snr) / W.n_symbols
    errors = []
    for _ in range(200):
        rx = path(tx, 3.7, 0) + noise(rng, tx.shape, 1 / snr)
        _, sight = align(rx, tx)
        middle = sight.delay + 0.5 * (W.n_symbols - 1) * sight.drift_ppm * 1e-6 * W.symbol_len
        errors.append(middle - 3.7)
    assert np.mean(np.square(errors)) == pytest.approx(variance, rel=SIGMAS * math.sqrt(2 / 200))


def test_an_echo_keeps_its_own_delay_and_doppler():
    """A tenth of the amplitude, ten bins away: the line of sight's tap sees it 43 dB down."""
    tx = sent_rows(W)
    rx = (path(tx, 6.25, 0.013) + path(tx, 6.25 + 20, 0.013 + 5 / 64, 0.1)) * np.exp(0.4j)
    out, _ = align(rx, tx)
    expected = path(tx, 0, 0) + path(tx, 20, 5 / 64, 0.1)
    # The echo starts with the phase that it has beside the line of sight.
    ripple = 0.1 * 10 ** (-43 / 20) * 3  # on phase, power and delay of a row
    assert np.abs(out - expected).max() < (ripple + 2e-3) * 1.1 * np.abs(tx).max()


def test_the_first_strong_path_is_the_line_of_sight():
    """A reflection that is 3 dB stronger does not take its place; with no margin it does."""
    tx = sent_rows(W)
    rx = path(tx, 4, 0) + path(tx, 30, 0, 1.41)
    assert align(rx, tx)[1].delay == pytest.approx(4, abs=0.1)
    assert align(rx, tx, sight_margin_db=0)[1].delay == pytest.approx(30, abs=0.1)


def test_rows_that_never_came_and_cells_that_are_no_numbers_spoil_nothing():
    tx = sent_rows(W)
    rx = path(tx, 4.5, 0.01).astype(np.complex64)
    rx[:3], rx[30:35] = 0, 0
    rx[40, 5], rx[41, 7], rx[42] = np.nan, np.inf, np.nan
    out, sight = align(rx, tx)
    kept = np.isfinite(rx) & (rx != 0)
    assert np.isfinite(out).all()
    assert np.abs(out - tx)[kept].max() < 1e-3 * np.abs(tx).max()
    assert sight.delay == pytest.approx(4.5, abs=1e-2)


@pytest.mark.parametrize("sent, received", [(0, 1), (1, 0), (1, np.nan), (0, 0)])
def test_nothing_sent_or_nothing_heard_is_no_line_of_sight(sent, received):
    tx = sent_rows(W)
    out, sight = align(received * tx, np.complex64(sent) * tx)
    assert not sight.found and np.isfinite(out).all()


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match="sight_margin_db = -1, but it must be >= 0"):
        isac.dsp.bistatic_aligner(W, -1)
    with pytest.raises(ValueError, match="rx has 3 items, but the waveform needs"):
        isac.dsp.bistatic_aligner(W).align(sent_rows(W), np.zeros(3, np.complex64))


def frames_pdu(number, payload, **more):
    dictionary = {"crc_ok": True, "payload_len": len(payload), **more}
    dictionary = pmt.dict_add(pmt.to_pmt(dictionary), pmt.intern("number"),
                              pmt.from_uint64(number))
    return pmt.cons(dictionary, pmt.init_u8vector(len(payload), list(payload)))


def rebuild(waveform, *messages):
    """Rows that the block makes of messages before its sender says that it is done."""
    top, rebuilder = gr.top_block(), isac.frame_rebuilder(waveform)
    n = waveform.n_subcarriers
    sink = blocks.vector_sink_c(n)
    top.connect(rebuilder, sink)
    for message in messages:
        rebuilder._post(pmt.intern("frames"), message)
    rebuilder._post(pmt.intern("system"), pmt.cons(pmt.intern("done"), pmt.from_long(1)))
    top.run()
    return rebuilder, np.array(sink.data(), np.complex64).reshape(-1, n), sink.tags()


@pytest.mark.parametrize("precoding", ["NONE", "DFT"])
@pytest.mark.parametrize("modulation", ["QPSK", "QAM64"])
def test_a_rebuilt_frame_is_the_frame_that_was_sent(precoding, modulation):
    w = isac.waveform(fft_len=256, n_subcarriers=128, n_symbols=64,
                      precoding=getattr(isac.precoding, precoding),
                      modulation=getattr(isac.modulation, modulation))
    rng = np.random.default_rng(4)
    payloads = [rng.bytes(n) for n in (w.payload_len, 17, 0)]
    rebuilder, rows, tags = rebuild(
        w, *(frames_pdu(7 + i, p) for i, p in enumerate(payloads)))
    transmitter = isac.dsp.transmitter(w)
    for i, payload in enumerate(payloads):
        sent = transmitter.modulate(payload, 7 + i)[1]
        assert np.array_equal(rows[i * w.n_symbols:(i + 1) * w.n_symbols], sent)
    assert [t.offset for t in tags] == [0, w.n_symbols, 2 * w.n_symbols]
    assert rebuilder.rebuilt == 3


def test_what_is_no_good_frame_is_counted_and_makes_no_rows():
    broken = pmt.cons(pmt.to_pmt({"crc_ok": False}), pmt.make_u8vector(0, 0))
    nonsense = [pmt.PMT_T, pmt.cons(pmt.PMT_T, pmt.PMT_T), pmt.make_dict(),
                pmt.cons(pmt.make_dict(), pmt.make_u8vector(4, 0)),
                frames_pdu(1, bytes(W.payload_len + 1)),
                pmt.cons(pmt.to_pmt({"crc_ok": True, "number": 1}), pmt.make_f32vector(4, 0))]
    rebuilder, rows, _ = rebuild(W, broken, *nonsense)
    assert len(rows) == 0
    assert (rebuilder.broken, rebuilder.malformed) == (1, len(nonsense))
    assert rebuilder.rebuilt == rebuilder.dropped == 0


def test_frames_that_nobody_takes_do_not_pile_up():
    rebuilder, rows, _ = rebuild(W, *(frames_pdu(i, b"x") for i in range(80)))
    assert (rebuilder.dropped, rebuilder.rebuilt) == (16, 64)
    assert len(rows) == 64 * W.n_symbols


class bistatic(gr.top_block):
    """Transmitter, a far receiver with its own clocks, and its radar without a cable."""

    def __init__(self, waveform, scene, n_frames):
        gr.top_block.__init__(self)
        payload = np.random.default_rng(5).bytes(n_frames * waveform.payload_len)
        transmitter = isac.transmitter(waveform, payload, n_frames=n_frames + 2)
        self.receiver, self.rebuilder = isac.receiver(waveform), isac.frame_rebuilder(waveform)
        self.join, self.aligner = isac.frame_join(waveform), isac.bistatic_aligner(waveform)
        sensor, self.store = isac.sensor(waveform), blocks.message_debug(False)
        self.connect(transmitter, isac.scene_channel(waveform, scene, isac.channel_view.LINK),
                     self.receiver, (self.join, 1))
        self.msg_connect(self.receiver, "frames", self.rebuilder, "frames")
        self.connect(self.rebuilder, self.join)
        self.connect(self.join, sensor)
        self.connect(self.join, self.aligner)
        self.connect((self.join, 1), (self.aligner, 1))
        self.connect(self.aligner, (sensor, 1))
        self.connect(sensor, blocks.null_sink(4 * waveform.map_len))
        self.msg_connect(sensor, "detections", self.store, "store")


def test_a_far_receiver_sees_a_car_without_a_cable():
    """2 ppm and 3 kHz off: every frame shows the line of sight at 0 and the car, 77 m longer.

    The car is 20 dB below the line of sight, which has 20 dB a cell: of 512 x 64 cells its
    peak has 45 dB, less 3 dB of Hamming windows, where the detector cannot err by a bin. It is
    four bins off, where the line of sight's tap does not see it. The slope of a line through M
    delays of variance s2 has the variance 12 s2 / M^3.
    """
    w = isac.waveform(n_symbols=64)
    drift_std = math.sqrt(12 * delay_variance(100.0, w) / w.n_symbols ** 3) / w.symbol_len
    extra_m, velocity_mps = 77.0, 2 * 20.0
    scene = isac.scene(
        paths=[dict(range_m=100), dict(range_m=100 + extra_m, gain_db=-20,
                                       velocity_mps=velocity_mps)],
        link_snr_db=20, cfo_hz=3000, sampling_offset_ppm=2)
    top = bistatic(w, scene, 6)
    top.run()
    assert top.receiver.crc_errors == 0
    assert top.rebuilder.rebuilt == top.receiver.frames
    assert top.aligner.blind == 0 and top.aligner.aligned == top.join.paired >= 6
    for i in range(6):
        meta, table = read_table(top.store.get_message(i))
        (sight, car), (sight_v, car_v) = table["range_m"][:2], table["velocity_mps"][:2]
        assert abs(sight) < 0.1 * w.range_bin_m and abs(sight_v) < 0.1 * w.velocity_bin_mps
        middle_s = (i + 0.5) * w.frame_duration_s
        assert 2 * car == pytest.approx(extra_m - velocity_mps * middle_s, abs=w.range_bin_m)
        assert 2 * car_v == pytest.approx(velocity_mps, abs=w.velocity_bin_mps)
        assert meta["drift_ppm"] == pytest.approx(2, abs=SIGMAS * 1e6 * drift_std)

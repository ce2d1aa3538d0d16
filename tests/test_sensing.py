# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The blocks of the sensing chain; what they compute is tested in tests/dsp."""

import time

import numpy as np
import pmt
import pytest
from gnuradio import blocks, gr, isac

WAVEFORM = isac.waveform(fft_len=256, n_subcarriers=128, n_symbols=64)
GRID = (WAVEFORM.n_symbols, WAVEFORM.n_subcarriers)
MAP = (WAVEFORM.n_symbols, WAVEFORM.n_range_bins)
SPEED_OF_LIGHT_MPS = 299792458.0
# Whole bins, which the clutter filter leaves alone.
SLOW_MPS, FAST_MPS = 3 * WAVEFORM.velocity_bin_mps, -6 * WAVEFORM.velocity_bin_mps
COLUMNS = ("range_m", "velocity_mps", "snr_db", "range_std_m", "velocity_std_mps",
           "range_velocity_cov")


def echo(sent, range_m, velocity_mps, amplitude):
    """Independent model: a delay turns over frequency, a Doppler shift over time."""
    w = WAVEFORM
    k = np.arange(w.n_subcarriers) - w.n_subcarriers // 2
    m = np.arange(w.n_symbols)[:, None]
    delay_s = 2 * range_m / SPEED_OF_LIGHT_MPS
    doppler_hz = 2 * velocity_mps * w.carrier_freq_hz / SPEED_OF_LIGHT_MPS
    turns = doppler_hz * m * w.symbol_duration_s - delay_s * k * w.subcarrier_spacing_hz
    return amplitude * sent * np.exp(2j * np.pi * turns)


def frames(n, seed=1):
    """Sent and received rows [n * n_symbols, n_subcarriers]: two cars and leakage."""
    rng = np.random.default_rng(seed)
    shape = (n, *GRID)
    sent = rng.choice([1, -1, 1j, -1j], shape)
    sent[..., WAVEFORM.n_subcarriers // 2] = 0
    received = 100 * sent + rng.normal(0, np.sqrt(0.5), (*shape, 2)) @ [1, 1j]
    for i in range(n):
        received[i] += echo(sent[i], 105 - i, SLOW_MPS, 1) + echo(sent[i], 333, FAST_MPS, 2)
    return [x.reshape(-1, GRID[1]).astype(np.complex64) for x in (sent, received)]


def frame_tag(row, number, **more):
    tag = gr.tag_t()
    tag.offset, tag.key = row, pmt.intern("isac_frame")
    tag.value = pmt.dict_add(pmt.to_pmt(more or {}), pmt.intern("number"),
                             pmt.from_uint64(number))
    return tag


class Flow:
    """Vectors into a chain of blocks; what comes out of streams and message ports."""

    def __init__(self):
        self.top = gr.top_block()
        self._kept = []

    def source(self, x, block, port=0, tags=()):
        source = blocks.vector_source_c(x.ravel().tolist(), False, x.shape[1], list(tags))
        self.top.connect(source, (block, port))

    def sink(self, block, port=0, dtype=np.complex64):
        vlen = block.output_signature().sizeof_stream_item(port) // np.dtype(dtype).itemsize
        kind = blocks.vector_sink_c if dtype == np.complex64 else blocks.vector_sink_f
        sink = kind(vlen)
        self.top.connect((block, port), sink)
        return lambda: (np.array(sink.data(), dtype).reshape(-1, vlen), sink.tags())

    def messages(self, block, port):
        store = blocks.message_debug()
        self.top.msg_connect(block, port, store, "store")
        self._kept.append(store)
        return lambda: [store.get_message(i) for i in range(store.num_messages())]


def table(pdu):
    """PDU of detections -> metadata of the frame, [n, len(COLUMNS)]."""
    meta = pmt.to_python(pmt.car(pdu))
    assert tuple(meta.pop("columns").split()) == COLUMNS
    return meta, np.array(pmt.f32vector_elements(pmt.cdr(pdu)), np.float32).reshape(
        -1, len(COLUMNS))


def sense(block, sent, received, tags=(), sent_tags=()):
    """Runs a block with power maps and detections; returns maps, tags, PDUs."""
    flow = Flow()
    flow.source(sent, block, 0, sent_tags)
    flow.source(received, block, 1, tags)
    power = flow.sink(block, 0, np.float32)
    pdus = flow.messages(block, "detections")
    flow.top.run()
    return *power(), [table(p) for p in pdus()]


def test_the_fused_sensor_is_the_row_of_blocks():
    """The same maps bit by bit, and the same table: both call the same code."""
    sent, received = frames(5)
    tags = [frame_tag(i * GRID[0], 7 + i) for i in range(5)]
    power, power_tags, pdus = sense(isac.sensor(WAVEFORM), sent, received, tags)

    flow = Flow()
    maps, detector = isac.range_doppler(WAVEFORM), isac.cfar_detector(WAVEFORM)
    flow.source(sent, maps, 0)
    flow.source(received, maps, 1, tags)
    flow.top.connect((maps, 1), detector)
    for port, x in enumerate((sent, received), 1):
        grids = blocks.stream_to_vector(gr.sizeof_gr_complex * GRID[1], GRID[0])
        flow.source(x, grids)
        flow.top.connect(grids, (detector, port))
    row_power = flow.sink(maps, 0, np.float32)
    row_pdus = flow.messages(detector, "detections")
    flow.top.run()

    np.testing.assert_array_equal(power, row_power()[0])
    assert [t.offset for t in power_tags] == [t.offset for t in row_power()[1]] == list(range(5))
    assert len(pdus) == 5
    for (meta, rows), pdu in zip(pdus, row_pdus(), strict=True):
        row_meta, row_rows = table(pdu)
        assert meta == row_meta
        np.testing.assert_array_equal(rows, row_rows)


def test_the_sensor_finds_the_cars_and_the_leakage():
    """20 dB per cell and less beside 40 dB of leakage, in every frame, strongest first.

    39 dB of processing gain put the weaker car at 36 dB: a hundredth of a bin of error.
    """
    sent, received = frames(4)
    _, _, pdus = sense(isac.sensor(WAVEFORM), sent, received)
    for i, (meta, rows) in enumerate(pdus):
        assert meta == {}
        truth = [(0, 0), (333, FAST_MPS), (105 - i, SLOW_MPS)]
        assert len(rows) == 3
        bins = np.abs(rows[:, :2] - truth) / [WAVEFORM.range_bin_m, WAVEFORM.velocity_bin_mps]
        assert bins.max() < 0.1
        assert (rows[:, 3:5] > 0).all()


def test_the_geometry_of_a_map_is_that_of_the_waveform_times_the_padding():
    plain, fine = isac.map_geometry(WAVEFORM), isac.map_geometry(WAVEFORM, 2, 4)
    assert (plain.n_velocities, plain.n_ranges) == MAP and plain.map_len == WAVEFORM.map_len
    assert plain.range_step_m == WAVEFORM.range_bin_m
    assert fine.n_velocities == 4 * MAP[0] and fine.standstill_row == 2 * MAP[0]
    assert fine.range_step_m == WAVEFORM.range_bin_m / 2
    assert fine.velocity_step_mps == WAVEFORM.velocity_bin_mps / 4
    with pytest.raises(ValueError, match=r"range_padding = 0, but it must be in \[1, 16\]"):
        isac.map_geometry(WAVEFORM, range_padding=0)


@pytest.mark.parametrize("window", [isac.window.HAMMING, isac.window.RECTANGULAR])
def test_cells_that_are_never_sent_make_no_ghosts(window):
    """DFT-s-OFDM leaves 12 of 192 cells empty, which widens the echo of a point by a sixteenth: a
    detector that did not know would find the rest of it 24 dB down. 60 dB, errors within five
    standard deviations; self-noise may add false alarms, 1e-6 per cell."""
    w = isac.waveform(fft_len=256, n_subcarriers=192, n_symbols=64, precoding=isac.precoding.DFT)
    rng = np.random.default_rng(7)
    _, sent = isac.dsp.transmitter(w).modulate(rng.bytes(w.payload_len))
    assert np.count_nonzero(np.any(sent != 0, axis=0)) == 180
    k, m = np.arange(192) - 96, np.arange(64)[:, None] - 32
    received = 10 * sent * np.exp(2j * np.pi * (8.3 * m / 64 - 20.4 * k / 192))
    received = received + rng.normal(0, np.sqrt(0.5), (*sent.shape, 2)) @ [1, 1j]
    parameters = dict(range_window=window, velocity_window=window)
    grid = isac.dsp.range_doppler(w, **parameters).compute(sent, received)
    found = isac.dsp.target_detector(w, **parameters).detect(grid)
    assert len(found) == 1
    assert abs(found["range_m"][0] - 20.4 * w.range_bin_m) < 5 * found["range_std_m"][0]
    assert abs(found["velocity_mps"][0] - 8.3 * w.velocity_bin_mps) < (
        5 * found["velocity_std_mps"][0])


def test_a_padded_map_from_the_block_is_that_of_the_dsp():
    sent, received = frames(2)
    padding = dict(range_padding=2, velocity_padding=2)
    dsp, block = (make(WAVEFORM, **padding) for make in (isac.dsp.range_doppler,
                                                         isac.range_doppler))
    flow = Flow()
    flow.source(sent, block, 0)
    flow.source(received, block, 1)
    power = flow.sink(block, 0, np.float32)
    flow.top.run()
    g = dsp.geometry
    maps = power()[0].reshape(2, g.n_velocities, g.n_ranges)
    for i, x in enumerate(maps):
        rows = slice(i * GRID[0], (i + 1) * GRID[0])
        expected = np.abs(dsp.compute(sent[rows], received[rows])) ** 2
        np.testing.assert_allclose(x, expected, rtol=1e-6)


def test_frames_that_do_not_follow_are_left_out_of_a_coherent_map():
    """Numbers 4, 5, 7, 8: the third is not in phase with the second. Without numbers all are
    taken to follow."""
    sent, received = frames(4)
    tags = [frame_tag(i * GRID[0], n) for i, n in enumerate((4, 5, 7, 8))]
    params = dict(coherent_frames=2, averaged_maps=1)
    for n_coherent, left_out in ((2, 0), (4, 2)):
        params["coherent_frames"] = n_coherent
        block = isac.range_doppler(WAVEFORM, **params)
        flow = Flow()
        flow.source(sent, block, 0)
        flow.source(received, block, 1, tags)
        power = flow.sink(block, 0, np.float32)
        flow.top.run()
        assert block.frames_left_out == left_out
        assert len(power()[0]) == 4 // n_coherent
        assert [t.offset for t in power()[1]] == list(range(4 // n_coherent))


def test_a_block_averages_maps_as_the_dsp_does_and_counts_bad_rows():
    sent, received = frames(4)
    received[70, 3] = np.nan
    params = dict(coherent_frames=2, averaged_maps=2, in_db=True)
    block, dsp = isac.range_doppler(WAVEFORM, **params), isac.dsp.range_doppler(WAVEFORM, **params)
    flow = Flow()
    flow.source(sent, block, 0)
    flow.source(received, block, 1)
    power = flow.sink(block, 0, np.float32)
    flow.top.run()
    np.testing.assert_array_equal(power()[0].ravel(), dsp.compute_power(sent, received).ravel())
    assert block.bad_rows == dsp.bad_rows == 1


def test_a_velocity_beyond_what_a_map_can_do_is_refused_with_the_number():
    limit = isac.map_geometry(WAVEFORM).max_velocity_mps
    isac.range_doppler(WAVEFORM, max_velocity_mps=limit * 0.999)
    with pytest.raises(ValueError, match=rf"max_velocity_mps = .*must be in \[0, {limit:.3f}"):
        isac.range_doppler(WAVEFORM, max_velocity_mps=limit * 1.01)


def test_blocks_equal_the_dsp_on_arrays():
    sent, received = frames(1)
    windows = dict(range_window=isac.window.HANN, velocity_window=isac.window.RECTANGULAR)
    compute = isac.dsp.range_doppler(WAVEFORM, filter=isac.radar_filter.MATCHED, **windows)
    expected = compute.compute(sent, received)
    assert expected.shape == MAP and expected.dtype == np.complex64

    flow = Flow()
    block = isac.range_doppler(WAVEFORM, filter=isac.radar_filter.MATCHED, **windows)
    flow.source(sent, block, 0)
    flow.source(received, block, 1)
    power, map_ = flow.sink(block, 0, np.float32), flow.sink(block, 1)
    flow.top.run()
    np.testing.assert_array_equal(map_()[0].reshape(MAP), expected)
    # VOLK may fuse the multiplication and the addition: one rounding of float32.
    np.testing.assert_allclose(power()[0].reshape(MAP), np.abs(expected) ** 2, rtol=1e-6)

    found = isac.dsp.target_detector(WAVEFORM, **windows).detect(expected, sent, received)
    assert found.dtype.names == COLUMNS
    _, _, [(_, rows)] = sense(
        isac.sensor(WAVEFORM, filter=isac.radar_filter.MATCHED, **windows), sent, received)
    np.testing.assert_array_equal(rows, np.array(found.tolist(), np.float32))


@pytest.mark.parametrize("kind", isac.cfar_kind.__members__.values())
def test_dsp_cfar_on_arrays(kind):
    power = np.random.default_rng(1).exponential(size=(64, 30)).astype(np.float32)
    power[5, 7], power[60, 0] = 1e3, np.nan
    cfar = isac.dsp.cfar(64, 30, false_alarm_rate=1e-3, cfar=kind)
    thresholds = cfar.thresholds(power)
    assert thresholds.shape == power.shape
    assert 0.5 < np.median(thresholds) / np.log(1e3) < 2
    np.testing.assert_array_equal(cfar.detect(power), np.argwhere(power > thresholds))
    assert [5, 7] in cfar.detect(power).tolist()
    assert cfar.n_not_finite == 1
    assert cfar.noise(power, 5, 7) == pytest.approx(thresholds[5, 7] / cfar.alpha(7), rel=1e-5)
    with pytest.raises(ValueError, match="no cell in row 64"):
        cfar.noise(power, 64, 0)


@pytest.mark.parametrize("kind", isac.cfar_kind.__members__.values())
def test_every_kind_finds_the_cars(kind):
    """In the blocks: both cars at 36 dB and more, and the leakage, with any kind."""
    sent, received = frames(1)
    _, _, [(_, rows)] = sense(isac.sensor(WAVEFORM, cfar=kind), sent, received)
    assert len(rows) == 3
    assert isac.cfar_detector(WAVEFORM, cfar=kind, os_rank=0.5)


def test_the_map_has_the_metadata_of_the_received_frame():
    sent, received = frames(2)
    block = isac.sensor(WAVEFORM)
    _, tags, pdus = sense(block, sent, received,
                          tags=[frame_tag(GRID[0], 1, rx_time_s=2.5)],
                          sent_tags=[frame_tag(0, 0), frame_tag(GRID[0], 1)])
    assert [(t.offset, pmt.to_python(t.value)) for t in tags] == [
        (1, {"number": 1, "rx_time_s": 2.5})]
    assert [meta for meta, _ in pdus] == [{}, {"number": 1, "rx_time_s": 2.5}]


def test_every_map_gives_a_pdu_even_an_empty_one():
    silence = np.zeros((3 * GRID[0], GRID[1]), np.complex64)
    _, _, pdus = sense(isac.sensor(WAVEFORM), silence, silence)
    assert [rows.shape for _, rows in pdus] == [(0, len(COLUMNS))] * 3


def test_the_clutter_filter_leaves_the_movers():
    """The leakage goes, the cars stay; tags of the received rows pass."""
    sent, received = frames(2)
    flow = Flow()
    clutter, sensor = isac.clutter_filter(WAVEFORM), isac.sensor(WAVEFORM)
    flow.source(sent, clutter, 0, [frame_tag(0, 3)])
    flow.source(received, clutter, 1, [frame_tag(GRID[0], 4)])
    flow.source(sent, sensor, 0)
    flow.top.connect(clutter, (sensor, 1))
    moving = flow.sink(clutter)
    flow.sink(sensor, 0, np.float32)
    pdus = flow.messages(sensor, "detections")
    flow.top.run()

    rows, tags = moving()
    expected = isac.dsp.clutter_filter(WAVEFORM).filter(sent[:GRID[0]], received[:GRID[0]])
    np.testing.assert_array_equal(rows[:GRID[0]], expected)
    assert [(t.offset, pmt.to_python(t.value)) for t in tags] == [(GRID[0], {"number": 4})]
    for pdu in pdus():
        found = table(pdu)[1]
        assert len(found) == 2
        assert (np.abs(found[:, 1]) > 10).all()


@pytest.mark.parametrize("method", isac.clutter_method.__members__.values())
def test_every_clutter_method_takes_the_leakage(method):
    """The block is its DSP, frame after frame; a cell that is not finite is counted."""
    sent, received = frames(3)
    received[70, 3] = np.nan
    flow, options = Flow(), dict(method=method, leakage_range_m=5.0)
    block = isac.clutter_filter(WAVEFORM, **options)
    flow.source(sent, block, 0)
    flow.source(received, block, 1)
    moving = flow.sink(block)
    flow.top.run()

    dsp = isac.dsp.clutter_filter(WAVEFORM, **options)
    rows, expected = moving()[0].reshape(3, *GRID), []
    for i in range(3):
        part = slice(i * GRID[0], (i + 1) * GRID[0])
        expected.append(dsp.filter(sent[part], received[part]))
    np.testing.assert_array_equal(rows, expected)
    assert block.bad_cells == 1
    assert np.isfinite(rows).all()
    assert np.mean(np.abs(rows) ** 2) < 8  # 1e4 of leakage, 5 of the cars, 1 of noise
    assert block.kept(300, FAST_MPS) == dsp.kept(300, FAST_MPS) > 0.8


@pytest.mark.parametrize("make", [isac.sensor, isac.cfar_detector])
def test_a_bad_rate_changes_nothing(make):
    block = make(WAVEFORM)
    block.set_false_alarm_rate(1e-3)
    with pytest.raises(ValueError, match=r"false_alarm_rate = 2, but it must be in \(0, 1\)"):
        block.set_false_alarm_rate(2)
    with pytest.raises(ValueError, match="training = 0"):
        make(WAVEFORM, training=0)
    with pytest.raises(ValueError, match="max_targets = 0"):
        make(WAVEFORM, max_targets=0)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_cell_that_is_not_finite_costs_no_target(bad):
    """A broken cell far from the cars is taken as 0 and its map counted. A row that is broken
    does not reach the map, and targets are then measured without the grid."""
    sent, received = frames(3)
    maps = isac.dsp.range_doppler(WAVEFORM)
    grids = [maps.compute(*(x[i * GRID[0]:(i + 1) * GRID[0]] for x in (sent, received)))
             for i in range(3)]
    grids[1][50, 35] = bad
    flow, block = Flow(), isac.cfar_detector(WAVEFORM)
    flow.source(np.stack(grids).reshape(3, -1), block)
    pdus = flow.messages(block, "detections")
    flow.top.run()
    assert [len(table(pdu)[1]) for pdu in pdus()] == [3, 3, 3]
    assert block.not_finite == 1

    received[GRID[0] + 5] = bad
    block = isac.sensor(WAVEFORM)
    assert [len(rows) for _, rows in sense(block, sent, received)[2]] == [3, 3, 3]
    assert block.not_finite == 0


def test_a_map_too_low_for_the_window_is_refused():
    low = isac.waveform(n_symbols=16)
    with pytest.raises(ValueError, match="17, but it must be <= the 16 velocities"):
        isac.cfar_detector(low)
    isac.cfar_detector(low, training=5)


def test_the_rate_changes_what_is_detected():
    """At one false alarm per ten cells noise must fire, at 1e-9 it must not."""
    rng = np.random.default_rng(4)
    sent, _ = frames(2)
    noise = (rng.normal(0, 1, (*sent.shape, 2)) @ [1, 1j]).astype(np.complex64)
    counts = []
    for rate in (1e-2, 1e-9):
        block = isac.sensor(WAVEFORM)
        block.set_false_alarm_rate(rate)
        counts.append(sum(len(rows) for _, rows in sense(block, sent, noise)[2]))
    assert counts[0] > 10 and counts[1] == 0


# ------------------------------------------------------------------- frame_join


def numbered(numbers):
    """Rows whose cells hold the number of their frame, and their tags."""
    rows = np.concatenate([np.full(GRID, n, np.complex64) for n in numbers])
    return rows, [frame_tag(i * GRID[0], n) for i, n in enumerate(numbers)]


def join(sent, received, sent_tags=(), received_tags=()):
    flow, block = Flow(), isac.frame_join(WAVEFORM)
    flow.source(sent, block, 0, sent_tags)
    flow.source(received, block, 1, received_tags)
    outputs = flow.sink(block, 0), flow.sink(block, 1)
    flow.top.run()
    return block, [out() for out in outputs]


def numbers_of(output):
    rows, tags = output
    frames = rows.reshape(-1, *GRID)
    assert (frames == frames[:, :1, :1]).all()  # whole frames, none mixed
    return [int(f[0, 0].real) for f in frames], [
        (t.offset // GRID[0], pmt.to_python(t.value)["number"]) for t in tags]


@pytest.mark.parametrize("sent, received, met", [
    ([0, 1, 2, 3], [0, 1, 2, 3], [0, 1, 2, 3]),
    ([0, 1, 2, 3, 4], [1, 2, 4], [1, 2, 4]),
    ([2, 3, 7], [0, 1, 2, 5, 6, 7], [2, 7]),
    (list(range(100)), list(range(1, 100, 3)), list(range(1, 100, 3))),
    ([0, 1], [2, 3], [])])
def test_frames_meet_by_number(sent, received, met):
    block, outputs = join(*[numbered(n)[0] for n in (sent, received)],
                          *[numbered(n)[1] for n in (sent, received)])
    for output in outputs:
        assert numbers_of(output) == (met, list(enumerate(met)))
    assert block.paired == len(met)
    assert block.incomplete == 0
    # What is left when the partner's input has ended is not counted: nobody missed it.
    assert block.unpaired_sent <= len(sent) - len(met)
    assert block.unpaired_received <= len(received) - len(met)


def test_frames_without_numbers_pair_in_order():
    rows, _ = numbered([5, 6, 7])
    block, outputs = join(rows, rows[::-1].copy())
    assert [numbers_of(o)[0] for o in outputs] == [[5, 6, 7], [7, 6, 5]]
    assert block.paired == 3


def test_a_frame_cut_short_is_dropped_and_counted():
    rows, tags = numbered([0, 1, 2])
    half = GRID[0] // 2
    cut = np.delete(rows, np.s_[GRID[0] + half:2 * GRID[0]], axis=0)
    cut_tags = [frame_tag(0, 0), frame_tag(GRID[0], 1), frame_tag(GRID[0] + half, 2)]
    block, outputs = join(rows, cut, tags, cut_tags)
    for output in outputs:
        assert numbers_of(output)[0] == [0, 2]
    assert (block.paired, block.unpaired_sent, block.incomplete) == (2, 1, 1)


class Frames(gr.sync_block):
    """Empty frames with these numbers, after a pause."""

    def __init__(self, w, numbers, pause_s=0.0):
        gr.sync_block.__init__(
            self, name="frames", in_sig=None, out_sig=[(np.complex64, w.n_subcarriers)])
        self._w, self._numbers, self._pause_s = w, numbers, pause_s

    def work(self, input_items, output_items):
        time.sleep(self._pause_s)
        self._pause_s = 0
        sent = self.nitems_written(0)
        n = min(len(output_items[0]), len(self._numbers) * self._w.n_symbols - sent)
        output_items[0][:n] = 0
        for row in range(sent, sent + n):
            if row % self._w.n_symbols == 0:
                tag = frame_tag(row, self._numbers[row // self._w.n_symbols])
                self.add_item_tag(0, tag.offset, tag.key, tag.value)
        return n or -1


def test_a_lost_receiver_does_not_stop_the_transmitter():
    """Ten frames are sent, of which four fit, before the last of them is received."""
    w = isac.waveform(n_subcarriers=1000, n_symbols=1024)  # 8 MB a frame
    top, block = gr.top_block(), isac.frame_join(w)
    sent, received = Frames(w, range(10)), Frames(w, [9], pause_s=1.5)
    top.connect(sent, (block, 0))
    top.connect(received, (block, 1))
    for port in range(2):
        top.connect((block, port), blocks.null_sink(gr.sizeof_gr_complex * w.n_subcarriers))
    top.run()
    assert (block.paired, block.unpaired_sent) == (1, 9)

# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The block around the tracker: messages, metadata, time, log."""

import csv
import json

import numpy as np
import pmt
import pytest
from gnuradio import blocks, gr, isac
from gnuradio.isac.tables import make_table, read_table

WAVEFORM = isac.waveform()
FRAME_S = WAVEFORM.frame_duration_s
ROW = [100.0, 0.0, 20.0, 0.4, 0.11, 0.0]


def detections(rows, columns=None, **meta):
    if columns:
        meta["columns"] = columns
    flat = np.ravel(rows).tolist()
    return pmt.cons(pmt.to_pmt(meta) if meta else pmt.make_dict(),
                    pmt.init_f32vector(len(flat), flat))


@pytest.fixture
def make(monkeypatch):
    def tracker(**keywords):
        block = isac.target_tracker(WAVEFORM, **keywords)
        block.published = []
        monkeypatch.setattr(block, "message_port_pub",
                            lambda port, message: block.published.append(read_table(message)))
        return block
    return tracker


def test_every_frame_gives_a_table_with_its_metadata(make):
    block = make()
    for i in range(4):
        block._on_detections(detections([ROW], number=i, cfo_hz=3.0))
    block._on_detections(detections([], number=4))
    assert [(m["number"], len(t["id"])) for m, t in block.published] == [
        (0, 0), (1, 0), (2, 1), (3, 1), (4, 1)]
    meta, track = block.published[-1]
    assert meta["columns"] == ("id range_m velocity_mps angle_rad snr_db range_std_m "
                               "velocity_std_mps angle_std_rad missed")
    assert (track["id"], track["snr_db"], track["missed"]) == (1, 20, 1)
    assert abs(track["range_m"][0] - 100) < 0.1 and np.isnan(track["angle_rad"][0])
    assert block.published[2][0]["cfo_hz"] == 3.0
    assert block.tracks["id"].tolist() == [1]


def test_columns_are_found_by_their_names(make):
    """In another order, with an angle and one that nobody knows."""
    block = make()
    names = "angle_rad velocity_mps range_m velocity_std_mps range_std_m angle_std_rad color"
    for i in range(4):
        block._on_detections(detections([[0.3, 5, 80 - 5 * FRAME_S * i, 0.1, 0.4, 0.01, 7]], names,
                                        number=i))
    track = block.tracks[0]
    assert abs(track["angle_rad"] - 0.3) < 0.05 and abs(track["velocity_mps"] - 5) < 0.3
    assert 0 < track["angle_std_rad"] < 0.01


def test_rubbish_is_dropped_and_counted(make):
    block = make()
    for message in (pmt.PMT_NIL, pmt.intern("hello"), detections([1.0, 2.0]),
                    pmt.cons(pmt.make_dict(), pmt.init_u8vector(6, [0] * 6)),
                    pmt.cons(pmt.intern("x"), pmt.init_f32vector(0, [])),
                    detections([ROW], "range_m a b c d e"), detections([ROW], " "),
                    detections([ROW], rx_time_s=float("nan")), detections([ROW], number="three")):
        block._on_detections(message)
    assert block.malformed == 9 and block.published == []


def test_rows_that_are_not_finite_are_left_out(make):
    block = make()
    for i in range(3):
        block._on_detections(detections([ROW, [np.nan, *ROW[1:]], [50, 0, 20, np.inf, 0.1, 0]],
                                        number=i))
    assert block.bad_rows == 6 and block.tracks["range_m"].round().tolist() == [100]


def test_a_flood_of_detections_is_survived(make):
    """3000 rows a frame, the target among the strongest 256, its covariance an impossible one."""
    block, rng = make(), np.random.default_rng(1)
    for i in range(5):
        flood = rng.uniform([0, -360, 0, 1, 1, 0], [350, 360, 10, 1, 1, 0], (3000, 6))
        block._on_detections(detections([*flood, [*ROW[:5], 1e9]], number=i))
    nearest = np.abs(block.tracks["range_m"] - 100) + np.abs(block.tracks["velocity_mps"])
    assert nearest.min() < 1


def test_absurd_numbers_do_no_harm(make):
    block = make()
    for i in range(6):
        rows = [[1e38, -1e38, 1e38, 1e30, 1e30, -1e38], [0] * 6,
                [-1e38, 1e38, -1e38, 1e-30, 1e-30, 1e38], ROW]
        block._on_detections(detections(rows, number=i * (1 if i < 4 else 10**9)))
    assert len(block.published) == 6
    assert all(np.isfinite(t["range_m"]).all() for _, t in block.published)


@pytest.mark.parametrize("meta", [
    lambda i: {"rx_time_s": 5 + i * FRAME_S}, lambda i: {"number": i}, lambda i: {}])
def test_time_is_that_of_the_frame(make, meta):
    """A target that passes 1 m in a frame: only the right time predicts it into its gate."""
    block = make()
    for i in range(10):
        block._on_detections(detections([[200 - i, 1 / FRAME_S, *ROW[2:]]], **meta(i)))
    assert block.tracks["id"].tolist() == [1] and block.tracks["missed"].tolist() == [0]


def test_a_late_frame_is_dropped_and_a_new_run_begins_anew(make):
    block = make()
    for number in (20, 21, 22, 21, 23, 0, 1, 2):
        block._on_detections(detections([ROW], number=number))
    assert (block.late, block.restarts, len(block.published)) == (1, 1, 7)
    assert block.tracks["id"].tolist() == [2]


def test_the_log_holds_what_was_published(make, tmp_path):
    for path in (tmp_path / "tracks.csv", tmp_path / "tracks.jsonl"):
        path.write_text("of an earlier run")
        block = make(log=str(path))
        block.start()
        for i in range(4):
            block._on_detections(detections([ROW[:2] + [np.inf] + ROW[3:]], number=i))
        block.stop()
        block.start()  # as a flowgraph that is changed does
        block._on_detections(detections([ROW], number=4))
        text = path.read_text()  # while it runs
        block.stop()
        assert path.read_text() == text
        if path.suffix == ".csv":
            rows = [{k: float(v) if v else None for k, v in row.items()}
                    for row in csv.DictReader(text.splitlines())]
        else:
            rows = [json.loads(line) for line in text.splitlines()]
        assert [row["number"] for row in rows] == [2, 3, 4]
        for row, (_, table) in zip(rows, block.published[2:], strict=True):
            assert row["time_s"] == pytest.approx(row["number"] * FRAME_S)
            assert row["id"] == 1 and row["angle_rad"] is None
            assert row["snr_db"] == (20 if row["number"] == 4 else None)  # JSON has no infinity
            assert row["range_m"] == pytest.approx(table["range_m"][0], rel=1e-6)  # float32


def test_a_log_that_cannot_be_is_refused_and_a_full_disk_is_survived(make, tmp_path):
    with pytest.raises(ValueError, match=r"log = 'x.txt', but it must end in .csv or .jsonl"):
        make(log="x.txt")
    with pytest.raises(ValueError, match="but there is no folder"):
        make(log=str(tmp_path / "none" / "x.csv"))
    (tmp_path / "full.jsonl").symlink_to("/dev/full")
    block = make(log=str(tmp_path / "full.jsonl"))
    block.start()
    for i in range(5):
        block._on_detections(detections([ROW], number=i))
    block.stop()
    assert block.unlogged > 0 and len(block.published) == 5


def tracks_behind(sensor, w, sent, received, log=""):
    """The tables that a tracker sends behind a sensor with these grid rows."""
    top, tracker = gr.top_block(), isac.target_tracker(w, log=log)
    for port, rows in enumerate((sent, *received)):
        top.connect(blocks.vector_source_c(rows.ravel().tolist(), False, w.n_subcarriers),
                    (sensor, port))
    top.connect(sensor, blocks.null_sink(sensor.output_signature().sizeof_stream_item(0)))
    store = blocks.message_debug(False)
    top.msg_connect(sensor, "detections", tracker, "detections")
    top.msg_connect(tracker, "tracks", store, "store")
    top.run()
    return [read_table(store.get_message(i))[1] for i in range(store.num_messages())]


@pytest.mark.parametrize("n_antennas", [1, 4])
def test_it_runs_behind_a_sensor(n_antennas, tmp_path):
    """A standing target in six frames of noise, from grid rows to an id; with antennas half a
    wavelength apart also its angle. 45 dB in the map: errors are far below the tolerances."""
    w, angle = isac.waveform(fft_len=256, n_subcarriers=128, n_symbols=64), 0.3
    rng = np.random.default_rng(1)
    sent = rng.choice([1, -1, 1j, -1j], (6 * w.n_symbols, w.n_subcarriers))
    sent[:, w.n_subcarriers // 2] = 0
    delay = np.exp(-2j * np.pi * np.arange(w.n_subcarriers) * 200 * 2 / 299792458.0
                   * w.subcarrier_spacing_hz)
    received = [sent * delay * np.exp(1j * np.pi * i * np.sin(angle))
                + rng.normal(0, 0.5, (*sent.shape, 2)) @ [1, 1j] for i in range(n_antennas)]
    sensor = isac.sensor(w) if n_antennas == 1 else isac.angle_estimator(w)
    tables = tracks_behind(sensor, w, sent, received, str(tmp_path / "tracks.jsonl"))
    assert [len(t["id"]) for t in tables] == [0, 0, 1, 1, 1, 1]
    assert len((tmp_path / "tracks.jsonl").read_text().splitlines()) == 4
    assert abs(tables[-1]["range_m"][0] - 200) < 1
    if n_antennas == 1:
        assert np.isnan(tables[-1]["angle_rad"][0])
    else:
        assert abs(tables[-1]["angle_rad"][0] - angle) < 0.01
        assert 0 < tables[-1]["angle_std_rad"][0] < 0.01


def test_a_table_survives_the_way_through_a_pdu():
    meta, columns = read_table(make_table(pmt.PMT_NIL, {"a": np.array([1, 2]), "b": np.ones(2)}))
    assert meta == {"columns": "a b"} and columns["a"].tolist() == [1, 2]
    meta, columns = read_table(make_table(pmt.make_dict(), {"a": np.zeros(0)}))
    assert columns["a"].tolist() == []

# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later

import math
import time
from dataclasses import dataclass

import numpy as np

from . import isac_python as _isac
from . import scoring
from .config import load_scene, load_waveform

N_TRAILING = 2  # idle frames after the last one that counts: they push it through the receiver


def _with_precoding(waveform, precoding):
    """Chips need fewer pilots than cells: they show the phase alone, not the channel."""
    changed = load_waveform(waveform, precoding=precoding)
    if changed.precoding == waveform.precoding:
        return changed
    spacing = 32 if changed.precoding == _isac.precoding.DFT else 6
    return load_waveform(changed, pilot_spacing=spacing)


@dataclass(frozen=True)
class experiment_result:
    """What an experiment found, and what was true.

    Attributes:
        payload: bytes as received; zeros where a frame is missing.
        intact: all of the payload arrived and equals what was sent.
        counts: dictionary of what the link did; `experiment.run` says of what.
        detections: table with the columns of scoring.DETECTION, one row a detection.
        truth: table with the columns of scoring.TRUTH, one row a target and frame.
        targets: table with the columns of scoring.TARGET, one row a true target.
        tracks: table with the columns of tracking.TRACK, the tracks after the last frame.
        false_alarms: detections that neither a target nor the leakage explains.
        n_maps: frames that were measured.
        limit_db: SNR in the map from which on a target must be found.
        map: [n_symbols, n_range_bins], velocity by range: mean power in dB over the noise.
        range_axis_m: of the columns of the map.
        velocity_axis_mps: of its rows, ascending.
        constellation: complex64, some of the equalised data symbols.
        elapsed_s: that the flowgraph took.
    """

    payload: bytes
    intact: bool
    counts: dict
    detections: np.ndarray
    truth: np.ndarray
    targets: np.ndarray
    tracks: np.ndarray
    false_alarms: int
    n_maps: int
    limit_db: float
    map: np.ndarray
    range_axis_m: np.ndarray
    velocity_axis_mps: np.ndarray
    constellation: np.ndarray
    elapsed_s: float

    @property
    def success(self):
        """Intact, and every target above the detection limit was found."""
        return self.intact and bool(np.all(self.targets["found"][self.targets["above_limit"]]))


class experiment:
    """Sends a payload through a scene and measures the scene with the same frames.

        result = isac.experiment("lab", "street", b"hello").run()

    Args:
        waveform: preset name, .yml file, dictionary or isac.waveform
        scene: preset name, .yml file, dictionary or isac.scene
        payload: bytes to send
        seed: of the noise; the same seed repeats the run
        snr_db: of one cell at the far receiver, instead of the scene's
        precoding, modulation, coding: instead of the waveform's; enumerator or its name.
            Another precoding brings its own pilot_spacing, 6 cells or 32 chips
        n_frames_min: frames to send at least, for the sake of the measurement

    Raises:
        ValueError: one line with the name, the value and the rule.
    """

    def __init__(self, waveform="lab", scene="street", payload=b"", seed=0, snr_db=None,
                 precoding=None, modulation=None, coding=None, n_frames_min=10):
        self.waveform = _with_precoding(
            load_waveform(waveform, modulation=modulation, coding=coding), precoding)
        self.scene = load_scene(scene, link_snr_db=snr_db)
        self.scene.check(self.waveform)
        if not isinstance(payload, (bytes, bytearray, memoryview)):
            raise ValueError(f"experiment: payload is a {type(payload).__name__}, but it must be "
                             f"bytes")
        for name, value, low, high in (("seed", seed, 0, 2**30 - 1),
                                       ("n_frames_min", n_frames_min, 1, 10**6)):
            if not isinstance(value, int) or not low <= value <= high:
                raise ValueError(f"experiment: {name} = {value!r}, but it must be a whole number "
                                 f"in [{low}, {high}]")
        self.payload, self.seed = bytes(payload), seed
        self.n_payload_frames = -(-len(payload) // self.waveform.payload_len)
        self.n_frames = max(self.n_payload_frames, n_frames_min)

    def flowgraph(self, sample_rate_hz=0):
        """The flowgraph, ready to start; more blocks may be connected to it before."""
        from .simulation import simulation

        return simulation(self.waveform, self.scene, self.payload, self.n_frames + N_TRAILING,
                          self.seed, sample_rate_hz)

    def run(self, progress=None, flowgraph=None):
        """Runs the flowgraph to its end.

        Args:
            progress: called now and then with the fraction done, frames per second and
                seconds left; what it raises stops the flowgraph.
            flowgraph: one made by flowgraph() before.

        Returns:
            experiment_result. Its counts: frames_sent, frames_received (CRC correct),
            frames_lost (never found), crc_errors, bler, ber (before decoding, over the
            frames received), evm_db (against the nearest symbol), snr_db, cfo_hz,
            air_time_s, payload_bytes, throughput_bps (payload received over air time).
        """
        flowgraph = flowgraph or self.flowgraph()
        began = time.monotonic()

        def tick():
            done, elapsed = len(flowgraph.frames.items), time.monotonic() - began
            if progress and done:
                rate = done / elapsed
                progress(min(1.0, done / self.n_frames), rate,
                         max(0, self.n_frames - done) / rate)

        flowgraph.run_to_end(tick)
        return self._result(flowgraph, time.monotonic() - began)

    def _result(self, flowgraph, elapsed_s):
        truth = _truth(flowgraph.truth, len(self.scene.targets))
        detections = _detections(flowgraph.radar, truth)
        heard = truth[np.isfinite(truth["snr_db"])]  # a target out of reach is silent
        scoring.pair(detections, heard, self.waveform)
        gain_db = _gain_db(self.waveform) - _filter_loss_db(self.waveform, heard)
        limit_db = _detection_limit_db(self.waveform)
        link = flowgraph.link
        payload = bytes(link.payload)
        return experiment_result(
            payload=payload,
            intact=len(link.numbers) == self.n_payload_frames and payload == self.payload,
            counts=self._counts(flowgraph),
            detections=detections,
            truth=truth,
            targets=scoring.summarize(detections, heard, self.waveform, gain_db, limit_db),
            tracks=flowgraph.tracker.tracks,
            false_alarms=scoring.false_alarms(detections, truth),
            n_maps=flowgraph.maps.count,
            limit_db=limit_db,
            map=_map_db(flowgraph.maps, self.waveform),
            range_axis_m=np.arange(self.waveform.n_range_bins) * self.waveform.range_bin_m,
            velocity_axis_mps=(np.arange(self.waveform.n_symbols) - self.waveform.n_symbols // 2)
            * self.waveform.velocity_bin_mps,
            constellation=flowgraph.cells.cells,
            elapsed_s=elapsed_s)

    def _counts(self, flowgraph):
        """What became of the frames that count, the trailing ones left out."""
        frames = {meta["number"]: meta for meta, _ in flowgraph.frames.items
                  if meta.get("number", self.n_frames) < self.n_frames}
        good = [meta for meta in frames.values() if meta["crc_ok"]]
        crc_errors, lost = len(frames) - len(good), self.n_frames - len(frames)
        air_time_s = self.n_frames * self.waveform.frame_duration_s
        arrived = sum(min(self.waveform.payload_len,
                          len(self.payload) - number * self.waveform.payload_len)
                      for number in flowgraph.link.numbers)

        def mean(key):
            values = [meta[key] for meta in frames.values() if key in meta]
            return float(np.mean(values)) if values else math.nan

        coded_bits = sum(meta["coded_bits"] for meta in good)
        return {
            "frames_sent": self.n_frames, "frames_received": len(good), "frames_lost": lost,
            "crc_errors": crc_errors, "bler": (lost + crc_errors) / self.n_frames,
            "ber": sum(meta["bit_errors"] for meta in good) / coded_bits if good else math.nan,
            "evm_db": _evm_db(flowgraph.cells.cells, self.waveform.bits_per_symbol),
            "snr_db": mean("snr_db"), "cfo_hz": mean("cfo_hz"), "air_time_s": air_time_s,
            "payload_bytes": len(self.payload), "throughput_bps": 8 * arrived / air_time_s}


def _detections(collector, truth):
    time_of = dict(zip(truth["frame"], truth["time_s"], strict=True))
    rows = [(meta["number"], time_of.get(meta["number"], math.nan), *row, scoring.NO_TARGET)
            for meta, table in collector.items for row in table]
    return np.array(rows, scoring.DETECTION)


def _truth(collector, n_targets):
    rows = []
    for meta, table in collector.items:
        for i, row in enumerate(table):
            is_leakage = meta.get("leakage", False) and i == len(table) - 1
            target = scoring.LEAKAGE if is_leakage else i if i < n_targets else scoring.BODY
            rows.append((meta["number"], meta["time_s"], target, *row))
    return np.array(rows, scoring.TRUTH)


def _map_db(maps, waveform):
    mean = np.maximum(maps.sum / max(1, maps.count), np.finfo(np.float32).tiny)
    map_db = 10 * np.log10(mean.reshape(waveform.n_symbols, -1))
    return map_db - np.median(map_db)


def _evm_db(cells, bits_per_symbol):
    """Error against the nearest symbol of a unit-power constellation."""
    if not len(cells):
        return math.nan
    if bits_per_symbol == 1:
        nearest = np.sign(cells.real)
    else:
        levels = 2 ** (bits_per_symbol // 2)
        step = math.sqrt(6 / (levels**2 - 1))  # between neighbours at unit mean power

        def slice_axis(x):
            return (np.clip(np.floor(x / step), -levels // 2, levels // 2 - 1) + 0.5) * step

        nearest = slice_axis(cells.real) + 1j * slice_axis(cells.imag)
    return float(10 * np.log10(np.mean(np.abs(cells - nearest) ** 2)))


def _gain_db(waveform):
    """From the SNR of a cell of the grid to that in the map: cells less window losses."""
    gain = waveform.n_symbols * (waveform.n_subcarriers - 1)
    for n in (waveform.n_symbols, waveform.n_subcarriers):
        window = np.hamming(n)  # the default of the sensor, on both axes
        gain *= window.sum() ** 2 / (n * np.sum(window**2))
    return 10 * math.log10(gain)


def _filter_loss_db(waveform, truth):
    frames = max(1, len(np.unique(truth["frame"])))
    echo_snr = np.sum(10 ** (truth["snr_db"] / 10)) / frames  # of all echoes together
    return scoring.filter_loss_db(waveform, 10 * math.log10(max(echo_snr, 1e-10)))


def _detection_limit_db(waveform):
    """Of the default sensor: false alarm rate 1e-6, 248 training cells that a Hamming window
    makes worth 76 independent ones, and its loss half-way between two bins."""
    n = waveform.n_subcarriers
    window = np.hamming(n)
    between = np.abs(np.sum(window * np.exp(1j * np.pi * np.arange(n) / n))) / window.sum()
    return scoring.detection_limit_db(1e-6, 76, -20 * math.log10(between))

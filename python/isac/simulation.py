# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The flowgraph behind isac.experiment: one transmitter, a far receiver and a radar."""

import threading

import numpy as np
import pmt
from gnuradio import blocks, gr

from . import isac_python as isac
from .target_tracker import target_tracker

MAX_CELLS = 60000  # kept for constellation and EVM


class simulation(gr.top_block):
    """Transmitter to far receiver, and the echoes of the same frames to a sensor.

    What comes out is collected in the attributes `link`, `radar`, `truth`, `maps` and
    `cells`. The blocks are attributes too, for whoever wants to look at more of them.

    Args:
        waveform, scene: as everywhere
        payload: bytes to send
        n_frames: frames to send, filled up with idle ones
        seed: of the noise on both ways
        sample_rate_hz: slows the flowgraph down for watching; 0 runs as fast as it can
    """

    def __init__(self, waveform, scene, payload, n_frames, seed=0, sample_rate_hz=0):
        gr.top_block.__init__(self, "simulation", catch_exceptions=True)
        self.transmitter = isac.transmitter(waveform, payload, n_frames=n_frames)
        self.link_channel = isac.scene_channel(
            waveform, scene, isac.channel_view.LINK, seed=2 * seed)
        self.echo_channel = isac.scene_channel(
            waveform, scene, isac.channel_view.ECHO, seed=2 * seed + 1)
        self.receiver = isac.receiver(waveform)
        self.sensor = isac.sensor(waveform)
        self.tracker = target_tracker(waveform)

        sent = self.transmitter
        if sample_rate_hz:
            sent = blocks.throttle(gr.sizeof_gr_complex, sample_rate_hz)
            self.connect(self.transmitter, sent)
        self.connect(sent, self.link_channel, self.receiver)
        self.connect(sent, self.echo_channel, isac.preamble_remover(waveform),
                     isac.ofdm_demodulator(waveform), (self.sensor, 1))
        self.connect((self.transmitter, 1), self.sensor)

        self.maps = _map_sum(waveform.map_len)
        self.cells = _cell_sampler(waveform.n_data, n_frames * waveform.n_symbols)
        self.connect(self.sensor, self.maps)
        self.connect(self.receiver, blocks.null_sink(
            gr.sizeof_gr_complex * waveform.n_subcarriers))  # an output before one in use
        self.connect((self.receiver, 1), self.cells)
        # A message block ends with the first block that feeds it: hence one for each port.
        self.link = _payload_collector(len(payload), waveform.payload_len)
        self.frames = _table_collector()
        self.radar = _table_collector(n_columns=6)
        self.truth = _table_collector(n_columns=4)
        self.msg_connect(self.receiver, "pdus", self.link, "pdus")
        self.msg_connect(self.receiver, "frames", self.frames, "pdus")
        self.msg_connect(self.sensor, "detections", self.radar, "pdus")
        self.msg_connect(self.sensor, "detections", self.tracker, "detections")
        self.msg_connect(self.echo_channel, "truth", self.truth, "pdus")

    def run_to_end(self, tick=None, period_s=0.1):
        """Runs until all frames are through; calls tick() now and then.

        An exception in tick(), or Ctrl-C, stops the flowgraph and goes on upwards.
        """
        ended = threading.Thread(target=self.wait, daemon=True)
        self.start()
        ended.start()
        try:
            while ended.is_alive():
                ended.join(period_s)
                if tick:
                    tick()
        except BaseException:
            # The interpreter must not end while a block still runs Python: that aborts the
            # process. Nobody needs what is waiting any more, so the wait is short.
            for collector in (self.link, self.frames, self.radar, self.truth):
                collector.discard = True
            self.stop()
            ended.join(30)  # seconds; a second Ctrl-C does not wait for them
            raise


class _collector(gr.basic_block):
    """Receives PDUs; subclasses keep of them what they need, in _take(). None with `discard`."""

    def __init__(self):
        gr.basic_block.__init__(self, name=type(self).__name__, in_sig=None, out_sig=None)
        self.discard = False
        self.message_port_register_in(pmt.intern("pdus"))
        self.set_msg_handler(pmt.intern("pdus"), self._on_pdu)

    def _on_pdu(self, pdu):
        if not self.discard:
            self._take(pdu)


class _payload_collector(_collector):
    """Puts every payload where its frame number says."""

    def __init__(self, n_bytes, payload_len):
        _collector.__init__(self)
        self.payload, self.numbers = bytearray(n_bytes), set()
        self._payload_len = payload_len

    def _take(self, pdu):
        number = pmt.to_uint64(pmt.dict_ref(pmt.car(pdu), pmt.intern("number"), pmt.PMT_NIL))
        start = number * self._payload_len
        if start < len(self.payload):  # the others are idle
            piece = bytes(pmt.u8vector_elements(pmt.cdr(pdu)))
            self.payload[start:start + len(piece)] = piece
            self.numbers.add(number)


class _table_collector(_collector):
    """Keeps (metadata, table) of every PDU; no table where there are no columns."""

    def __init__(self, n_columns=0):
        _collector.__init__(self)
        self.items, self._n_columns = [], n_columns

    def _take(self, pdu):
        if not self._n_columns:
            self.items.append((pmt.to_python(pmt.car(pdu) if pmt.is_pair(pdu) else pdu), None))
            return
        table = np.array(pmt.f32vector_elements(pmt.cdr(pdu)), float)
        self.items.append((pmt.to_python(pmt.car(pdu)), table.reshape(-1, self._n_columns)))


class _map_sum(gr.sync_block):
    def __init__(self, map_len):
        gr.sync_block.__init__(self, "map_sum", [(np.float32, map_len)], None)
        self.sum, self.count = np.zeros(map_len), 0

    def work(self, input_items, output_items):
        self.sum += input_items[0].sum(axis=0, dtype=float)
        self.count += len(input_items[0])
        return len(input_items[0])


class _cell_sampler(gr.sync_block):
    """Keeps equalised rows at even distances, so that every part of the run is seen."""

    def __init__(self, n_data, n_rows):
        gr.sync_block.__init__(self, "cell_sampler", [(np.complex64, n_data)], None)
        self._stride = max(1, -(-n_rows * n_data // MAX_CELLS))
        self._rows, self._seen = [], 0

    def work(self, input_items, output_items):
        rows = input_items[0]
        self._rows.append(rows[-self._seen % self._stride::self._stride].copy())
        self._seen += len(rows)
        return len(rows)

    @property
    def cells(self):
        return np.concatenate([rows.ravel() for rows in self._rows] or [np.zeros(0, np.complex64)])

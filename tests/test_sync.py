# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Frames on a stream that is not kind: gaps, bursts, offsets, impairments, rubbish."""

import sys
import time
from pathlib import Path

import numpy as np
import pytest
from gnuradio import blocks, gr, isac
from streams import SMALL, noise, receive, shift, transmit

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))
import sync  # noqa: E402
from soak import soak  # noqa: E402

W = isac.waveform(**SMALL)
CLEAN = 1e-3  # noise power, 27 dB below a cell: far above what QPSK 1/2 needs


def decoded(samples, payloads, w=W, noise_power=CLEAN, seed=3):
    """Numbers of the frames that came out, each with its own payload."""
    pdus, _, _ = receive(w, samples + noise(len(samples), noise_power, seed))
    for number, payload in pdus.items():
        assert payload == payloads[number]
    return sorted(pdus)


def resample(samples, ppm):
    """As a receiver sees it that samples `ppm` slower: band-limited interpolation."""
    n = len(samples)
    at = np.arange(int(n / (1 + 1e-6 * ppm)) - 32) * (1 + 1e-6 * ppm)
    base = np.floor(at).astype(int)
    u = at - base
    taps = np.arange(-15, 17)
    padded = np.concatenate([np.zeros(15), samples, np.zeros(17)])
    out = np.zeros(len(at), complex)
    for t in taps:
        d = u - t
        out += padded[base + t + 15] * np.sinc(d) * np.cos(np.pi * d / 33) ** 2
    return out


@pytest.mark.parametrize("gap", [0, 1, 100, 500, 700, 900, 1200, 1500, 1800, 3000, 20000])
def test_a_frame_is_found_at_any_distance_from_the_one_before(gap):
    samples, payloads = transmit(W, 4)
    parts = np.split(samples, 4)
    stream = np.concatenate([np.concatenate([p, np.zeros(gap)]) for p in parts])
    assert decoded(stream, payloads) == [0, 1, 2, 3]


def test_the_last_frame_needs_no_padding():
    """All samples of the frame are there, so its payload comes out."""
    samples, payloads = transmit(W, 3)
    assert decoded(samples, payloads) == [0, 1, 2]


@pytest.mark.parametrize("w", [W, isac.waveform(**{**SMALL, "n_symbols": 4})])
def test_a_payload_waits_for_at_most_four_frames(w):
    """A source that never ends and has nothing more to send: the PDUs must come all the same."""
    samples, payloads = transmit(w, 5)
    stream = (samples + noise(len(samples), CLEAN)).astype(np.complex64)
    top, store = gr.top_block(), blocks.message_debug(False)
    source = QuietSource(stream)
    receiver = isac.receiver(w)
    top.connect(source, receiver)
    top.msg_connect(receiver, "pdus", store, "store")
    top.start()
    until = time.monotonic() + 10
    while store.num_messages() < len(payloads) - 4 and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(0.2)
    n = store.num_messages()
    source.stop_sending()
    top.stop()
    top.wait()
    assert n >= len(payloads) - 4
    assert n == len(payloads)  # what it does: none at all


class QuietSource(gr.sync_block):
    """Some samples, then a radio that is silent but not switched off."""

    def __init__(self, samples):
        gr.sync_block.__init__(self, "quiet_source", None, [np.complex64])
        self.samples, self.at, self.is_over = samples, 0, False

    def stop_sending(self):
        self.is_over = True

    def work(self, input_items, output_items):
        if self.at == len(self.samples):
            if self.is_over:
                return -1
            time.sleep(0.02)
            return 0
        n = min(len(output_items[0]), len(self.samples) - self.at, 4096)
        output_items[0][:n] = self.samples[self.at:self.at + n]
        self.at += n
        return n


@pytest.mark.parametrize("cfo", [-4.6, -2.0, 0.0, 1.0, 4.6])
def test_frames_one_behind_the_other_at_any_offset(cfo):
    samples, payloads = transmit(W, 4)
    assert decoded(shift(samples, cfo, W.fft_len), payloads) == [0, 1, 2, 3]


def test_the_offset_may_step_between_frames():
    samples, payloads = transmit(W, 5)
    parts = [shift(p, cfo, W.fft_len)
             for p, cfo in zip(np.split(samples, 5), (0, 3.7, -4.2, 0.6, 1.1), strict=True)]
    assert decoded(np.concatenate(parts), payloads) == [0, 1, 2, 3, 4]


def test_the_level_may_step_by_60_db():
    """The noise is 30 dB below the weakest frame; automatic gain is somebody else's."""
    samples, payloads = transmit(W, 6)
    parts = [p * level for p, level in
             zip(np.split(samples, 6), (1, 1e-3, 1, 1e-3, 1e-3, 1), strict=True)]
    assert decoded(np.concatenate(parts), payloads, noise_power=1e-9) == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("place", [0.02, 0.3, 0.6, 0.95, 0.999])
@pytest.mark.parametrize("lost", [1, 40, 700, 3000])
def test_a_gap_costs_only_the_frames_it_hits(place, lost):
    samples, payloads = transmit(W, 6)
    at = int((2 + place) * W.frame_len)
    stream = np.delete(samples, slice(at, at + lost))
    hit = set(range(at // W.frame_len, (at + lost - 1) // W.frame_len + 1))
    assert set(decoded(stream, payloads)) >= set(range(6)) - hit


def test_an_insertion_costs_one_frame():
    samples, payloads = transmit(W, 5)
    at = int(2.4 * W.frame_len)
    stream = np.insert(samples, at, np.zeros(1234))
    assert set(decoded(stream, payloads)) >= {0, 1, 3, 4}


@pytest.mark.parametrize("cfo", [0.0, 0.5, -3.3])
def test_an_offset_of_the_receiver_is_removed(cfo):
    """-10 dB below the signal: a constant repeats every half symbol, too."""
    samples, payloads = transmit(W, 6)
    power = np.mean(np.abs(samples) ** 2)
    silence = np.zeros(7000)
    stream = np.concatenate([silence, shift(samples, cfo, W.fft_len), silence])
    assert decoded(stream + np.sqrt(0.1 * power), payloads) == [0, 1, 2, 3, 4, 5]


def test_iq_imbalance_is_borne():
    """1 dB and 5 degrees put an image 23 dB below the signal: QPSK does not mind."""
    samples, payloads = transmit(W, 4)
    x = shift(samples, 2.4, W.fft_len)
    gain, angle = 10 ** (1 / 20), np.deg2rad(5)
    stream = x.real + 1j * gain * (x.imag * np.cos(angle) + x.real * np.sin(angle))
    assert decoded(stream, payloads) == [0, 1, 2, 3]


@pytest.mark.parametrize("ppm", [-40, 40])
def test_the_sampling_offset_is_followed(ppm):
    """A frame of 32000 samples slips by 1.3; 12 of them by half a prefix.

    The estimate is the slope over the frames so far, whose arrivals have a deviation below
    0.05 samples each at this SNR: over one frame 0.05 sqrt(2) / 32000 = 2.2 ppm.
    """
    w = isac.waveform(**{**SMALL, "n_symbols": 110})
    samples, payloads = transmit(w, 12)
    stream = resample(np.concatenate([np.zeros(500), samples, np.zeros(500)]), ppm)
    stream = stream + noise(len(stream), CLEAN)
    pdus, frames, _ = receive(w, stream)
    assert sorted(pdus) == list(range(12))
    found = [f["sfo_ppm"] for f in sorted(frames, key=lambda f: f["number"])]
    assert found[0] == 0
    assert abs(found[1] + ppm) < 5 * 2.2
    assert abs(found[-1] + ppm) < 5 * 2.2 / 11


def test_rubbish_between_frames_does_no_harm():
    """NaN, infinity, huge numbers, a tone, silence; each before a frame that must come."""
    samples, payloads = transmit(W, 6)
    n = 3 * W.symbol_len
    rubbish = [np.full(n, np.nan), np.full(n, np.inf), np.full(n, 1e30), np.zeros(n),
               np.exp(2j * np.pi * 0.0391 * np.arange(n)), np.ones(n)]
    stream = np.concatenate([x for pair in zip(rubbish, np.split(samples, 6), strict=True)
                             for x in pair])
    assert decoded(stream, payloads) == [0, 1, 2, 3, 4, 5]


def test_a_frame_with_bad_samples_does_not_take_others_along():
    samples, payloads = transmit(W, 4)
    at = int(1.5 * W.frame_len)
    samples[at:at + 10] = np.nan
    samples[at + 20] = np.inf
    assert set(decoded(samples, payloads)) >= {0, 2, 3}


def test_a_clipped_frame_does_not_take_others_along():
    samples, payloads = transmit(W, 4)
    samples[W.frame_len:2 * W.frame_len] *= 100
    stream = np.clip(samples.real, -1.5, 1.5) + 1j * np.clip(samples.imag, -1.5, 1.5)
    assert set(decoded(stream, payloads)) >= {0, 2, 3}


def test_a_frame_that_was_hit_ends_in_zeros():
    """frame_sync emits whole frames, whatever happens: rows behind it stay aligned."""
    samples, _ = transmit(W, 4)
    at = int(1.3 * W.frame_len)
    stream = np.delete(samples, slice(at, at + 3000))
    top, sink = gr.top_block(), blocks.vector_sink_c()
    source = blocks.vector_source_c((stream + noise(len(stream), CLEAN)).tolist())
    top.connect(source, isac.frame_sync(W), sink)
    top.run()
    assert [t.offset for t in sink.tags()] == [i * W.body_len for i in range(len(sink.tags()))]
    assert len(sink.data()) == len(sink.tags()) * W.body_len


def test_noise_holds_no_frame():
    pdus, frames, _ = receive(W, noise(250_000, 1.0))
    assert not pdus and not frames


def test_a_torn_stream_loses_only_what_the_gaps_hit():
    """bench/soak.py in small: two thousand frames with gaps, steps of offset and level."""
    numbers = soak(2000)
    assert numbers["hit"] > 50
    assert numbers["lost_numbers"] == []


def test_noise_makes_no_first_path():
    """At 0 dB all arrivals are those of a Gaussian with at most 1.5 times the variance of the
    bound: none of 2000 is beyond 5.5 deviations. A path that noise makes is tens of samples off."""
    w = isac.waveform(**{**SMALL, "n_symbols": 4})
    source, late = sync.Source(w, 1), []
    while len(late) < 2000:
        samples, truth = source.stream(50, sync.sync_power(w))
        late += list(sync.match(isac.dsp.frame_sync(w).find(samples)[0], truth, w)[0][:, 0])
    _, bound = sync.bounds(w, 1.0)
    assert np.max(np.abs(late)) < 5.5 * np.sqrt(1.5 * bound)

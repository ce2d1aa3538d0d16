# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a receiver may be fed between good frames: it counts, says so, and goes on."""

import numpy as np
import pytest
from gnuradio import isac
from streams import SMALL, noise, receive, shift, transmit

QUIET = 1e-3  # noise power, 30 dB below a cell
N_GOOD = 2    # frames before what is bad, and behind it
WAVEFORMS = {"OFDM": isac.waveform(**SMALL),
             "DFT-s-OFDM": isac.waveform(**SMALL, precoding=isac.precoding.DFT)}


def frames(w, n=3, seed=9, first=100):
    return transmit(w, n, seed, first)[0]


def not_finite(w):
    x = frames(w)
    x[w.frame_len // 2::97] = np.nan
    x[w.frame_len // 2 + 11::97] = np.inf
    return x


def converted(x):
    """As a converter hands it on that sees a cell at -20 dB and stops at 1."""
    heard = 0.1 * (np.nan_to_num(x) + noise(len(x), QUIET))
    heard = np.clip(heard.real, -1, 1) + 1j * np.clip(heard.imag, -1, 1)
    return np.where(np.isfinite(x), heard, x)


def two_at_once(w):
    """Equally strong, the second by half a subcarrier off and a third of a frame late."""
    x, y = frames(w), shift(frames(w, seed=10, first=200), 0.5, w.fft_len)
    late = w.frame_len // 3
    return (np.concatenate([x, np.zeros(late)])
            + np.concatenate([np.zeros(late), np.exp(1j) * y]))


def another_waveform(w):
    return frames(isac.waveform(**SMALL, precoding=w.precoding, pilot_spacing=8,
                                coding=isac.coding.LDPC_3_4))


# What is bad, the state that says so, and the counts of which one must be above 0.
KINDS = {
    "not finite": (not_finite, "bad samples", ["bad_samples"]),
    "all zero": (lambda w: np.zeros(8 * w.frame_len), "level too low", ["silent_samples"]),
    "clipped": (lambda w: 100 * frames(w), "clipping", ["clipped"]),
    "cut": (lambda w: frames(w, 1)[:w.frame_len * 2 // 3], "samples lost", ["broken_frames"]),
    "two at once": (two_at_once, None, ["broken_frames", "header_errors", "payload_errors"]),
    "another waveform": (another_waveform, "wrong waveform", ["other_waveforms"]),
}


@pytest.mark.parametrize("w", WAVEFORMS.values(), ids=WAVEFORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_counted_and_the_next_good_frame_comes(w, kind):
    make, state, counts = KINDS[kind]
    good, payloads = transmit(w, 2 * N_GOOD)
    before, behind = np.split(good, 2)
    bad = make(w)
    parts = [before, bad, behind]
    stream = np.concatenate([converted(x) if np.any(x) else x for x in parts])
    pdus, _, told = receive(w, stream)
    for number, payload in enumerate(payloads):
        assert pdus.get(number) == payload, f"frame {number} is lost"
    if state:
        assert state in [t["state"] for t in told]
    assert any(t.get(name, 0) > 0 for t in told for name in counts)


@pytest.mark.parametrize("w", WAVEFORMS.values(), ids=WAVEFORMS)
def test_a_stream_may_end_inside_a_frame(w):
    """Everywhere: in the preamble, the header, the rows. What was whole comes out."""
    samples, payloads = transmit(w, 3)
    for share in (0.01, 0.1, 0.19, 0.21, 0.5, 0.999):
        end = int((2 + share) * w.frame_len)
        pdus, _, told = receive(w, samples[:end] + noise(end, QUIET))
        assert pdus == {0: payloads[0], 1: payloads[1]}
        is_begun = end > 2 * w.frame_len + w.preamble_len
        assert told[-1]["broken_frames"] == is_begun
        assert ("frame cut" in [t["state"] for t in told]) == is_begun


@pytest.mark.parametrize("w", WAVEFORMS.values(), ids=WAVEFORMS)
@pytest.mark.parametrize("weaker_db", [0, 3, 10])
def test_of_two_transmitters_each_good_frame_is_its_own(w, weaker_db):
    """A payload that comes out was sent, whole, by one of the two."""
    one, ours = transmit(w, 8)
    two, others = transmit(w, 3, seed=9, first=100)
    at = int(1.37 * w.frame_len)
    one[at:at + len(two)] += two * 10 ** (-weaker_db / 20) * 1j
    pdus, _, _ = receive(w, one + noise(len(one), QUIET))
    sent = dict(enumerate(ours)) | dict(enumerate(others, 100))
    assert {0, 5, 6, 7} <= set(pdus)
    assert all(payload == sent[number] for number, payload in pdus.items())

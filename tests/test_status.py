# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""status names why nothing is received: each cause is provoked and must be named rightly."""

import re
from pathlib import Path

import numpy as np
import pmt
import pytest
from gnuradio import gr, isac
from streams import SMALL, noise, receive, shift, transmit

W = isac.waveform(**SMALL)
SIGNAL, _ = transmit(W, 3)
QUIET = 1e-4  # noise power, 37 dB below a cell


def in_noise(signal, power=QUIET):
    gap = 5 * W.frame_len
    x = np.concatenate([np.zeros(gap), signal, np.zeros(gap)])
    return x + noise(len(x), power)


def other(**changes):
    return transmit(isac.waveform(**{**SMALL, **changes}), 3)[0]


def clipped():
    """Driven 20 dB into a converter that stops at 1."""
    x = in_noise(SIGNAL) * 10
    return np.clip(x.real, -1, 1) + 1j * np.clip(x.imag, -1, 1)


def garbled_header():
    x = SIGNAL.copy()
    for i in range(3):
        at = i * W.frame_len + 2 * W.symbol_len
        x[at:at + W.n_header_symbols * W.symbol_len] = noise(
            W.n_header_symbols * W.symbol_len, 0.8, seed=i)
    return in_noise(x)


def interference():
    """A burst 6 dB above a cell over 11 of the 16 rows of every payload.

    At -6 dB a bit of QPSK carries 0.17: all rows together 0.43, less than rate 1/2 needs.
    The preamble has seen nothing of it.
    """
    x = SIGNAL.copy()
    for i in range(3):
        at = i * W.frame_len + W.preamble_len + 2 * W.symbol_len
        x[at:at + 11 * W.symbol_len] += noise(11 * W.symbol_len, 4, seed=i)
    return in_noise(x)


def gap():
    x = in_noise(SIGNAL)
    at = 5 * W.frame_len + W.preamble_len + 3 * W.symbol_len
    return np.delete(x, slice(at, at + 700))


def not_finite():
    x = in_noise(SIGNAL)
    x[3 * W.frame_len:3 * W.frame_len + 40] = np.nan
    x[3 * W.frame_len + 99] = np.inf
    return x


CAUSES = {
    "frame": lambda: in_noise(SIGNAL),
    "clipping": clipped,
    "level too low": lambda: in_noise(0 * SIGNAL, 1e-9),
    "no preamble": lambda: in_noise(0 * SIGNAL, 0.1),
    "CFO beyond reach": lambda: in_noise(shift(SIGNAL, 9.3, W.fft_len)),
    "wrong waveform": lambda: in_noise(other(pilot_spacing=8)),
    "header CRC failed": garbled_header,
    "payload SNR too low": lambda: in_noise(SIGNAL, 10 ** 0.1),  # -1 dB
    "payload CRC failed": interference,
    "samples lost": gap,
    "bad samples": not_finite,
    "frame cut": lambda: in_noise(SIGNAL)[:5 * W.frame_len + 2 * W.frame_len // 3],
}


@pytest.mark.parametrize("cause", CAUSES)
def test_a_cause_is_named(cause):
    """It is told, with words that say what to do, and nothing else is called the trouble."""
    _, _, told = receive(W, CAUSES[cause]())
    states = [t["state"] for t in told]
    assert cause in states
    harmless = {"frame", "no preamble", "level too low", "frame cut"} - {cause}
    if cause == "samples lost":
        harmless |= {"payload CRC failed"}  # of the frame that the gap hit
    assert set(states) - harmless == {cause}
    message = told[states.index(cause)]["message"]
    assert len(message) > 8


def test_every_state_is_provoked():
    """The header lists them; what it lists must be in CAUSES, and nothing else."""
    path = Path(__file__).parents[1] / "include/gnuradio/isac/status_meta.h"
    text = re.search(r"Values of state: (.*?)\.", path.read_text(), re.DOTALL)[1]
    assert set(re.sub(r"\s*\n \*\s*", " ", text).split(", ")) == set(CAUSES)


def test_the_payload_that_failed_has_enough_snr():
    """Its message must not blame the SNR, and count each frame."""
    _, frames, told = receive(W, interference())
    t = [t for t in told if t["state"] == "payload CRC failed"][-1]
    assert t["snr_db"] > t["snr_needed_db"] + 20
    assert "suffices" in t["message"]
    assert told[-1]["payload_errors"] == 3
    assert [f["crc_ok"] for f in frames] == [False] * 3


def test_all_zeros_are_called_silence():
    _, _, told = receive(W, np.zeros(20 * W.frame_len))
    assert {t["state"] for t in told} == {"level too low"}


def test_another_modulation_is_another_waveform():
    """The preamble is the same; the header says that the payload is not."""
    _, _, told = receive(W, in_noise(other(modulation=isac.modulation.QAM16)))
    assert "wrong waveform" in [t["state"] for t in told]
    assert told[-1]["other_waveforms"] == 3


def test_the_offset_out_of_reach_is_measured():
    """Well below a tenth of a subcarrier, as the bound at 37 dB promises."""
    _, _, told = receive(W, CAUSES["CFO beyond reach"]())
    t = next(t for t in told if t["state"] == "CFO beyond reach")
    assert abs(t["cfo_hz"] / W.subcarrier_spacing_hz - 9.3) < 0.1
    assert t["cfo_too_big"] >= 1


def test_the_levels_are_those_of_the_input():
    """Noise of power 0.01 is at -20 dB; n samples know their power to 1/sqrt(n)."""
    _, _, told = receive(W, noise(40 * W.frame_len, 0.01))
    assert abs(told[-1]["rms_db"] + 20) < 5 * 4.35 / np.sqrt(1024)
    assert -20 < told[-1]["peak_db"] < -5


def test_counts_and_snr_are_there():
    _, _, told = receive(W, in_noise(SIGNAL))
    last = told[-1]
    assert last["frames"] == 3
    assert last["payload_errors"] == last["header_errors"] == last["lost_samples"] == 0
    # 200 * 0.9 cells of noise and signal know their ratio to about 0.5 dB (five sigma 2 dB).
    assert abs(last["snr_db"] - 40) < 2
    assert last["snr_needed_db"] == pytest.approx(
        isac.mcs.required_snr_db(W.modulation, W.coding))


def test_noise_does_not_flood():
    """At most ten messages a second of signal: two seconds hold at most 21."""
    _, _, told = receive(W, np.tile(noise(int(W.sample_rate_hz) // 8, 0.1), 16))
    assert 2 <= len(told) <= 21
    assert {t["state"] for t in told} == {"no preamble"}


def test_the_time_of_the_radio_jumps():
    """rx_time tags as UHD sets them: the gap is counted, rx_time_s follows the radio."""
    rate = W.sample_rate_hz
    x = in_noise(SIGNAL)
    at = 5 * W.frame_len + W.preamble_len + 3 * W.symbol_len
    stream = np.delete(x, slice(at, at + 700))
    tags = []
    for offset, time_s in ((0, 100.0), (at, 100 + (at + 700) / rate)):
        tag = gr.tag_t()
        tag.offset, tag.key = offset, pmt.intern("rx_time")
        tag.value = pmt.make_tuple(pmt.from_uint64(int(time_s)), pmt.from_double(time_s % 1))
        tags.append(tag)
    pdus, frames, told = receive(W, stream, tags)
    assert sorted(pdus) == [1, 2]
    lost = {t["lost_samples"] for t in told}
    assert 700 in lost
    last = next(f for f in frames if f["number"] == 2)
    sent_s = 100 + (5 * W.frame_len + 2 * W.frame_len + W.preamble_len) / rate
    assert abs(last["rx_time_s"] - sent_s) * rate < 0.5

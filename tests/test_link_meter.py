# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later

import math

import pmt
import pytest
from gnuradio import isac


@pytest.fixture
def meter(monkeypatch):
    block = isac.link_meter(period=4)
    block.published = []
    monkeypatch.setattr(block, "message_port_pub",
                        lambda port, message: block.published.append(pmt.to_python(message)))
    return block


def frame(number, crc_ok=True, **meta):
    return pmt.cons(pmt.to_pmt({"number": number, "crc_ok": crc_ok, **meta}),
                    pmt.make_u8vector(0, 0))


def test_counts_what_arrives(meter):
    meter._on_frame(frame(0, bit_errors=3, coded_bits=100, snr_db=10.0, cfo_hz=5.0))
    meter._on_frame(frame(1, crc_ok=False, snr_db=20.0))
    assert (meter.frames, meter.lost, meter.crc_errors) == (2, 0, 1)
    assert (meter.bler, meter.ber, meter.snr_db, meter.cfo_hz) == (0.5, 0.03, 15.0, 5.0)


def test_a_number_that_was_skipped_is_a_lost_frame(meter):
    for number in (5, 6, 9):
        meter._on_frame(frame(number))
    assert (meter.frames, meter.lost, meter.bler) == (3, 2, 0.4)


def test_a_transmitter_that_starts_again_has_lost_nothing(meter):
    for number in (7, 8, 0, 1):
        meter._on_frame(frame(number))
    assert (meter.lost, meter.bler) == (0, 0)


def test_reports_each_period_by_itself(meter):
    for number, crc_ok in enumerate((True, True, False, True, True, True, True, True)):
        meter._on_frame(frame(number, crc_ok))
    assert meter.published == [
        {"frames": 4, "lost": 0, "crc_errors": 1, "bler": 0.25},
        {"frames": 4, "lost": 0, "crc_errors": 0, "bler": 0.0}]


def test_what_nobody_measured_is_nan(meter):
    assert all(map(math.isnan, (meter.bler, meter.ber, meter.snr_db, meter.cfo_hz)))


@pytest.mark.parametrize("message", [
    pmt.PMT_NIL, pmt.intern("hello"), pmt.from_long(3), frame(0, "yes"), frame("seven"),
    pmt.cons(pmt.make_dict(), pmt.PMT_NIL), pmt.cons(pmt.intern("a"), pmt.intern("b"))])
def test_a_malformed_message_is_counted_and_dropped(meter, message):
    meter._on_frame(message)
    assert (meter.frames, meter.malformed) == (0, 1)


def test_a_bad_period_is_refused():
    with pytest.raises(ValueError, match="link_meter: period = 0, but it must be >= 1"):
        isac.link_meter(period=0)

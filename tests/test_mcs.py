# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later

import sys
from pathlib import Path

import pytest
from gnuradio import isac

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))
from mcs import Link, error_rate  # noqa: E402

TABLE = isac.mcs.table()


def test_every_scheme_is_listed_once():
    names = {(e.modulation.name, e.coding.name) for e in TABLE}
    every = {(m, c) for m in isac.modulation.__members__ for c in isac.coding.__members__}
    assert names == every and len(TABLE) == len(every)
    bits = [e.bits_per_cell for e in TABLE]
    assert bits == sorted(bits)


def test_more_bits_of_one_code_family_or_modulation_need_more_snr():
    for e in TABLE:
        assert isac.mcs.required_snr_db(e.modulation, e.coding) == e.required_snr_db
        for other in TABLE:
            same_modulation = e.modulation == other.modulation
            same_family = e.coding.name[:2] == other.coding.name[:2]
            if same_family and same_modulation and e.bits_per_cell < other.bits_per_cell:
                assert e.required_snr_db < other.required_snr_db


def test_no_scheme_beats_the_channel():
    for e in TABLE:
        assert 2 ** e.bits_per_cell - 1 < 10 ** (e.required_snr_db / 10)


@pytest.mark.parametrize("snr_db, margin_db, modulation, coding", [
    (-20, 0, "BPSK", "LDPC_1_2"),   # nothing will do: the most robust
    (1.6, 0, "QPSK", "LDPC_1_2"),
    (1.6, 0.2, "BPSK", "LDPC_2_3"),
    (100, 2, "QAM256", "LDPC_5_6")])
def test_the_scheme_that_carries_most_is_chosen(snr_db, margin_db, modulation, coding):
    chosen = isac.mcs.select(snr_db, margin_db)
    assert (chosen.modulation.name, chosen.coding.name) == (modulation, coding)


def test_selection_never_carries_less_at_more_snr():
    carried = [isac.mcs.select(snr_db / 4, 1.0).bits_per_cell for snr_db in range(-20, 120)]
    assert carried == sorted(carried)
    for snr_db in range(0, 30):
        assert isac.mcs.select(snr_db, 1.0).required_snr_db <= snr_db - 1.0


@pytest.mark.parametrize("modulation, coding", [("QPSK", "LDPC_1_2"), ("QAM64", "LDPC_3_4")])
def test_the_table_says_what_the_codec_needs(modulation, coding):
    """The waterfalls fall by a decade within 0.25 dB, so 0.15 dB to the left of the listed SNR
    the error rate of words is above 1e-2 and 0.15 dB to the right below, by a factor of four:
    that factor is eight sigma of 40 wrong words to the left, and of 20 or so expected in 2000
    at the limit the six or so to the right are three sigma short."""
    modulation, coding = getattr(isac.modulation, modulation), getattr(isac.coding, coding)
    required_db = isac.mcs.required_snr_db(modulation, coding)
    assert error_rate(Link(modulation, coding), required_db - 0.15, 2000) > 1e-2
    assert error_rate(Link(modulation, coding), required_db + 0.15, 2000) < 1e-2

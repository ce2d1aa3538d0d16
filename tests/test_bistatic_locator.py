# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ellipses to places: the geometry, and what two and three far receivers agree upon."""

import math
import time

import numpy as np
import pmt
import pytest
from gnuradio import blocks, gr, isac
from gnuradio.isac import bistatic
from gnuradio.isac.bistatic_locator import COLUMNS, Locator
from gnuradio.isac.tables import make_table, read_table

from stats import SIGMAS

W = isac.waveform()
TRANSMITTER = (0.0, 0.0)
RECEIVERS = ((200.0, 0.0), (0.0, 150.0), (-120.0, -90.0))
SIGHT_SNR_DB = 60.0


def extra(place, receiver, transmitter=TRANSMITTER):
    p, t, r = (np.array(x, float) for x in (place, transmitter, receiver))
    return np.linalg.norm(p - t) + np.linalg.norm(p - r) - np.linalg.norm(r - t)


def test_the_meeting_points_of_any_two_ellipses_hold_the_target():
    """Also with both receivers on one line through the transmitter, on either side of it.

    Places up to 300 m, solved in doubles: a quadratic equation loses half of 16 digits at worst,
    where the ellipses touch.
    """
    rng = np.random.default_rng(1)
    for i in range(500):
        t, p = rng.uniform(-300, 300, (2, 2))
        r = t + rng.uniform(-300, 300, (2, 2))
        if i % 4 == 0:
            r[1] = t + (r[0] - t) * rng.uniform(-2, 2)
        found = bistatic.meet(t, r, [extra(p, x, t) for x in r])
        assert 1 <= len(found) <= 2
        assert min(np.linalg.norm(found - p, axis=1)) < 1e-4


@pytest.mark.parametrize("extra_m", [(-1, 10), (0, 10), (np.nan, 10), (np.inf, 10), (1, 4000)])
def test_ways_that_no_point_has_meet_nowhere(extra_m):
    assert bistatic.meet(TRANSMITTER, RECEIVERS[:2], extra_m).shape == (0, 2)


def test_velocities_come_from_how_fast_the_ways_shrink():
    p, v = (50.0, 20.0), (3.0, -4.0)
    for receivers in (RECEIVERS[:2], RECEIVERS):
        shrinking = [bistatic.paths(TRANSMITTER, r, [(p, v, 10)])[1]["velocity_mps"]
                     for r in receivers]
        # By finite differences, without the gradient that both sides share.
        ahead = np.add(p, np.multiply(v, 1e-4))
        assert shrinking == pytest.approx(
            [(extra(p, r) - extra(ahead, r)) / 1e-4 for r in receivers], abs=1e-3)
        assert bistatic.velocity(TRANSMITTER, receivers, p, shrinking) == pytest.approx(v)


def test_paths_have_the_gain_of_the_radar_equation():
    """sigma L^2 / (4 pi r_t^2 r_r^2): the ratio of the bistatic and the one-way equation."""
    sight, echo = bistatic.paths((0, 0), (300, 0), [((0, 400), (0, 0), 20.0)], -3.0)
    assert sight == dict(range_m=300.0, gain_db=-3.0, velocity_mps=0.0)
    assert echo["range_m"] == pytest.approx(900)
    assert echo["gain_db"] == pytest.approx(
        -3 + 10 * math.log10(100 * 300**2 / (4 * math.pi * 400**2 * 500**2)))
    isac.scene(paths=[sight, echo])


def test_refined_places_err_as_their_covariance_says():
    """500 draws: a mean square over its variance is known to 5 sqrt(2 / 1000) = 22 %."""
    rng, p, std = np.random.default_rng(2), np.array([60.0, 45.0]), np.array([0.2, 0.4, 0.3])
    errors, misfits = [], []
    for _ in range(500):
        measured = np.array([extra(p, r) for r in RECEIVERS]) + std * rng.normal(size=3)
        place, cov, misfit = bistatic.refine(TRANSMITTER, RECEIVERS, p + 5, measured, std)
        errors.append((place - p) @ np.linalg.inv(cov) @ (place - p))
        misfits.append(misfit)
    assert np.mean(errors) == pytest.approx(2, rel=SIGMAS * math.sqrt(1 / 500))
    assert np.mean(misfits) == pytest.approx(1, rel=SIGMAS * math.sqrt(2 / 500))


def test_stations_that_answer_each_other_know_their_distance():
    """B's clock is 7.3 s off and 15 ppm fast; 10 ms of answering would make 22 m of that."""
    way_s = 432.1 / bistatic.SPEED_OF_LIGHT_MPS

    def clock_b(t):
        return 7.3 + t * (1 + 15e-6)

    heard_b, sent_b = 1 + way_s, 1.01 + way_s
    measured = bistatic.two_way_range_m(
        1, clock_b(heard_b), clock_b(sent_b), sent_b + way_s, drift_ppm=15)
    # Seconds of size 10 in doubles: 2e-15 relative, 5e-7 m each.
    assert measured == pytest.approx(432.1, abs=5e-6)


def detections(targets, receiver, rng=None, std=0.1, lost=()):
    """A table as a detector behind bistatic_aligner makes it, the line of sight off by 0.3 m."""
    rows = [(0.15, 0.05, SIGHT_SNR_DB, 0.01, 0.01)]
    for i, path in enumerate(bistatic.paths(TRANSMITTER, receiver, targets)[1:]):
        noise = rng.normal(size=2) * std if rng else (0, 0)
        if i not in lost:
            rows.append((0.15 + (path["range_m"] - math.hypot(*receiver) + noise[0]) / 2,
                         0.05 + (path["velocity_mps"] + noise[1]) / 2,
                         SIGHT_SNR_DB + path["gain_db"], std / 2, std / 2))
    names = ("range_m", "velocity_mps", "snr_db", "range_std_m", "velocity_std_mps")
    return dict(zip(names, np.array(rows).T, strict=True))


TARGETS = [((60.0, 45.0), (5.0, -8.0), 10.0), ((90.0, 130.0), (-12.0, 3.0), 10.0),
           ((150.0, 80.0), (0.0, 15.0), 10.0)]


@pytest.mark.parametrize("n_receivers", [2, 3])
def test_every_target_is_found_where_it_is(n_receivers):
    """Errors beyond 5 of the standard deviations that come along would be found."""
    receivers = RECEIVERS[:n_receivers]
    locate = Locator(W, TRANSMITTER, receivers, (0, 0, 250, 200), 40.0)
    rng = np.random.default_rng(3)
    found = locate([detections(TARGETS, r, rng) for r in receivers])
    assert len(found) == len(TARGETS) and np.all(found[:, 7] == n_receivers)
    for place, speed, _ in TARGETS:
        row = found[np.argmin(np.linalg.norm(found[:, :2] - place, axis=1))]
        assert np.all(np.abs(row[:2] - place) < SIGMAS * row[4:6])
        # Gradients are at least 1 long: a speed errs by no more than ways of 0.1 m/s allow,
        # through the same matrix as a place from ways of 0.1 m.
        assert np.all(np.abs(row[2:4] - speed) < 2 * SIGMAS * row[4:6])
    assert list(found[:, 6]) == sorted(found[:, 6], reverse=True)


def test_a_target_that_one_of_three_receivers_missed_is_still_found():
    locate = Locator(W, TRANSMITTER, RECEIVERS, (0, 0, 250, 200), 40.0)
    found = locate([detections(TARGETS, r, lost=[1] if i == 2 else [])
                    for i, r in enumerate(RECEIVERS)])
    assert sorted(found[:, 7]) == [2, 3, 3]


def test_outside_the_area_and_beyond_the_speed_there_are_no_targets():
    tables = [detections(TARGETS[:1], r) for r in RECEIVERS[:2]]
    assert len(Locator(W, TRANSMITTER, RECEIVERS[:2], (0, 0, 250, 200), 40.0)(tables)) == 1
    assert len(Locator(W, TRANSMITTER, RECEIVERS[:2], (100, 0, 250, 200), 40.0)(tables)) == 0
    assert len(Locator(W, TRANSMITTER, RECEIVERS[:2], (0, 0, 250, 200), 5.0)(tables)) == 0


def test_without_a_line_of_sight_nothing_is_said():
    locate = Locator(W, TRANSMITTER, RECEIVERS[:2], (0, 0, 250, 200), 40.0)
    tables = [detections(TARGETS, r) for r in RECEIVERS[:2]]
    tables[1] = {name: column[1:] for name, column in tables[1].items()}
    assert locate(tables) is None


def pdu(number, columns):
    return make_table(pmt.dict_add(pmt.make_dict(), pmt.intern("number"),
                                   pmt.from_uint64(number)), columns)


def test_the_block_waits_for_all_receivers_and_counts_what_it_cannot_use():
    top, store = gr.top_block(), blocks.message_debug(False)
    locator = isac.bistatic_locator(W, TRANSMITTER, RECEIVERS[:2], (0, 0, 250, 200))
    top.msg_connect(locator, "positions", store, "store")
    top.start()
    tables = [detections(TARGETS, r) for r in RECEIVERS[:2]]
    blind = {name: column[1:] for name, column in tables[1].items()}
    def send(messages, is_done):
        for port, message in messages:
            locator._post(pmt.intern(f"detections{port}"), message)
        for _ in range(500):  # messages of different ports come in any order
            if is_done():
                break
            time.sleep(0.01)

    send([(0, pmt.PMT_T), (0, pdu(1, {"range_m": np.zeros(1)})),
          (1, make_table(pmt.PMT_NIL, tables[1]))], lambda: locator.malformed == 3)
    send([(0, pdu(7, tables[0])), (1, pdu(7, tables[1]))], lambda: store.num_messages() == 1)
    send([(0, pdu(8, tables[0])), (1, pdu(8, blind))], lambda: store.num_messages() == 2)
    send([(0, pdu(20 + i, tables[0])) for i in range(65)], lambda: locator.incomplete)
    top.stop()
    top.wait()
    assert (locator.malformed, locator.blind, locator.incomplete) == (3, 1, 1)
    assert store.num_messages() == 2
    for i, (number, n) in enumerate(((7, 3), (8, 0))):
        meta, columns = read_table(store.get_message(i))
        assert meta["number"] == number and tuple(columns) == COLUMNS
        assert len(columns["x_m"]) == n


@pytest.mark.parametrize("changed, message", [
    (dict(receivers_m=((1.0, 2.0),)), "there must be at least two"),
    (dict(receivers_m=((1.0, 2.0), (1.0,))), "it must be two numbers, x and y in m"),
    (dict(transmitter_m=(0.0, math.nan)), "it must be two numbers, x and y in m"),
    (dict(area_m=(0, 0, 0, 1)), "it must be least x, least y, most x, most y"),
    (dict(max_speed_mps=0), "it must be > 0")])
def test_wrong_arguments_are_named(changed, message):
    with pytest.raises(ValueError, match=message):
        isac.bistatic_locator(W, **changed)

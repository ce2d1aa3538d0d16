# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters, ids and scores of the tracker, on arrays."""

import math

import numpy as np
import pytest
from gnuradio import isac
from gnuradio.isac import tracking
from gnuradio.isac.tracking import motion
from scipy import linalg

from moving import crossing, follow, score

WAVEFORM = isac.waveform()
STD = np.array([0.4, 0.11, 0.01])  # m, m/s, rad


def table(rows):
    return (np.reshape(np.asarray(rows, float), (-1, 3)),
            np.tile(np.diag(STD**2), (len(rows), 1, 1)), np.full(len(rows), 20.0))


def one(x, cov=0, model=motion.QUIET):
    """A bank of one track that is in state x and in one of the models for sure."""
    bank = motion.MotionBank(5.0, 1.0)
    bank.add(np.array([[*x[:2], x[3]]]), np.zeros((1, 3, 3)))
    bank.mean[:], bank.cov[:], bank.weight[:] = x, cov, np.arange(2) == model
    return bank


def test_a_straight_way_stays_straight_in_polar_coordinates():
    """However long a step, the prediction is exact to rounding."""
    b, v, dt, n = 50.0, 20.0, 0.1, 20
    t = (np.arange(n + 1) - n / 2) * dt
    r, theta, turn = np.hypot(b, v * t), np.arctan2(v * t, b), v * b / (b**2 + (v * t) ** 2)
    bank = one([r[0], -v**2 * t[0] / r[0], 0, theta[0], turn[0]])
    for _ in range(n):
        bank._step(dt)
    expected = [r[-1], -v**2 * t[-1] / r[-1], 0, theta[-1], turn[-1]]
    np.testing.assert_allclose(bank.mean[0, motion.QUIET], expected, rtol=1e-12, atol=1e-12)


def test_the_transition_is_the_gradient_of_the_motion():
    """A covariance of 1e-12 e e' must become that of the difference of two predictions; central
    differences over 1e-4 err by third derivatives times 1e-8."""
    x = np.array([60.0, 5.0, 2.0, 0.3, 0.2])
    for axis in range(5):
        e = np.eye(5)[axis]
        ends = [one(x + sign * 1e-4 * e) for sign in (1, -1)]
        for bank in ends:
            bank._step(0.1)
        slope = (ends[0].mean - ends[1].mean)[0, 0] / 2e-4
        bank, still = one(x, 1e-12 * np.outer(e, e)), one(x)
        bank._step(0.1)
        still._step(0.1)
        gained = (bank.cov - still.cov)[0, 0] / 1e-12
        np.testing.assert_allclose(gained, np.outer(slope, slope), rtol=1e-3, atol=1e-2)


@pytest.mark.parametrize("model", [motion.QUIET, motion.MANOEUVRE])
def test_a_step_is_the_discrete_form_of_the_motion(model):
    """Transition and noise against matrix exponentials (Van Loan, IEEE Trans. Automatic Control
    23(3), 1978) along the line of sight, where the motion is linear: range, velocity and an
    acceleration that is forgotten with time constant s. Within a step nothing is forgotten,
    which leaves out dt / s of the noise and dt^2 / 2s of the acceleration, here 3 +- sqrt(3)."""
    dt, s = 1e-3, motion.FORGET_S[model]
    density = 2 * (motion.QUIET_MPS2, 5.0)[model] ** 2 / s
    a = np.array([[0, -1, 0], [0, 0, 1], [0, 0, -1 / s]])
    joint = linalg.expm(np.block([[-a, np.diag([0, 0, density])], [np.zeros((3, 3)), a.T]]) * dt)
    transition = joint[3:, 3:].T
    noise = transition @ joint[:3, 3:]
    start = np.zeros((5, 5))
    start[:3, :3] = [[2, 0.3, 0.1], [0.3, 1, 0.2], [0.1, 0.2, 3]]
    bank = one([100.0, 7.0, 1.0, 0.0, 0.0], start, model)
    bank._step(dt)
    np.testing.assert_allclose(bank.mean[0, model, :3], transition @ [100, 7, 1],
                               atol=dt**2 / s)
    moved = transition @ start[:3, :3] @ transition.T
    np.testing.assert_allclose(bank.cov[0, model, :3, :3], moved + noise,
                               atol=2 * dt / s * noise.max() + 3 * dt**2 / s)
    unmoved = one([100.0, 7.0, 1.0, 0.0, 0.0], np.zeros((5, 5)), model)
    unmoved._step(dt)
    np.testing.assert_allclose(unmoved.cov[0, model, :3, :3], noise, rtol=2 * dt / s)


def test_an_update_is_that_of_the_information_filter():
    """Inverse covariances add, and so do means weighed by them: the same result another way."""
    rng = np.random.default_rng(1)
    root = rng.normal(size=(5, 5))
    cov, noise = root @ root.T, np.diag([0.2, 0.1, 0.3]) + 0.05
    mean, seen = np.array([50.0, 1.0, 0.5, 0.1, 0.02]), np.array([51.0, 0.0, 0.2])
    bank = one(mean, cov)
    bank.update([0], seen[None], noise[None])
    pick = np.eye(5)[motion.MEASURED]
    posterior = np.linalg.inv(np.linalg.inv(cov) + pick.T @ np.linalg.inv(noise) @ pick)
    expected = posterior @ (np.linalg.inv(cov) @ mean + pick.T @ np.linalg.inv(noise) @ seen)
    np.testing.assert_allclose(bank.mean[0, 0], expected, rtol=1e-9)
    np.testing.assert_allclose(bank.cov[0, 0], posterior, rtol=1e-9, atol=1e-12)


def test_a_measurement_without_angle_says_nothing_of_it():
    mean, cov = np.array([50.0, 1.0, 0.5, 0.1, 0.02]), np.diag([1.0, 1, 1, 0.1, 0.1])
    bank = one(mean, cov)
    bank.update([0], np.array([[51.0, 0.0, np.nan]]), np.diag([0.2, 0.1, np.nan])[None])
    np.testing.assert_array_equal(bank.mean[0, 0, 3:], mean[3:])
    np.testing.assert_array_equal(bank.cov[0, 0, 3:, 3:], cov[3:, 3:])
    assert bank.mean[0, 0, 0] > 50


def test_claimed_errors_are_the_true_ones():
    """The squared error over its claimed variance is chi-squared with mean 1 if the filter is
    right. On straight ways a filter that allows for manoeuvres claims more than it errs, so the
    mean lies below 1; it must not lie above, by more than five standard errors. Errors of one
    track are alike over its memory: each of 24 tracks counts as one sample of variance 2."""
    ratios = []
    for seed in range(4):
        scene = crossing(WAVEFORM, seed, found=1.0, false_alarms=0)
        tracks = follow(tracking.Tracker(WAVEFORM), scene)[-1]
        truth = scene.truth[-1]
        for track in tracks:
            at = truth[np.argmin(np.abs(truth[:, 0] - track["range_m"])
                                 + np.abs(truth[:, 1] - track["velocity_mps"]))]
            ratios.append([(track[name] - value) / track[std] for name, value, std in zip(
                ("range_m", "velocity_mps", "angle_rad"), at,
                ("range_std_m", "velocity_std_mps", "angle_std_rad"), strict=True)])
    assert len(ratios) >= 12
    mean = np.mean(np.square(ratios), axis=0)
    assert np.all(mean < 1 + 5 * math.sqrt(2 / len(ratios))), mean
    assert np.all(mean > 0.05), mean  # nor is it so careful that it says nothing


@pytest.mark.parametrize("angles", [True, False])
@pytest.mark.parametrize("seed", [101, 102, 103])
def test_crossing_targets_keep_their_ids(seed, angles):
    """The requirement: CLEAR MOT accuracy 0.9, one switch of ids, half the error."""
    scene = crossing(WAVEFORM, seed, angles=angles)
    counts, gain = score(scene, follow(tracking.Tracker(WAVEFORM), scene), tracking.clear_mot)
    assert counts.mota >= 0.9 and counts.switches <= 1 and gain >= 2


def test_detections_that_claim_too_much_are_believed_less():
    """Errors of 2.5 times the standard deviation would leave the gate in one frame of four."""
    scene = crossing(WAVEFORM, 104)
    scene.detections = [(rows, std / 2.5, *rest) for rows, std, *rest in scene.detections]
    counts, gain = score(scene, follow(tracking.Tracker(WAVEFORM), scene), tracking.clear_mot)
    assert counts.mota >= 0.9 and counts.switches <= 1 and gain >= 2


def test_a_target_that_another_hides_is_shown_longer():
    """Unseen within a bin of one that is seen it may be in the same cell of the map: it is shown
    for five times as many frames. Alone it is not."""
    near, far = 104.0, 100 + 2 * WAVEFORM.range_bin_m
    for range_m, shown in ((near, [1, 2]), (far, [1])):
        tracker = tracking.Tracker(WAVEFORM)
        for i in range(40):
            rows = [[100, 0, np.nan]] + [[range_m, 0, np.nan]] * (i < 20)
            ids = tracker.update(0.05, *table(rows))["id"].tolist()
        assert ids == shown


def test_an_id_lasts_through_a_gap_and_is_not_used_twice():
    """25 frames unseen: no longer shown after five, then known again. Another target that comes
    elsewhere gets another id."""
    tracker = tracking.Tracker(WAVEFORM)
    rng = np.random.default_rng(3)
    shown = []
    for i in range(100):
        at = np.array([100 - 12 * 0.05 * i, 12, 0.1])
        rows = [at + rng.normal(size=3) * STD] * (not 40 <= i < 65)
        rows += [[30, 0, -0.5] + rng.normal(size=3) * STD] * (i >= 80)
        shown.append(tracker.update(0.05, *table(rows))["id"].tolist())
    assert shown[39] == shown[44] == [1] and shown[45] == shown[64] == []
    assert shown[70] == [1] and shown[99] == [1, 2]


def test_an_id_without_angles_lasts_as_well_after_minutes():
    """The variance of an angle that nobody knows grows without end; its track must not look
    ever less like itself."""
    tracker, rng = tracking.Tracker(WAVEFORM), np.random.default_rng(8)
    for i in range(700):
        rows = [[100, 0, np.nan] + rng.normal(size=3) * STD] * (not 660 <= i < 680)
        ids = tracker.update(1.0, *table(rows))["id"].tolist()
    assert ids == [1]


def test_two_frames_at_once_are_no_error():
    """Nothing moves in no time; that both models agree is no reason to forget one."""
    tracker = tracking.Tracker(WAVEFORM)
    for i in range(300):
        tracks = tracker.update(0.05 * (i < 10), *table([[100, 0, 0]]))
    assert np.isfinite(tracks["range_m"]).all() and tracks["id"].tolist() == [1]


def test_a_frame_that_is_missing_is_time_not_a_miss():
    tracker = tracking.Tracker(WAVEFORM)
    for i in range(10):
        tracker.update(0.05, *table([[100 - 0.5 * i, 10, 0]]))
    track, = tracker.update(0.5, *table([[100 - 0.5 * 9 - 5, 10, 0]]))
    assert track["id"] == 1 and track["missed"] == 0 and abs(track["range_m"] - 90.5) < 0.4


def test_chance_alone_makes_no_tracks():
    """A track is confirmed at odds of 10 000 to 1 against chance, so of the tracks that N false
    alarms begin at most N / 10 000 are: 0.2 of these 2000. More than 3 has probability 6e-5."""
    tracker, rng, ids = tracking.Tracker(WAVEFORM), np.random.default_rng(5), set()
    for _ in range(400):
        rows = rng.uniform([0, -360, -1.5], [350, 360, 1.5], (5, 3))
        ids |= set(tracker.update(0.05, *table(rows))["id"].tolist())
    assert len(ids) <= 3


def test_crowded_chance_makes_few_tracks():
    """The same crowded into a twelfth of the map, as clutter is near standstill."""
    tracker, rng, ids = tracking.Tracker(WAVEFORM), np.random.default_rng(7), set()
    for _ in range(200):
        rows = rng.uniform([0, -30, -1.5], [350, 30, 1.5], (10, 3))
        rows[:, 2] = np.nan
        ids |= set(tracker.update(0.05, *table(rows))["id"].tolist())
    assert len(ids) <= 3


def test_a_target_that_is_gone_is_no_longer_shown():
    tracker = tracking.Tracker(WAVEFORM, max_missed=4)
    for _ in range(20):
        tracker.update(0.05, *table([[100, 0, 0]]))
    shown = [len(tracker.update(0.05, *table([]))) for _ in range(8)]
    assert shown == [1] * 4 + [0] * 4


def test_a_track_without_angles_has_none():
    tracker = tracking.Tracker(WAVEFORM)
    for _ in range(5):
        tracks = tracker.update(0.05, *table([[100, 0, np.nan]]))
    assert np.isnan(tracks["angle_rad"]).all() and np.isnan(tracks["angle_std_rad"]).all()
    tracks = tracker.update(0.05, *table([[100, 0, 0.2]]))
    assert abs(tracks["angle_rad"][0] - 0.2) < 0.01


@pytest.mark.parametrize("name, value, rule", [
    ("acceleration_mps2", 0, "finite and > 0"), ("acceleration_mps2", math.nan, "finite and > 0"),
    ("detection_probability", 1, r"in \(0, 1\)"), ("confirm", 1, ">= 2"), ("max_missed", 0, ">= 1"),
    ("memory", -1, ">= 0")])
def test_a_bad_parameter_is_refused_by_name(name, value, rule):
    with pytest.raises(ValueError, match=f"{name} = {value}, but it must be {rule}"):
        tracking.Tracker(WAVEFORM, **{name: value})


def test_clear_mot_counts():
    """Two targets, five frames: tracked, tracked, one missed, ids changed over, one track off."""
    at = np.array([[0.0], [10.0]])
    truth = [((0, 1), at)] * 5
    tracks = [((7, 8), at + 0.1), ((7, 8), at), ((7,), at[:1]), ((8, 7), at),
              ((8, 7), at + [[0], [3.0]])]
    counts = tracking.clear_mot(truth, tracks, np.array([2.0]))
    assert (counts.there, counts.missed, counts.false, counts.switches) == (10, 2, 1, 2)
    assert counts.mota == 0.5
    assert counts.errors.shape == (8, 1) and abs(counts.errors).max() == pytest.approx(0.1)
    empty = tracking.clear_mot([((), np.zeros((0, 1)))], [((3,), at[:1])], np.array([2.0]))
    assert empty.false == 1 and math.isnan(empty.mota)

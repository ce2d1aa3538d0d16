# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Directions from snapshots of an array, beside the Cramer-Rao bound."""

import numpy as np
import pytest
from gnuradio import isac

from stats import SIGMAS
from theory import sine_std

METHOD = isac.angle_method
RESOLVING = [METHOD.MUSIC, METHOD.ROOT_MUSIC, METHOD.ESPRIT]


def snapshots(rng, n_elements, n, sines, snr_db, coherent=False, spacing=0.5, response=1):
    """complex64 [n, n_elements]: plane waves of random phases in noise of variance 1."""
    steering = response * np.exp(2j * np.pi * spacing * np.outer(sines, np.arange(n_elements)))
    phases = rng.uniform(size=(1 if coherent else n, len(sines)))
    waves = np.sqrt(10 ** (np.asarray(snr_db) / 10)) * np.exp(2j * np.pi * phases)
    noise = rng.normal(0, np.sqrt(0.5), (n, n_elements, 2)) @ [1, 1j]
    return (waves @ steering + noise).astype(np.complex64)


def half_beamwidth(n_elements):
    """In sines: the beam of a uniform array is 3 dB down at 0.443 of its first null, 2 / n."""
    return 0.443 * 2 / n_elements


@pytest.mark.parametrize("n_elements", [4, 8, 16])
@pytest.mark.parametrize("method", [METHOD.BEAMFORMING, *RESOLVING])
def test_one_direction_is_known_as_well_as_the_bound_allows(method, n_elements):
    """Root mean square error within 1.1 of the bound, no bias, and the reported error is true.

    20 dB: noise adds to the bound 1 / (n_elements snr), 0.3 % at most. Of 1300 trials, the root
    mean square is known to 1 / sqrt(2 n) = 2 %: 10 % are five sigma, above and below.
    """
    rng, n_trials, n = np.random.default_rng(n_elements), 1300, 2
    estimator = isac.dsp.angle_estimator(
        isac.antenna_array(n_elements=n_elements), method, n_sources=1)
    errors, claims = [], []
    for _ in range(n_trials):
        sine = rng.uniform(-0.9, 0.9)
        found, = estimator.estimate(snapshots(rng, n_elements, n, [sine], 20))
        cosine = np.cos(found["angle_rad"])
        errors.append(np.sin(found["angle_rad"]) - sine)
        claims.append(found["angle_std_rad"] * cosine)
    bound = sine_std(n_elements, n, 100)
    assert abs(np.sqrt(np.mean(np.square(errors))) / bound - 1) < SIGMAS / np.sqrt(2 * n_trials)
    assert abs(np.mean(errors)) < SIGMAS * bound / np.sqrt(n_trials)
    # The noise is measured on 2 n (n_elements - 1) - 1 real numbers.
    assert np.sqrt(np.mean(np.square(claims))) == pytest.approx(bound, rel=0.05)


def test_monopulse_reaches_the_bound():
    """Two elements: the phase between them is all there is. Tolerance as above."""
    rng, n_trials = np.random.default_rng(2), 1300
    estimator = isac.dsp.angle_estimator(isac.antenna_array(n_elements=2), METHOD.MONOPULSE)
    errors = []
    for _ in range(n_trials):
        sine = rng.uniform(-0.9, 0.9)
        found, = estimator.estimate(snapshots(rng, 2, 4, [sine], 20))
        errors.append(np.sin(found["angle_rad"]) - sine)
    rms = np.sqrt(np.mean(np.square(errors)))
    assert abs(rms / sine_std(2, 4, 100) - 1) < SIGMAS / np.sqrt(2 * n_trials)


@pytest.mark.parametrize("coherent", [False, True])
@pytest.mark.parametrize("n_elements", [4, 8, 16])
@pytest.mark.parametrize("method", RESOLVING)
def test_two_directions_half_a_beamwidth_apart(method, n_elements, coherent):
    """20 dB, 64 snapshots, number of sources not told: both found, each within a quarter of their
    distance. Coherent phases are random, and nearly equal ones cannot be told from one source:
    9 of 10 must do."""
    rng, apart = np.random.default_rng(3), half_beamwidth(n_elements)
    estimator = isac.dsp.angle_estimator(isac.antenna_array(n_elements=n_elements), method)
    resolved = 0
    for _ in range(50):
        sines = rng.uniform(-0.6, 0.6) + apart * np.array([-0.5, 0.5])
        found = estimator.estimate(snapshots(rng, n_elements, 64, sines, [20, 20], coherent))
        if len(found) == 2:
            error = np.sort(np.sin(found["angle_rad"])) - sines
            resolved += np.abs(error).max() < apart / 4
    assert resolved >= (45 if coherent else 50)


def test_the_number_of_sources_is_not_overestimated():
    """Ghosts are held to about one in a thousand: of 600 estimates, 5 sigma are below 5."""
    rng, ghosts = np.random.default_rng(4), 0
    for n_elements in (4, 8, 16):
        estimator = isac.dsp.angle_estimator(isac.antenna_array(n_elements=n_elements))
        for _ in range(200):
            x = snapshots(rng, n_elements, 64, [0.3], 20)
            ghosts += len(estimator.estimate(x)) > 1
    assert ghosts < 5


def test_three_sources_of_different_power_come_strongest_first():
    rng = np.random.default_rng(5)
    estimator = isac.dsp.angle_estimator(isac.antenna_array(n_elements=8))
    found = estimator.estimate(snapshots(rng, 8, 200, [0.1, -0.5, 0.6], [10, 30, 20]))
    # The weakest: 200 snapshots of 10 dB leave a hundredth of a beamwidth.
    np.testing.assert_allclose(np.sin(found["angle_rad"]), [-0.5, 0.6, 0.1], atol=0.01)
    np.testing.assert_allclose(found["snr_db"], [30, 20, 10], atol=1)
    np.testing.assert_allclose(found["power_db"], [30, 20, 10], atol=1)


def test_the_separator_takes_a_snapshot_apart():
    """Weights of one direction pass it with gain 1 and null the other; float rounding."""
    rng, sines = np.random.default_rng(6), [0.2, -0.3]
    estimator = isac.dsp.angle_estimator(isac.antenna_array(n_elements=8), n_sources=2)
    found = estimator.estimate(snapshots(rng, 8, 50, sines, [90, 80]))
    waves = np.exp(1j * np.pi * np.outer(np.arange(8), np.sin(found["angle_rad"])))
    np.testing.assert_allclose(estimator.separator() @ waves, np.eye(2), atol=1e-4)


def test_a_known_reflector_calibrates_the_array():
    """3 dB and 40 degrees of error per element: useless before, at the bound after.

    Calibrated at 60 dB in 100 snapshots, which leaves 1e-4 rad and adds nothing to 1e-2.
    """
    rng = np.random.default_rng(7)
    built = isac.antenna_array(n_elements=8, gain_error_db=3, phase_error_rad=0.7, seed=9)
    errors = built.steering(0)

    known = snapshots(rng, 8, 100, [0.25], 60, response=errors)
    calibration = isac.dsp.angle_estimator.calibrate(built, known, np.arcsin(0.25))
    assert np.mean(np.abs(calibration) ** 2) == pytest.approx(1, rel=1e-5)
    exact = errors / errors[0] * np.abs(errors[0]) / np.sqrt(np.mean(np.abs(errors) ** 2))
    np.testing.assert_allclose(calibration, exact, atol=1e-3)

    estimator = isac.dsp.angle_estimator(built, n_sources=1, calibration=calibration)
    blind = isac.dsp.angle_estimator(built, n_sources=1)
    misses, n_trials = [], 1300
    for _ in range(n_trials):
        sine = rng.uniform(-0.8, 0.8)
        x = snapshots(rng, 8, 1, [sine], 30, response=errors)
        misses.append([np.sin(e.estimate(x)["angle_rad"][0]) - sine for e in (estimator, blind)])
    with_it, without = np.sqrt(np.mean(np.square(misses), axis=0))
    # Elements of unequal gain weigh unequally: the bound of a tone in unequal SNRs.
    weight, at = np.abs(errors) ** 2, np.arange(8)
    spread = np.sum(weight * (at - np.average(at, weights=weight)) ** 2)
    bound = 1 / np.sqrt(2 * 1000 * spread) / np.pi
    assert abs(with_it / bound - 1) < SIGMAS / np.sqrt(2 * n_trials)
    assert without > 10 * with_it


def test_directions_are_unique_up_to_half_a_wavelength():
    """A whole wavelength apart: sines come back within [-0.5, 0.5]; a quarter: all of them."""
    rng = np.random.default_rng(8)
    for spacing, sine, seen in ((1.0, 0.7, -0.3), (1.0, 0.4, 0.4), (0.25, -0.9, -0.9)):
        array = isac.antenna_array(n_elements=8, spacing_wavelengths=spacing)
        for method in (METHOD.BEAMFORMING, *RESOLVING):
            x = snapshots(rng, 8, 10, [sine], 30, spacing=spacing)
            found, = isac.dsp.angle_estimator(array, method).estimate(x)
            tolerance = SIGMAS * sine_std(8, 10, 1000, spacing)
            assert np.sin(found["angle_rad"]) == pytest.approx(seen, abs=tolerance)


@pytest.mark.parametrize("method", [METHOD.BEAMFORMING, *RESOLVING])
def test_bad_snapshots(method):
    """Nothing in, nothing out; what is not finite is left out and counted."""
    estimator = isac.dsp.angle_estimator(isac.antenna_array(n_elements=4), method)
    assert len(estimator.estimate(np.zeros((0, 4), np.complex64))) == 0
    assert len(estimator.estimate(np.zeros((3, 4), np.complex64))) == 0
    x = snapshots(np.random.default_rng(9), 4, 20, [0.5], 30)
    expected = estimator.estimate(x[2:])
    x[0, 1], x[1, 3] = np.nan, np.inf
    np.testing.assert_array_equal(estimator.estimate(x), expected)
    assert estimator.n_dropped == 2
    assert len(estimator.estimate(np.full((5, 4), np.nan, np.complex64))) == 0
    found = estimator.estimate(np.ones((5, 4), np.complex64))  # constant: broadside, no noise
    assert len(found) == 1 and abs(found["angle_rad"][0]) < 1e-6
    for huge in (1e-30, 1e18):
        assert np.isfinite(estimator.estimate(huge * np.ones((5, 4), np.complex64))["angle_rad"])
    with pytest.raises(ValueError, match="n_elements = 4"):
        estimator.estimate(np.zeros((4, 5), np.complex64))


@pytest.mark.parametrize("keywords, message", [
    (dict(method=METHOD.MONOPULSE), "n_elements = 4, but MONOPULSE"),
    (dict(n_sources=4), "n_sources = 4, but it must be in"),
    (dict(max_sources=0), "max_sources = 0, but"),
    (dict(subarray_len=1), "subarray_len = 1, but"),
    (dict(subarray_len=5), "subarray_len = 5, but"),
    (dict(calibration=np.ones(3)), "calibration = 3, but it must have n_elements = 4 items"),
    (dict(calibration=np.array([1, 1, 0, 1])), "must be finite and not 0")])
def test_bad_parameters_are_named(keywords, message):
    with pytest.raises(ValueError, match=message):
        isac.dsp.angle_estimator(isac.antenna_array(n_elements=4), **keywords)


def test_one_element_has_no_direction():
    with pytest.raises(ValueError, match="n_elements = 1, but"):
        isac.dsp.angle_estimator(isac.antenna_array(n_elements=1))


def test_a_virtual_array_is_evenly_spaced_or_refused():
    rx = isac.antenna_array(n_elements=4)
    virtual = isac.dsp.virtual_array(isac.antenna_array(n_elements=2, spacing_wavelengths=2), rx)
    assert (virtual.n_elements, virtual.spacing_wavelengths) == (8, 0.5)
    assert isac.dsp.virtual_array(isac.antenna_array(), rx).n_elements == 4
    with pytest.raises(ValueError, match="spacing_wavelengths = 0.5, but"):
        isac.dsp.virtual_array(isac.antenna_array(n_elements=2), rx)


def test_the_spectrum_peaks_at_the_directions():
    x = snapshots(np.random.default_rng(10), 8, 100, [-0.2, 0.4], [20, 20])
    sines = np.linspace(-1, 1, 401)
    for method in (METHOD.BEAMFORMING, METHOD.MUSIC):
        estimator = isac.dsp.angle_estimator(isac.antenna_array(n_elements=8), method)
        power = estimator.spectrum(x, sines)
        assert power.max() == 1 and power.min() >= 0
        for sine in (-0.2, 0.4):
            near = np.abs(sines - sine) < 0.05
            assert abs(sines[near][np.argmax(power[near])] - sine) <= 0.02
            assert power[near].max() > 10 * np.median(power)

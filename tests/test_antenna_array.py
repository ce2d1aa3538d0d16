# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The antenna array against the textbook, and what it refuses."""

import numpy as np
import pytest
from gnuradio import isac

EPS = np.finfo(np.float32).eps


@pytest.mark.parametrize("angle_rad", [0.0, 0.3, -1.2, np.pi / 2])
def test_steering_is_a_plane_wave(angle_rad):
    array = isac.antenna_array(n_elements=8, spacing_wavelengths=0.7)
    expected = np.exp(2j * np.pi * 0.7 * np.arange(8) * np.sin(angle_rad))
    # one rounding of each part of a value of size 1
    np.testing.assert_allclose(array.steering(angle_rad), expected, atol=EPS)


def test_weights_have_unit_norm_and_the_gain_of_all_elements():
    array = isac.antenna_array(n_elements=16)
    weights = array.weights(0.5)
    assert np.linalg.norm(weights) == pytest.approx(1, abs=16 * EPS)
    assert abs(weights @ array.steering(0.5)) ** 2 == pytest.approx(16, rel=32 * EPS)


def test_codebook_is_an_orthogonal_dft():
    array = isac.antenna_array(n_elements=8)
    beams = array.codebook(8)
    np.testing.assert_allclose(beams @ beams.conj().T, np.eye(8), atol=16 * EPS)
    angles = array.beam_angles_rad(8)
    np.testing.assert_allclose(np.sin(angles), (2 * np.arange(8) + 1) / 8 - 1)
    np.testing.assert_array_equal(beams[3], array.weights(angles[3]))


def test_errors_have_the_asked_spread_and_one_seed_is_one_array():
    """The standard deviation of n normal values is known to 1/sqrt(2 n); five sigma."""
    fields = dict(n_elements=256, gain_error_db=1.0, phase_error_rad=0.1)
    array = isac.antenna_array(**fields, seed=4)
    response = array.steering(0)
    bound = 5 / np.sqrt(2 * 256)
    assert np.std(20 * np.log10(np.abs(response))) == pytest.approx(1.0, rel=bound)
    assert np.std(np.angle(response)) == pytest.approx(0.1, rel=bound)
    np.testing.assert_array_equal(response, isac.antenna_array(**fields, seed=4).steering(0))
    assert np.any(response != isac.antenna_array(**fields, seed=5).steering(0))


@pytest.mark.parametrize("field, value, rule", [
    ("n_elements", 0, r"n_elements = 0, but it must be in \[1, 256\]"),
    ("spacing_wavelengths", 0.0, r"spacing_wavelengths = 0, but it must be in \(0, 100\]"),
    ("spacing_wavelengths", float("nan"), "spacing_wavelengths = nan, but it must be"),
    ("gain_error_db", -1, "gain_error_db = -1, but it is a standard deviation"),
    ("phase_error_rad", 4.0, "phase_error_rad = 4, but it is a standard deviation"),
    ("seed", -1, "seed = -1, but it must be >= 0")])
def test_a_bad_value_is_refused_by_name(field, value, rule):
    with pytest.raises(ValueError, match="^antenna_array: " + rule):
        isac.antenna_array(**{field: value})


def test_no_beams_are_refused():
    with pytest.raises(ValueError, match="^antenna_array: n_beams = 0, but it must be in"):
        isac.antenna_array().codebook(0)

# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the textbook says, written without the code under test."""

import math

import numpy as np

from stats import qfunc


def qam_bit_error_rate(bits_per_symbol, es_n0):
    """Bit error rate of hard decisions in AWGN, exact, for BPSK and Gray-coded square QAM.

    A square QAM is two amplitudes of L = 2^(bits/2) levels, half a distance
    d = sqrt(3 / (2 (L^2 - 1))) apart from a decision threshold at unit symbol power, each in
    noise of variance N0/2. Bit k of a Gray-coded amplitude changes its value at every
    (2i + 1)-th multiple of d counted from a threshold, so its error rate is a sum of Gaussian
    tails beyond these distances, with the sign by which each threshold enters or leaves the
    regions of the wrong value: Cho and Yoon, "On the general BER expression of one- and
    two-dimensional amplitude modulations", IEEE Trans. Commun. 50(7), 2002, eq. 16.
    """
    if bits_per_symbol == 1:
        return qfunc(math.sqrt(2 * es_n0))
    n_bits = bits_per_symbol // 2
    levels = 2 ** n_bits
    distance = math.sqrt(3 * es_n0 / (levels ** 2 - 1))  # in sigma of one dimension
    total = 0.0
    for k in range(1, n_bits + 1):
        for i in range(levels - levels // 2 ** k):
            region = i * 2 ** (k - 1) // levels
            weight = 2 ** (k - 1) - math.floor(i * 2 ** (k - 1) / levels + 0.5)
            total += (-1) ** region * weight * 2 * qfunc((2 * i + 1) * distance)
    return total / levels / n_bits


def convolutional_spectrum(generators, n_weights):
    """Error events of a rate 1/2 code: {weight: (events, information bits in them)}.

    Follows every path that leaves state 0 until it comes back, by weight. Generators are
    octal, read from the newest bit; a path of a non-catastrophic code gains weight within a
    bounded number of steps, so the lightest n_weights weights are complete after finitely many.
    """
    memory = max(g.bit_length() for g in generators) - 1

    def step(state, bit):
        register = bit << memory | state  # newest bit on top, like the octal notation
        return register >> 1, sum(bin(register & g).count("1") % 2 for g in generators)

    state, weight = step(0, 1)
    paths = {(state, weight): (1, 1)}  # -> number of paths, their information bits together
    spectrum = {}
    limit = 40
    while paths:
        following = {}
        for (state, weight), (n, info) in paths.items():
            for bit in (0, 1):
                new_state, gain = step(state, bit)
                total = weight + gain
                if total > limit:
                    continue
                target, key = ((spectrum, total) if new_state == 0
                               else (following, (new_state, total)))
                have = target.get(key, (0, 0))
                target[key] = (have[0] + n, have[1] + info + bit * n)
        if len(spectrum) >= n_weights:
            limit = sorted(spectrum)[n_weights - 1]  # heavier ones are not asked for
        paths = following
    return {w: spectrum[w] for w in sorted(spectrum)[:n_weights]}


def union_bound(spectrum, bit_snr):
    """Bit error rate that a maximum likelihood decoder stays below; bit_snr is Ec/N0."""
    return sum(info * qfunc(math.sqrt(2 * weight * bit_snr))
               for weight, (_, info) in spectrum.items())


def sine_std(n_elements, n_snapshots, snr, spacing_wavelengths=0.5):
    """Cramer-Rao bound of the sine of one direction on a uniform linear array, per element SNR.

    The phase grows by 2 pi d sin from element to element: a tone of n_elements samples in each
    snapshot, whose frequency has variance 6 / (snr n_snapshots N (N^2 - 1)) in rad^2 per element
    (Stoica and Nehorai, IEEE Trans. ASSP 37(5), 1989, amplitudes unknown). Divided by the cosine
    it is that of the angle.
    """
    n = n_elements
    variance = 6 / (snr * n_snapshots * n * (n ** 2 - 1))
    return math.sqrt(variance) / (2 * math.pi * spacing_wavelengths)


def straight_way_bound(truth, std, found, dt_s):
    """Least root mean square error of position, frame by frame, of one who knows that the target
    goes straight on: [frames].

    A straight way is four numbers, position and velocity at some time, and no more: Fisher's
    information of all measurements so far adds up, moved on to the newest frame. A frame tells
    something with probability `found`. Infinite until it can be told.

    Args:
        truth: [frames, 3] range_m, velocity_mps (positive approaches), angle_rad of the target;
            [frames, 2] without angles: then of range and range rate on a way through the radar,
            and the error of range
        std: of its measurements, same shape
    """
    n_axes = 2 if truth.shape[1] == 3 else 1
    angle = truth[:, 2] if n_axes == 2 else np.zeros(len(truth))
    way = truth[:, 0] * np.exp(1j * angle)
    speed = np.gradient(way, dt_s) if n_axes == 2 else -truth[:, 1].astype(complex)
    step = np.eye(2 * n_axes)
    step[:n_axes, n_axes:] = -dt_s * np.eye(n_axes)  # back by a frame
    information, bounds = np.zeros((2 * n_axes, 2 * n_axes)), []
    for at, v, sigma in zip(way, speed, std, strict=True):
        information = step.T @ information @ step
        sight = at / abs(at)  # of the range r; its rate is Re(v conj(sight)) and turns with sight
        across = (v * sight.conjugate()).imag / abs(at)
        slope = np.zeros((len(sigma), 2 * n_axes))
        for axis, unit in enumerate((1, 1j)[:n_axes]):
            along, aside = (unit * sight.conjugate()).real, (unit * sight.conjugate()).imag
            slope[0, axis] = along
            slope[1, axis], slope[1, n_axes + axis] = -across * aside, -along
            if n_axes == 2:
                slope[2, axis] = aside / abs(at)
        information += found * slope.T @ np.diag(sigma ** -2.0) @ slope
        known = np.linalg.matrix_rank(information) == 2 * n_axes
        bounds.append(math.sqrt(np.trace(np.linalg.inv(information)[:n_axes, :n_axes]))
                      if known else math.inf)
    return np.array(bounds)


def tone_std_bins(indices, n_bins, n_others, snr):
    """Cramer-Rao bound on the frequency of a tone of unknown amplitude, in bins.

    The tone is sampled at these indices of an axis of n_bins, n_others times over (the other axis),
    each with this SNR: var(phase step) = 1 / (2 snr n_others sum (index - mean)^2), of which
    2 pi / n_bins is a bin. All indices of both axes: 6 / (snr N M (N^2 - 1)), Kay, "Fundamentals
    of Statistical Signal Processing", 1993, sec. 3.12 for one axis.
    """
    indices = [float(i) for i in indices]
    mean = sum(indices) / len(indices)
    spread = sum((i - mean) ** 2 for i in indices)
    return n_bins / (2 * math.pi) / math.sqrt(2 * snr * n_others * spread)


def ml_threshold_snr(n, m, lost):
    """SNR of a cell at which maximum likelihood loses a tone in n x m cells that often.

    It does when the strongest of the other n m - 1 cells of the transform, exponential, beats the
    tone's own: each does with exp(-n m snr / 2) / 2 (non-coherent orthogonal signalling).
    """
    each = 1 - (1 - lost) ** (1 / (n * m - 1))
    return -2 * math.log(2 * each) / (n * m)

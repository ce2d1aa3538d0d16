# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What CFAR detection in exponential noise should do, written without the code under test."""

import math

import numpy as np
from scipy import optimize, stats


def cell_average_factor(n, rate):
    """Threshold over the mean of n exponential cells: n (rate^(-1/n) - 1)."""
    return n * (rate ** (-1 / n) - 1)


def ordered_rate(n, rank, factor):
    """False alarms of `factor` times the rank-th smallest of n exponential cells.

    Rohling, "Radar CFAR thresholding in clutter and multiple target situations", IEEE Trans.
    Aerospace and Electronic Systems 19(4), 1983.
    """
    return math.exp(-np.sum(np.log1p(factor / (n - np.arange(rank)))))


def ordered_factor(n, rank, rate):
    parts = n - np.arange(rank)
    return optimize.brentq(lambda a: np.sum(np.log1p(a / parts)) + math.log(rate), 1e-6, 1e6)


def detection_probability(n, rate, snr, fluctuating, rank=None):
    """Of a target in one cell, by CA over n cells around it, or by OS where a rank is given.

    snr is the mean power of the target over that of the noise, after all processing gain. A
    fluctuating target (Swerling 1) makes the cell exponential of mean 1 + snr: as if the
    threshold were as much lower. With a steady one (Swerling 0) it is noncentral chi-square,
    and its tail is averaged over the quantiles of the threshold, which come from a gamma
    variable (CA) or a beta variable (OS).
    """
    factor = ordered_factor(n, rank, rate) if rank else cell_average_factor(n, rate)
    if fluctuating:
        factor /= 1 + snr
        return ordered_rate(n, rank, factor) if rank else (1 + factor / n) ** -n
    points, weights = np.polynomial.legendre.leggauss(200)
    quantiles = (points + 1) / 2
    if rank:
        noise = -np.log1p(-stats.beta.ppf(quantiles, rank, n - rank + 1))
    else:
        noise = stats.gamma.ppf(quantiles, n) / n
    return float(np.sum(weights / 2 * stats.ncx2.sf(2 * factor * noise, 2, 2 * snr)))


def snr_for(probability, *args, **kwargs):
    """The snr at which detection_probability(n, rate, snr, ..) has this value."""
    n, rate, *rest = args
    return 10 ** optimize.brentq(
        lambda x: detection_probability(n, rate, 10 ** x, *rest, **kwargs) - probability, -2, 5)

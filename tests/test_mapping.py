# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later

import numpy as np
import pmt
import pytest
from gnuradio import gr, isac

from flow import run
from stats import assert_rate
from theory import qam_bit_error_rate

MODULATIONS = [isac.modulation.BPSK, isac.modulation.QPSK, isac.modulation.QAM16,
               isac.modulation.QAM64, isac.modulation.QAM256]


def small(modulation):
    return isac.waveform(n_subcarriers=64, n_symbols=20, modulation=modulation)


def send_through_noise(modulation, es_n0, n, seed, method=isac.demapping.MAX_LOG):
    """n random symbols in AWGN: their bits and the LLRs of the demapper."""
    rng = np.random.default_rng(seed)
    mapper = isac.dsp.symbol_mapper(modulation)
    bits = rng.integers(0, 2, n * mapper.bits_per_symbol, np.uint8)
    noise = rng.normal(0, np.sqrt(0.5 / es_n0), (n, 2)) @ [1, 1j]
    received = (mapper.map(bits) + noise).astype(np.complex64)
    noise_var = np.full(n, 1 / es_n0, np.float32)
    return bits, isac.dsp.symbol_demapper(modulation, method).demap(received, noise_var)


@pytest.mark.parametrize("wanted", [1e-1, 1e-2, 1e-3])
@pytest.mark.parametrize("modulation", MODULATIONS, ids=str)
def test_uncoded_bit_error_rate_in_awgn(modulation, wanted):
    """The sign of a max-log LLR is the bit of the nearest symbol: a hard decision.

    The SNR is where theory puts about `wanted`. Bits of one symbol share its noise and are not
    independent, so only one bit of each symbol, another one each time, is a trial; with all
    positions equally often the mean over them is the bit error rate of theory. Its variance is
    then at most that of a binomial.
    """
    m = isac.dsp.symbol_mapper(modulation).bits_per_symbol
    snr_db = next(x for x in np.arange(-5, 40, 0.25)
                  if qam_bit_error_rate(m, 10 ** (x / 10)) < wanted)
    es_n0 = 10 ** (snr_db / 10)
    n = int(600 / wanted) // m * m
    bits, llrs = send_through_noise(modulation, es_n0, n, seed=m)
    wrong = ((llrs < 0) != bits).reshape(n, m)
    picked = wrong[np.arange(n), np.arange(n) % m]
    assert_rate(picked.sum(), n, qam_bit_error_rate(m, es_n0))


def assert_llrs_mean_what_they_say(llrs, bits):
    """Among bits of LLR l the share of ones is 1 / (1 + e^l): in every bin of LLRs their count
    is a sum of Bernoulli trials with the known probabilities of its members. It is the same as
    f(-l) = f(l) e^-l for the density f of the LLRs of zeros, which ties their mean to their
    variance."""
    probability = 1 / (1 + np.exp(llrs.astype(float)))
    bins = np.digitize(llrs, np.arange(-4, 4.5, 0.5))
    for b in np.unique(bins):
        p, ones = probability[bins == b], bits[bins == b].sum()
        sigma = np.sqrt(np.sum(p * (1 - p)))
        assert sigma > 5, "too few for a Gaussian band"
        assert abs(ones - p.sum()) < 5 * sigma


@pytest.mark.parametrize("modulation, method", [
    *((m, isac.demapping.MAX_LOG) for m in MODULATIONS[:2]),
    *((m, isac.demapping.EXACT) for m in MODULATIONS)], ids=str)
def test_llrs_mean_what_they_say(modulation, method):
    """With one bit a dimension max-log is exact, too. One bit of each symbol is a trial, since
    they share its noise."""
    m = isac.dsp.symbol_mapper(modulation).bits_per_symbol
    bits, llrs = send_through_noise(modulation, 10 ** (0.1 + 0.3 * (m - 1)), 200_000, 1, method)
    picked = np.arange(200_000) * m + np.arange(200_000) % m
    assert_llrs_mean_what_they_say(llrs[picked], bits[picked])


@pytest.mark.parametrize("precoding", [isac.precoding.NONE, isac.precoding.DFT], ids=str)
@pytest.mark.parametrize("modulation", [isac.modulation.QPSK, isac.modulation.QAM16], ids=str)
def test_llrs_mean_what_they_say_behind_an_equaliser(modulation, precoding):
    """Every cell, and every symbol behind the despreader, comes with the noise that it has. Two
    paths of 1 and 0.5 leave cells between 0.5 and 1.5, and symbols with the interference that
    MMSE leaves: a sum of hundreds, Gaussian enough for this."""
    w = isac.waveform(precoding=precoding, modulation=modulation)
    rng, n = np.random.default_rng(3), 400
    noise_var = 0.4 if modulation == isac.modulation.QPSK else 0.1
    bits = rng.integers(0, 2, (n, w.bits_per_row), dtype=np.uint8)
    cells = isac.dsp.symbol_mapper(modulation).map(bits.ravel()).reshape(n, -1)
    if precoding == isac.precoding.DFT:
        cells = isac.dsp.dft_spreader(w).spread(cells)
    k = np.arange(w.n_subcarriers)
    channel = np.tile(1 + 0.5 * np.exp(-2j * np.pi * k * 7 / w.fft_len), (n, 1))
    rows = isac.dsp.grid_mapper(w).map(cells) * channel
    rows = rows + rng.normal(scale=np.sqrt(noise_var / 2), size=(*rows.shape, 2)) @ [1, 1j]
    symbols, noise = isac.dsp.equalizer(w).equalize(rows, channel, noise_var)
    if precoding == isac.precoding.DFT:
        symbols, noise = isac.dsp.dft_despreader(w).despread(symbols, noise)
    llrs = isac.dsp.symbol_demapper(modulation, isac.demapping.EXACT).demap(symbols, noise)
    m = w.bits_per_symbol
    picked = np.arange(n * w.n_data) * m + np.arange(n * w.n_data) % m
    assert_llrs_mean_what_they_say(llrs.ravel()[picked], bits.ravel()[picked])


@pytest.mark.parametrize("modulation", MODULATIONS, ids=str)
def test_exact_llrs_are_sums_over_all_symbols(modulation):
    """In float a square of a few units has an error of a few eps, times 1 / noise, and the
    polynomials of exp and log one of 3e-7 each: ten eps of the larger of LLR and square / noise."""
    rng = np.random.default_rng(4)
    m = int(modulation)
    y = rng.normal(scale=0.8, size=(500, 2)) @ [1, 1j]
    noise = 10 ** rng.uniform(-2, 1, 500)
    y, noise = y.astype(np.complex64), noise.astype(np.float32)
    points = isac.dsp.symbol_mapper(modulation).constellation.astype(complex)
    exponent = -np.abs(y[:, None].astype(complex) - points) ** 2 / noise[:, None].astype(float)
    llrs = isac.dsp.symbol_demapper(modulation, isac.demapping.EXACT).demap(y, noise)
    for bit in range(m):
        one = (np.arange(2 ** m) >> (m - 1 - bit)) & 1 == 1
        expected = (np.logaddexp.reduce(exponent[:, ~one], axis=1)
                    - np.logaddexp.reduce(exponent[:, one], axis=1))
        scale = 1 + np.abs(expected) + (np.abs(y) ** 2 + 2) / noise
        assert np.max(np.abs(llrs.reshape(-1, m)[:, bit] - expected) / scale) < 1.2e-6


@pytest.mark.parametrize("modulation", MODULATIONS, ids=str)
def test_constellation_is_gray(modulation):
    """Nearest neighbours differ in one bit."""
    points = isac.dsp.symbol_mapper(modulation).constellation
    distance = abs(points[:, None] - points)
    nearest = distance[distance > 0].min()
    for a, b in zip(*np.nonzero(abs(distance - nearest) < 1e-3), strict=True):
        assert bin(a ^ b).count("1") == 1


def test_arrays_keep_their_shape():
    mapper = isac.dsp.symbol_mapper(isac.modulation.QAM16)
    demapper = isac.dsp.symbol_demapper(isac.modulation.QAM16)
    bits = np.random.default_rng(1).integers(0, 2, (3, 5, 8), np.uint8)
    symbols = mapper.map(bits)
    assert symbols.shape == (3, 5, 2)
    llrs = demapper.demap(symbols, np.full((3, 5, 2), 0.1, np.float32))
    assert np.array_equal(llrs < 0, bits)
    with pytest.raises(ValueError, match="multiple of 4"):
        mapper.map(bits[..., :7])
    with pytest.raises(ValueError, match="noise_var"):
        demapper.demap(symbols, np.ones(3, np.float32))


def frame_tag(offset, number):
    tag = gr.tag_t()
    tag.offset = offset
    tag.key, tag.value = pmt.intern("isac_frame"), pmt.to_pmt({"number": number})
    return tag


@pytest.mark.parametrize("modulation", MODULATIONS, ids=str)
def test_blocks_do_what_the_functions_do(modulation):
    w = small(modulation)
    rng = np.random.default_rng(5)
    bits = rng.integers(0, 2, (2 * w.n_symbols, w.bits_per_row), np.uint8)
    tags = [frame_tag(w.n_symbols, 1)]
    symbols, moved = run(isac.symbol_mapper(w), bits, tags=tags)
    assert np.array_equal(symbols, isac.dsp.symbol_mapper(modulation).map(bits))
    assert [t.offset for t in moved] == [w.n_symbols]

    noise_var = rng.uniform(0.01, 1, symbols.shape).astype(np.float32)
    noise_var[3, 4] = np.nan
    llrs, moved = run(isac.symbol_demapper(w), symbols, noise_var, dtype=np.float32, tags=tags)
    demapper = isac.dsp.symbol_demapper(modulation)
    assert np.array_equal(llrs, demapper.demap(symbols, noise_var))
    assert np.all(llrs[3].reshape(w.n_data, -1)[4] == 0)
    assert [t.offset for t in moved] == [w.n_symbols]

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


def send_through_noise(modulation, es_n0, n, seed):
    """n random symbols in AWGN: their bits and the LLRs of the demapper."""
    rng = np.random.default_rng(seed)
    mapper = isac.dsp.symbol_mapper(modulation)
    bits = rng.integers(0, 2, n * mapper.bits_per_symbol, np.uint8)
    noise = rng.normal(0, np.sqrt(0.5 / es_n0), (n, 2)) @ [1, 1j]
    received = (mapper.map(bits) + noise).astype(np.complex64)
    noise_var = np.full(n, 1 / es_n0, np.float32)
    return bits, isac.dsp.symbol_demapper(modulation).demap(received, noise_var)


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


@pytest.mark.parametrize("modulation", MODULATIONS[:2], ids=str)
def test_llrs_mean_what_they_say(modulation):
    """With one bit a dimension max-log is exact, so among bits of LLR l the share of ones is
    1 / (1 + e^l): in every bin of LLRs their count is a sum of Bernoulli trials with the known
    probabilities of its members."""
    bits, llrs = send_through_noise(modulation, 10 ** 0.1, 200_000, seed=1)
    probability = 1 / (1 + np.exp(llrs.astype(float)))
    bins = np.digitize(llrs, np.arange(-4, 4.5, 0.5))
    for b in np.unique(bins):
        p, ones = probability[bins == b], bits[bins == b].sum()
        sigma = np.sqrt(np.sum(p * (1 - p)))
        assert sigma > 5, "too few for a Gaussian band"
        assert abs(ones - p.sum()) < 5 * sigma


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

# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The link as a whole: fused against small blocks, and both against the textbook."""

import time

import numpy as np
import pmt
import pytest
from chains import receive_row, transmit_row
from gnuradio import blocks, gr, isac

import theory
from stats import assert_rate

SMALL = dict(fft_len=256, cp_len=32, n_subcarriers=200, n_symbols=16)
PRECODINGS = [isac.precoding.NONE, isac.precoding.DFT]
MODULATIONS = [isac.modulation.BPSK, isac.modulation.QPSK, isac.modulation.QAM16,
               isac.modulation.QAM64, isac.modulation.QAM256]
EPS = np.finfo(np.float32).eps


def messages(store):
    return [store.get_message(i) for i in range(store.num_messages())]


def numpy_modulate(rows, w):
    """Independent model: rows [n, n_subcarriers] -> samples [n * symbol_len]."""
    bins = np.zeros((len(rows), w.fft_len), complex)
    half = w.n_subcarriers // 2
    bins[:, :half], bins[:, -half:] = rows[:, half:], rows[:, :half]
    bodies = np.fft.ifft(bins, norm="ortho")
    return np.hstack([bodies[:, w.fft_len - w.cp_len:], bodies]).ravel()


def test_modulation_matches_numpy():
    """A radix FFT of length N in float has a relative rms error near eps sqrt(log2 N)."""
    w = isac.waveform(**SMALL)
    rng = np.random.default_rng(3)
    rows = (rng.normal(size=(5, w.n_subcarriers, 2)) @ [1, 1j]).astype(np.complex64)
    samples = isac.dsp.ofdm_modulator(w).modulate(rows)
    bound = EPS * np.sqrt(np.log2(w.fft_len))
    expected = numpy_modulate(rows, w)
    assert np.linalg.norm(samples - expected) < bound * np.linalg.norm(expected)
    back = isac.dsp.ofdm_demodulator(w).demodulate(samples)
    assert np.linalg.norm(back - rows) < 2 * bound * np.linalg.norm(rows)


def test_a_row_is_laid_out_as_the_waveform_says():
    w = isac.waveform(**SMALL)
    data = np.full((1, w.n_data), 0.5 + 0.5j, np.complex64)
    row = isac.dsp.grid_mapper(w).map(data)[0]
    assert row[w.n_subcarriers // 2] == 0
    assert set(row[w.pilot_cells]) == {1, -1}
    np.testing.assert_array_equal(row[w.data_cells], data[0])
    assert len(w.pilot_cells) + len(w.data_cells) == w.n_subcarriers - 1


@pytest.mark.parametrize("modulation", MODULATIONS, ids=str)
@pytest.mark.parametrize("precoding", PRECODINGS, ids=str)
def test_the_fused_transmitter_is_the_row_of_blocks(precoding, modulation):
    """The same DSP classes in the same order: the samples agree bit for bit."""
    w = isac.waveform(**SMALL, precoding=precoding, modulation=modulation)
    payload = np.random.default_rng(1).bytes(3 * w.payload_len + 5)
    top = gr.top_block()
    row, grid = transmit_row(top, w, isac.payload_source(w, payload, n_frames=5))
    fused = isac.transmitter(w, payload, n_frames=5)
    sinks = [blocks.vector_sink_c(), blocks.vector_sink_c(w.n_subcarriers),
             blocks.vector_sink_c(), blocks.vector_sink_c(w.n_subcarriers)]
    top.connect(row, sinks[0])
    top.connect(grid, sinks[1])
    top.connect((fused, 0), sinks[2])
    top.connect((fused, 1), sinks[3])
    top.run()

    samples, rows, fused_samples, fused_rows = (np.array(s.data()) for s in sinks)
    assert len(samples) == 5 * w.frame_len
    np.testing.assert_array_equal(samples, fused_samples)
    np.testing.assert_array_equal(rows, fused_rows)
    for at, sink in ((w.frame_len, sinks[2]), (w.n_symbols, sinks[3])):
        tags = [(t.offset, pmt.to_python(t.value)["number"]) for t in sink.tags()]
        assert tags == [(i * at, i) for i in range(5)]


@pytest.mark.parametrize("modulation", MODULATIONS, ids=str)
@pytest.mark.parametrize("precoding", PRECODINGS, ids=str)
def test_the_fused_receiver_is_the_row_of_blocks(precoding, modulation):
    """The same bytes and, in every key of their metadata, the same numbers.

    Only noise_var is measured behind the FFT, from differences of pilots 23 dB below them:
    the rounding of the pilots, eps sqrt(log2 N) of them, is 14 times as much of these. And
    bits on the edge may fall to either side: soft bits are rounded to halves of an LLR, so those
    within a quarter of 0. At 0 an LLR is as often wrong as right, and f(-l) = f(l) exp(-l) falls
    from there on, so these are fewer than half the errors; their difference is a random walk.
    """
    w = isac.waveform(**SMALL, precoding=precoding, modulation=modulation)
    rng = np.random.default_rng(1)
    payload = rng.bytes(4 * w.payload_len)
    transmitter = isac.dsp.transmitter(w)
    stream = np.concatenate(
        [np.zeros(777)] + [transmitter.modulate(payload[i * w.payload_len:][:w.payload_len], i)[0]
                           for i in range(4)] + [np.zeros(4 * w.symbol_len)])
    stream = stream * np.exp(2j * np.pi * 0.7 / w.fft_len * np.arange(len(stream)))
    stream = stream + rng.normal(scale=0.05, size=(len(stream), 2)) @ [1, 1j]

    top = gr.top_block()
    source = blocks.vector_source_c(stream.tolist())
    received = []
    for decoder in (receive_row(top, w, source), isac.receiver(w)):
        if isinstance(decoder, isac.receiver):
            top.connect(source, decoder)
        store = blocks.message_debug(False)
        top.msg_connect(decoder, "pdus", store, "store")
        received.append(store)
    top.run()

    small, fused = ([(pmt.to_python(pmt.car(m)), bytes(pmt.u8vector_elements(pmt.cdr(m))))
                     for m in messages(store)] for store in received)
    for (meta, _), (fused_meta, _) in zip(small, fused, strict=True):
        noise_var = fused_meta.pop("noise_var")
        assert meta.pop("noise_var") == pytest.approx(noise_var, rel=28 * EPS * np.sqrt(8))
        errors, fused_errors = meta.pop("bit_errors"), fused_meta.pop("bit_errors")
        assert abs(errors - fused_errors) <= 5 * np.sqrt(errors / 2)
    assert small == fused
    assert b"".join(data for _, data in fused) == payload
    assert [meta["number"] for meta, _ in fused] == [0, 1, 2, 3]


@pytest.mark.parametrize("fft_len, cp_len", [(64, 4), (4096, 292), (8192, 2048)])
def test_no_symbol_is_too_long_for_the_buffer_between(fft_len, cp_len):
    """What the receiver waits for and a symbol more must fit, or neither block can go on."""
    w = isac.waveform(fft_len=fft_len, cp_len=cp_len, n_subcarriers=fft_len // 2, n_symbols=16)
    top = gr.top_block()
    receiver = isac.receiver(w)
    top.connect(isac.transmitter(w, bytes(3 * w.payload_len)), receiver)
    top.start()
    until = time.monotonic() + 10
    while receiver.frames < 3 and time.monotonic() < until:
        time.sleep(0.01)
    top.stop()
    top.wait()
    assert (receiver.frames, receiver.crc_errors) == (3, 0)


@pytest.mark.parametrize("precoding", PRECODINGS)
@pytest.mark.parametrize("modulation, es_n0_db",
                         [(isac.modulation.BPSK, 4), (isac.modulation.QPSK, 7),
                          (isac.modulation.QAM16, 14), (isac.modulation.QAM64, 20),
                          (isac.modulation.QAM256, 26)])
def test_uncoded_bit_error_rate_through_ofdm(precoding, modulation, es_n0_db):
    """BER of Gray QAM in AWGN, whatever the transforms do in between.

    All transforms are unitary, so noise of variance N0 per sample is noise of variance N0
    per cell and, behind the despreader, per symbol. The channel is known to be 1.
    """
    w = isac.waveform(precoding=precoding, modulation=modulation)
    rng = np.random.default_rng(2026)
    bits = rng.integers(0, 2, (400, w.bits_per_row), dtype=np.uint8)
    symbols = isac.dsp.symbol_mapper(modulation).map(bits.ravel()).reshape(400, w.n_data)
    spread = precoding == isac.precoding.DFT
    cells = isac.dsp.dft_spreader(w).spread(symbols) if spread else symbols
    samples = isac.dsp.ofdm_modulator(w).modulate(isac.dsp.grid_mapper(w).map(cells))
    noise_var = 10 ** (-es_n0_db / 10)
    samples = samples + rng.normal(
        scale=np.sqrt(noise_var / 2), size=(len(samples), 2)) @ [1, 1j]

    rows = isac.dsp.ofdm_demodulator(w).demodulate(samples)
    received, noise = isac.dsp.equalizer(w).equalize(rows, np.ones_like(rows), noise_var)
    if spread:
        received, noise = isac.dsp.dft_despreader(w).despread(received, noise)
    llrs = isac.dsp.symbol_demapper(modulation).demap(received.ravel(), noise.ravel())
    expected = theory.qam_bit_error_rate(int(modulation), 10 ** (es_n0_db / 10))
    assert_rate(np.sum((llrs < 0) != bits.ravel()), bits.size, expected)


@pytest.mark.parametrize("method", [isac.interpolation.WIENER, isac.interpolation.LINEAR])
def test_the_channel_estimate_has_the_noise_it_claims(method):
    """Error variance over a flat channel is noise_gain times the noise variance.

    2000 rows of 512 correlated cells hold at least 2000 * 85 independent errors: five
    sigma of their mean power are 1.3 %. What remains of the mean over the rows is bias;
    WIENER is designed to keep it below its design noise of -25 dB.
    """
    w = isac.waveform()
    rng = np.random.default_rng(5)
    n, noise_var = 2000, 0.1
    rows = np.repeat(isac.dsp.grid_mapper(w).map(np.zeros((1, w.n_data), np.complex64)), n, 0)
    rows = rows + rng.normal(scale=np.sqrt(noise_var / 2), size=(*rows.shape, 2)) @ [1, 1j]
    estimator = isac.dsp.channel_estimator(w, method)
    estimate = estimator.estimate(rows)
    assert np.mean(np.var(estimate, axis=0)) == pytest.approx(
        estimator.noise_gain * noise_var, rel=0.014)
    assert np.mean(np.abs(np.mean(estimate, axis=0) - 1) ** 2) < 10 ** -2.5


def test_wiener_follows_delays_over_the_whole_prefix():
    """Linear interpolation cannot; Wiener stays near the floor of its design, -25 dB."""
    w = isac.waveform()
    k = np.arange(w.n_subcarriers) - w.n_subcarriers // 2
    channel = np.exp(-2j * np.pi * k * 0.9 * w.cp_len / w.fft_len)
    rows = isac.dsp.grid_mapper(w).map(np.zeros((1, w.n_data), np.complex64)) * channel
    error = {}
    for method in (isac.interpolation.WIENER, isac.interpolation.LINEAR):
        estimate = isac.dsp.channel_estimator(w, method).estimate(rows)[0]
        error[method] = np.mean(np.abs(estimate - channel)[20:-20] ** 2)
    assert error[isac.interpolation.WIENER] < 10 ** -2.5
    assert error[isac.interpolation.LINEAR] > 0.1


def test_pilots_too_far_apart_for_the_prefix_still_serve_a_short_channel():
    """16 samples of prefix and a pilot every sixth of 64 cells: delays alias from 10.7 on."""
    w = isac.waveform(fft_len=64, cp_len=16, n_subcarriers=52, n_symbols=64)
    samples, _ = isac.dsp.transmitter(w).modulate(b"short", 3)
    stream = np.concatenate([np.zeros(99), samples, np.zeros(5 * w.symbol_len)])
    noise = np.random.default_rng(1).normal(scale=0.03, size=(len(stream), 2)) @ [1, 1j]
    frame, = isac.dsp.receiver(w).receive(stream + noise)
    assert frame["payload"] == b"short" and frame["number"] == 3


@pytest.mark.parametrize("call, name", [
    (lambda w: isac.transmitter(w, n_frames=-1), "n_frames = -1"),
    (lambda w: isac.transmitter(w, repeat=True), "repeat = True"),
    (lambda w: isac.dsp.transmitter(w).modulate(b"x" * (w.payload_len + 1)), "payload"),
    (lambda w: isac.dsp.ofdm_modulator(w).modulate(np.ones(3)), "rows has 3 items")])
def test_a_bad_argument_is_refused_by_name(call, name):
    with pytest.raises(ValueError, match=name):
        call(isac.waveform(**SMALL))


@pytest.mark.parametrize("parameter, value", [
    ("fft_len", 4), ("fft_len", 1 << 20), ("cp_len", 256), ("n_subcarriers", 256),
    ("n_subcarriers", 181), ("n_symbols", 0), ("pilot_spacing", 1), ("carrier_freq_hz", -1)])
def test_a_bad_waveform_is_refused_by_name(parameter, value):
    with pytest.raises(ValueError, match=f"waveform: {parameter} = {value}"):
        isac.waveform(**{**SMALL, parameter: value})

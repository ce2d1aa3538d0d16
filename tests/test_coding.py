# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later

import math
import zlib

import numpy as np
import pmt
import pytest
from gnuradio import blocks, gr, isac

from flow import run
from theory import convolutional_spectrum, union_bound

CODINGS = list(isac.coding.__members__.values())
W = isac.waveform(n_subcarriers=64, n_symbols=20)


def random_bytes(n, seed=1):
    return np.random.default_rng(seed).integers(0, 256, n, np.uint8)


def certain(bits):
    """LLRs of bits that nobody doubts."""
    return (8 - 16 * bits.astype(np.float32)).reshape(-1, W.bits_per_row)


def test_crc_is_that_of_zlib():
    for n in (*range(20), 100, 13000):
        data = random_bytes(n, n)
        assert isac.dsp.crc32(data) == zlib.crc32(data)


@pytest.mark.parametrize("rate", CODINGS, ids=str)
def test_a_payload_comes_back(rate):
    w = isac.waveform(n_subcarriers=64, n_symbols=20, coding=rate)
    payload = random_bytes(w.payload_len)
    bits = isac.dsp.frame_encoder(w).encode(payload)
    assert bits.shape == (w.n_symbols, w.bits_per_row)
    received, crc_ok, bit_errors = isac.dsp.frame_decoder(w).decode(8.0 - 16.0 * bits)
    assert crc_ok and bit_errors == 0 and np.array_equal(received, payload)


@pytest.mark.parametrize("rate", CODINGS, ids=str)
def test_soft_bits_are_as_good_as_llrs(rate):
    """Frames that just decode and frames that do not, and values no receiver should make: the
    quantised LLRs give the very bytes and errors that the LLRs give."""
    w = isac.waveform(n_subcarriers=64, n_symbols=40, coding=rate)
    rng = np.random.default_rng(5)
    sent = isac.dsp.frame_encoder(w).encode(random_bytes(w.payload_len))
    decoder = isac.dsp.frame_decoder(w)
    outcomes = set()
    for snr_db in (0, 4, 8, 12, 40):
        a = 10 ** (snr_db / 20)
        llrs = (2 * a * ((1 - 2.0 * sent) * a + rng.standard_normal(sent.shape))).astype(np.float32)
        llrs[0, :4] = [np.nan, np.inf, -np.inf, 1e30]
        soft = isac.dsp.soft_bits(llrs)
        exact = np.clip(np.rint(np.where(np.isfinite(llrs), llrs, 0) * isac.dsp.LLR_STEPS),
                        -127, 127)
        assert np.array_equal(soft, exact.ravel())
        ours, by_soft = decoder.decode(llrs), decoder.decode_soft(soft)
        assert np.array_equal(ours[0], by_soft[0]) and ours[1:] == by_soft[1:]
        outcomes.add(ours[1])
    assert outcomes == {False, True}


@pytest.mark.parametrize("rate", CODINGS, ids=str)
@pytest.mark.parametrize("value", [0, np.nan, np.inf, 1e30, -1e30])
def test_a_constant_is_no_frame(rate, value):
    w = isac.waveform(n_subcarriers=64, n_symbols=20, coding=rate)
    llrs = np.full((w.n_symbols, w.bits_per_row), value, np.float32)
    assert not isac.dsp.frame_decoder(w).decode(llrs)[1]


def test_ldpc_beats_the_convolutional_code():
    """At 2.5 dB, where it needs 1.5, every frame arrives; the convolutional code needs 4.9."""
    arrived = {}
    for rate in (isac.coding.LDPC_1_2, isac.coding.CC_1_2):
        w = isac.load_waveform("lab", n_symbols=64, coding=rate)
        rng = np.random.default_rng(6)
        sent = isac.dsp.frame_encoder(w).encode(random_bytes(w.payload_len))
        decoder, es_n0 = isac.dsp.frame_decoder(w), 10 ** 0.25
        arrived[rate] = 0
        for _ in range(20):  # QPSK: a bit has half of the energy and of the noise of a cell
            noise = rng.standard_normal(sent.shape)
            llrs = 2 * np.sqrt(es_n0) * (np.sqrt(es_n0) * (1 - 2.0 * sent) + noise)
            arrived[rate] += decoder.decode(llrs.astype(np.float32))[1]
    assert arrived == {isac.coding.LDPC_1_2: 20, isac.coding.CC_1_2: 0}


def test_an_ldpc_code_and_its_decoder_on_arrays():
    code = isac.dsp.ldpc_code(648, isac.coding.LDPC_2_3)
    info = np.random.default_rng(1).integers(0, 2, (code.k, 5), np.uint8)
    words = code.encode(info)
    assert words.shape == (648, 5) and np.array_equal(words[:code.k], info)
    assert all((words[row].sum(axis=0) % 2 == 0).all() for row in code.rows)
    decoder = isac.dsp.ldpc_decoder(code, max_iterations=5)
    soft = (10 - 20 * words.astype(int)).astype(np.int8)
    soft[7] *= -1
    assert np.array_equal(decoder.decode(soft), words)
    assert 1 <= decoder.n_iterations <= 5
    same = isac.dsp.ldpc_code(648, code.rows)
    assert np.array_equal(isac.dsp.ldpc_decoder(same).decode(soft), words)
    with pytest.raises(ValueError, match="only codes of 802.11n"):
        same.encode(info)


def test_a_header_comes_back():
    codec = isac.dsp.header_codec(W)
    bits = codec.encode(number=2 ** 32 - 1, payload_len=123)
    assert len(bits) == codec.n_bits == 2 * (W.n_subcarriers - 1) * W.n_header_symbols
    assert codec.decode(4.0 - 8.0 * bits) == {
        "number": 2 ** 32 - 1, "payload_len": 123, "modulation": 2, "coding": int(W.coding)}
    assert codec.decode(np.zeros(codec.n_bits, np.float32)) is None


def coded_bit_error_rate(eb_n0_db, n_blocks):
    """Of the rate 1/2 code over QPSK in AWGN, and the number of bits that is from."""
    rng = np.random.default_rng(4)
    n_bytes = 5000
    code = isac.dsp.convolutional_code(n_bytes, isac.coding.CC_1_2)
    es_n0 = 10 ** (eb_n0_db / 10)  # two bits a symbol, half of them information
    mapper = isac.dsp.symbol_mapper(isac.modulation.QPSK)
    demapper = isac.dsp.symbol_demapper(isac.modulation.QPSK)
    noise_var = np.full(code.coded_len // 2, 1 / es_n0, np.float32)
    errors = 0
    for _ in range(n_blocks):
        data = rng.integers(0, 256, n_bytes, np.uint8)
        symbols = mapper.map(code.encode(data))
        noise = rng.standard_normal(2 * len(symbols), np.float32).view(np.complex64)
        llrs = demapper.demap(symbols + noise * np.float32(np.sqrt(0.5 / es_n0)), noise_var)
        decoded = code.decode(isac.dsp.quantize_llrs(llrs))
        errors += np.unpackbits(decoded ^ data).sum()
    return errors / (8 * n_bytes * n_blocks), 8 * n_bytes * n_blocks


@pytest.mark.parametrize("eb_n0_db", [3, 4])
def test_coded_bit_error_rate_follows_the_distance_of_the_code(eb_n0_db):
    """A maximum likelihood decoder stays below the union bound over its error events, and is at
    least half as bad as the events of least weight alone (11 of them overlap, so some happen
    together and count once). The upper bound is taken 0.25 dB lower, which is what eight bits
    may cost (test_convolutional_code.cc). Bit errors come in events of about 36/11 bits or more,
    up to ten, so the variance of their count is at most ten times their mean: five sigma of it
    on both sides. At 4 dB that leaves nothing of the lower bound, at 3 dB half.
    """
    spectrum = convolutional_spectrum((0o133, 0o171), 7)
    assert list(spectrum.items())[:3] == [(10, (11, 36)), (12, (38, 211)), (14, (193, 1404))]
    ber, n_bits = coded_bit_error_rate(eb_n0_db, 300)
    upper = union_bound(spectrum, 0.5 * 10 ** ((eb_n0_db - 0.25) / 10))
    lower = union_bound({10: spectrum[10]}, 0.5 * 10 ** (eb_n0_db / 10)) / 2
    band = 5 * math.sqrt(10 / n_bits)
    assert lower - band * math.sqrt(lower) < ber < upper + band * math.sqrt(upper)


# The blocks.


def frame_tag(offset, **meta):
    tag = gr.tag_t()
    tag.offset = offset
    tag.key, tag.value = pmt.intern("isac_frame"), pmt.to_pmt(meta)
    return tag


def decode(llrs, tags=()):
    """frame_decoder on rows: what it published on pdus and frames, as Python, and the block."""
    decoder = isac.frame_decoder(W)
    source = blocks.vector_source_f(llrs.ravel().tolist(), False, W.bits_per_row, tags)
    pdus, frames = blocks.message_debug(), blocks.message_debug()
    top = gr.top_block()
    top.connect(source, decoder)
    top.msg_connect(decoder, "pdus", pdus, "store")
    top.msg_connect(decoder, "frames", frames, "store")
    top.run()

    def taken(sink):
        return [(pmt.to_python(pmt.car(m)), bytes(pmt.u8vector_elements(pmt.cdr(m))))
                for m in map(sink.get_message, range(sink.num_messages()))]

    return taken(pdus), taken(frames), decoder


def encoded(*payloads):
    encoder = isac.dsp.frame_encoder(W)
    return certain(np.concatenate([encoder.encode(p) for p in payloads]))


def test_encoder_block_does_what_the_function_does():
    payloads = random_bytes(3 * W.payload_len).reshape(3, -1)
    bits, tags = run(isac.frame_encoder(W), payloads, dtype=np.uint8,
                     tags=[frame_tag(i, number=i) for i in range(3)])
    encoder = isac.dsp.frame_encoder(W)
    assert np.array_equal(bits, np.concatenate([encoder.encode(p) for p in payloads]))
    assert [t.offset for t in tags] == [0, W.n_symbols, 2 * W.n_symbols]


def test_decoder_publishes_the_bytes_in_use():
    payload = random_bytes(100)
    rows = encoded(payload)
    rows[0, 3] *= -1
    rows[5, 7] = np.nan
    bit_errors = 1 + int(encoded(payload)[5, 7] < 0)  # NaN decides for 0
    pdus, frames, decoder = decode(rows, [frame_tag(0, number=7, payload_len=100, snr_db=9.5)])
    meta = {"number": 7, "payload_len": 100, "snr_db": 9.5, "crc_ok": True,
            "bit_errors": bit_errors, "coded_bits": W.bits_per_frame}
    assert pdus == [(meta, payload.tobytes())]
    assert frames == [(meta, payload.tobytes())]
    assert (decoder.frames, decoder.crc_errors) == (1, 0)


def test_idle_and_broken_frames_are_told_but_carry_nothing():
    rows = encoded(random_bytes(0), random_bytes(50))
    rows[W.n_symbols:] = np.random.default_rng(1).normal(size=(W.n_symbols, W.bits_per_row))
    pdus, frames, decoder = decode(rows, [frame_tag(0, number=0, payload_len=0),
                                          frame_tag(W.n_symbols, number=1, payload_len=50)])
    assert pdus == []
    assert [meta["crc_ok"] for meta, _ in frames] == [True, False]
    assert "bit_errors" not in frames[1][0]
    assert (decoder.frames, decoder.crc_errors) == (2, 1)


def test_decoder_begins_anew_at_a_tag():
    """Rows are missing in the middle of frame 4: frame 5 is whole all the same."""
    payloads = [random_bytes(W.payload_len, seed) for seed in range(3)]
    rows = np.delete(encoded(*payloads), slice(W.n_symbols + 3, W.n_symbols + 9), axis=0)
    tags = [frame_tag(0, number=3), frame_tag(W.n_symbols, number=4),
            frame_tag(2 * W.n_symbols - 6, number=5)]
    pdus, _, decoder = decode(rows, tags)
    assert [meta["number"] for meta, _ in pdus] == [3, 5]
    assert [data for _, data in pdus] == [payloads[0].tobytes(), payloads[2].tobytes()]
    assert decoder.frames == 2


def test_decoder_counts_rows_where_nothing_is_tagged():
    payloads = [random_bytes(W.payload_len, seed) for seed in range(3)]
    pdus, _, _ = decode(encoded(*payloads))
    assert [meta["number"] for meta, _ in pdus] == [0, 1, 2]
    assert [data for _, data in pdus] == [p.tobytes() for p in payloads]


@pytest.mark.parametrize("value", [pmt.PMT_NIL, pmt.from_long(3), pmt.intern("frame"),
                                   pmt.to_pmt({"number": "seven", "payload_len": -4})])
def test_decoder_survives_a_strange_tag(value):
    tag = frame_tag(0)
    tag.value = value
    _, frames, decoder = decode(encoded(random_bytes(10)), [tag])
    assert decoder.frames == 1 and frames[0][0]["crc_ok"]


def test_the_chain_of_blocks_carries_bytes():
    """Source to decoder without a channel: what goes in comes out, cut where frames end."""
    w = isac.waveform(n_subcarriers=64, n_symbols=20, modulation=isac.modulation.QAM64,
                      coding=isac.coding.CC_3_4)
    data = random_bytes(5 * w.payload_len // 2).tobytes()
    top, pdus, frames = gr.top_block(), blocks.message_debug(), blocks.message_debug()
    mapper, demapper = isac.symbol_mapper(w), isac.symbol_demapper(w)
    decoder = isac.frame_decoder(w)
    noise = blocks.vector_source_f([0.01] * w.n_data, True, w.n_data)
    top.connect(isac.payload_source(w, data, n_frames=4), isac.frame_encoder(w), mapper)
    top.connect(mapper, (demapper, 0))
    top.connect(noise, (demapper, 1))
    top.connect(demapper, decoder)
    top.msg_connect(decoder, "pdus", pdus, "store")
    top.msg_connect(decoder, "frames", frames, "store")
    top.run()
    received = [pmt.cdr(pdus.get_message(i)) for i in range(pdus.num_messages())]
    assert b"".join(bytes(pmt.u8vector_elements(r)) for r in received) == data
    assert (len(received), frames.num_messages(), decoder.crc_errors) == (3, 4, 0)

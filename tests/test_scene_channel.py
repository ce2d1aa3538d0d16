# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The block is its DSP class, whole, with tags and truth where they belong."""

import numpy as np
import pmt
import pytest
from gnuradio import blocks, gr, isac

from flow import run

WAVEFORM = isac.waveform(n_symbols=16)
LINK, ECHO = isac.channel_view.LINK, isac.channel_view.ECHO
SCENE = isac.scene(
    targets=[{"range_m": 50, "velocity_mps": 20}, {"range_m": 120, "snr_db": 5}],
    paths=[{"range_m": 100, "velocity_mps": 2}, {"range_m": 180, "gain_db": -6}],
    leakage_db=-66, cfo_hz=500, sampling_offset_ppm=3)


def noise(n, seed=1):
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(n, 2)) @ [0.5, 0.5j]).astype(np.complex64)


def tag(offset, **meta):
    t = gr.tag_t()
    t.offset, t.key, t.value = offset, pmt.intern("isac_frame"), pmt.to_pmt(meta)
    return t


def truths(channel, samples, tags=()):
    """Runs the block and returns its truth PDUs as (metadata, table)."""
    top = gr.top_block()
    source = blocks.vector_source_c(samples.tolist(), False, 1, list(tags))
    log = blocks.message_debug(False)
    top.connect(source, channel, blocks.null_sink(gr.sizeof_gr_complex))
    top.msg_connect(channel, "truth", log, "store")
    top.run()
    pdus = [log.get_message(i) for i in range(log.num_messages())]
    return [(pmt.to_python(pmt.car(p)),
             np.array(pmt.f32vector_elements(pmt.cdr(p))).reshape(-1, 4)) for p in pdus]


@pytest.mark.parametrize("view", [LINK, ECHO])
@pytest.mark.parametrize("n", [1, 100, 300_001])
def test_the_block_is_the_dsp_to_the_last_sample(view, n):
    """However the scheduler cuts the stream; and it ends as the arrays do, flushed."""
    samples = noise(n)
    expected = isac.dsp.scene_channel(WAVEFORM, SCENE, view, seed=3).process(samples)
    received, _ = run(isac.scene_channel(WAVEFORM, SCENE, view, seed=3), samples)
    np.testing.assert_array_equal(received, expected)
    assert view == LINK or len(received) == n


def test_several_antennas_are_several_ports():
    two, three = isac.antenna_array(n_elements=2), isac.antenna_array(n_elements=3)
    samples = np.stack([noise(50_000, 1), noise(50_000, 2)])
    expected = isac.dsp.scene_channel(WAVEFORM, SCENE, ECHO, two, three).process(samples)
    assert expected.shape == (3, 50_000)

    channel = isac.scene_channel(WAVEFORM, SCENE, ECHO, two, three)
    top = gr.top_block()
    for port, x in enumerate(samples):
        top.connect(blocks.vector_source_c(x.tolist()), (channel, port))
    sinks = [blocks.vector_sink_c() for _ in range(3)]
    for port, sink in enumerate(sinks):
        top.connect((channel, port), sink)
    top.run()
    np.testing.assert_array_equal(np.array([s.data() for s in sinks], np.complex64), expected)


def test_pieces_of_a_stream_are_the_stream():
    samples = noise(70_000)
    whole = isac.dsp.scene_channel(WAVEFORM, SCENE, LINK).process(samples)
    channel = isac.dsp.scene_channel(WAVEFORM, SCENE, LINK)
    pieces = [channel.process(samples[:1], more=True), channel.process(samples[1:30_000], True),
              channel.process(samples[30_000:])]
    np.testing.assert_array_equal(np.concatenate(pieces), whole)


def test_the_next_array_begins_anew_with_noise_of_its_own():
    channel = isac.dsp.scene_channel(WAVEFORM, isac.scene(link_snr_db=20), LINK)
    samples = noise(200_000)
    first, second = channel.process(samples), channel.process(samples)
    # the difference of two noises of variance 0.01; five sigma
    assert np.mean(np.abs(first - second) ** 2) == pytest.approx(0.02, rel=5 / np.sqrt(2e5))


@pytest.mark.parametrize("view, expected", [(LINK, []), (ECHO, [0, 1000, 2999])])
def test_tags_pass_echoes_and_do_not_pass_the_link(view, expected):
    tags = [tag(0, number=0), tag(1000, number=1), tag(2999, number=2)]
    _, received = run(isac.scene_channel(WAVEFORM, SCENE, view), noise(3000), tags=tags)
    assert [t.offset for t in received] == expected
    assert [pmt.to_python(t.value)["number"] for t in received] == list(range(len(expected)))


def test_truth_tells_every_tagged_frame_what_was_there_in_its_middle():
    offsets = [100, 100 + WAVEFORM.frame_len]
    tags = [tag(o, number=7 + i) for i, o in enumerate(offsets)]
    told = truths(isac.scene_channel(WAVEFORM, SCENE, ECHO), noise(3 * WAVEFORM.frame_len), tags)
    assert [meta["number"] for meta, _ in told] == [0, 7, 8]   # what comes untagged is counted
    for offset, (meta, table) in zip([0, *offsets], told, strict=True):
        middle_s = (offset + WAVEFORM.preamble_len + WAVEFORM.body_len / 2) / 30.72e6
        assert meta["time_s"] == pytest.approx(middle_s)
        assert meta["leakage"]
        np.testing.assert_allclose(table, [
            [50 - 20 * middle_s, 20, 0, SCENE.echo_snr_db(WAVEFORM, 0, 50 - 20 * middle_s)],
            [120, 0, 0, 5],
            [0, 0, 0, SCENE.leakage_snr_db(WAVEFORM)]], rtol=1e-6)


def test_truth_counts_frames_that_nobody_tagged():
    told = truths(isac.scene_channel(WAVEFORM, SCENE, LINK), noise(2 * WAVEFORM.frame_len + 1))
    assert [meta["number"] for meta, _ in told] == [0, 1, 2]
    assert "leakage" not in told[0][0]
    share = 10 * np.log10(1 + 10 ** -0.6)   # both paths together have the SNR of the link
    np.testing.assert_allclose(told[0][1][:, 3], [30 - share, 24 - share], rtol=1e-6)


def test_a_scene_can_be_changed_before_and_while_it_runs():
    silent = isac.scene(targets=[], leakage_db=-np.inf)
    channel = isac.scene_channel(WAVEFORM, SCENE, ECHO)
    channel.set_scene(silent)
    received, _ = run(channel, noise(100_000))
    assert np.mean(np.abs(received) ** 2) == pytest.approx(1e-6, rel=5 / np.sqrt(1e5))

    channel = isac.dsp.scene_channel(WAVEFORM, SCENE, ECHO)
    channel.process(noise(20_000), more=True)
    channel.set_scene(isac.scene(targets=[{"range_m": 80, "velocity_mps": 30}]))
    assert channel.truth(0.1)[0, 0] == pytest.approx(77)   # time went on
    assert not channel.has_leakage


def test_wrong_shapes_and_seeds_are_refused():
    two = isac.antenna_array(n_elements=2)
    with pytest.raises(ValueError, match=r"samples must be \[2 antennas, n\]"):
        isac.dsp.scene_channel(WAVEFORM, SCENE, ECHO, two).process(noise(10))
    with pytest.raises(ValueError, match="scene_channel: seed = -1, but it must be >= 0"):
        isac.scene_channel(WAVEFORM, SCENE, ECHO, seed=-1)

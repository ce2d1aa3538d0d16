# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The chains as rows of small blocks, connected as a lesson would connect them."""

from gnuradio import isac


def _spread(waveform):
    return waveform.precoding == isac.precoding.DFT


def transmit_row(top, waveform, source):
    """payload_source to samples. Returns the last block and the one that makes the rows."""
    grid = isac.grid_mapper(waveform)
    spreader = [isac.dft_spreader(waveform)] if _spread(waveform) else []
    last = isac.preamble_inserter(waveform)
    top.connect(source, isac.frame_encoder(waveform), isac.symbol_mapper(waveform), *spreader,
                grid, isac.ofdm_modulator(waveform), last)
    return last, grid


def receive_row(top, waveform, source):
    """Samples to frame_decoder, which it returns."""
    rows = isac.ofdm_demodulator(waveform)
    channel = isac.channel_estimator(waveform)
    last = isac.equalizer(waveform)
    demapper, decoder = isac.symbol_demapper(waveform), isac.frame_decoder(waveform)
    top.connect(source, isac.frame_sync(waveform), rows, channel)
    top.connect(rows, (last, 0))
    top.connect(channel, (last, 1))
    if _spread(waveform):
        despreader = isac.dft_despreader(waveform)
        for port in (0, 1):
            top.connect((last, port), (despreader, port))
        last = despreader
    for port in (0, 1):
        top.connect((last, port), (demapper, port))
    top.connect(demapper, decoder)
    return decoder

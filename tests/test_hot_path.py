# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing is planned, allocated or locked in work() but what a frame's messages need.

Every allocation of each block's thread is counted, GNU Radio's own included, and every lock
that libgnuradio-isac takes itself; tests/hooks/hooks.h says precisely what. The tests of the
DSP classes alone, which allocate nothing at all, are in dsp/test_hot_path.cc.
"""

import json
import os
import platform
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest
from gnuradio import isac

HOOKS = Path(isac.__file__).parents[3] / "tests/libisac-test-hooks.so"

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the hooks need glibc")


@lru_cache
def costs(what, n_symbols):
    """{block: {allocations, bytes, locks, plans}} per frame of n_symbols rows, once warm."""
    done = subprocess.run(
        [sys.executable, Path(__file__).parent / "hot_path.py", HOOKS, str(n_symbols), what],
        env={**os.environ, "LD_PRELOAD": str(HOOKS)}, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


# Per frame: a tag with a dictionary, a truth message, two result messages and a status each with
# its dictionary, at two to three allocations an entry; a PDU; a table of detections.
MOST = {"transmitter": 40, "scene_channel": 60, "receiver": 200, "sensor": 200,
        "ofdm_demodulato": 40, "preamble_remove": 40}


@pytest.mark.parametrize("what", ["link", "traffic", "radar"])
def test_a_frame_costs_its_messages_and_nothing_else(what):
    found = costs(what, 64)
    blocks = [name for name in MOST if name in found]
    assert len(blocks) >= 3, found
    for name in blocks:
        assert found[name]["allocations"] < MOST[name], (name, found[name])


@pytest.mark.parametrize("what", ["link", "radar"])
def test_a_row_costs_no_allocation(what):
    """Four times the rows and samples, and as good as the same allocations a frame: none is for a
    row or a sample. One for every tenth of the 192 rows more would show; what frames between the
    blocks make uncertain when the counting begins and ends is a tenth of that."""
    short, long = costs(what, 64), costs(what, 256)
    for name in MOST:
        if name in short:
            more = long[name]["allocations"] - short[name]["allocations"]
            assert more < 0.1 * (256 - 64), (name, short[name], long[name])


@pytest.mark.parametrize("what", ["link", "traffic", "radar"])
def test_no_lock_and_no_plan(what):
    """Messages are posted under a lock of GNU Radio's; of its own this module takes none."""
    for name, cost in costs(what, 64).items():
        assert cost["plans"] == 0, name
        if name in MOST:
            assert cost["locks"] == 0, (name, cost)

# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every flowgraph in examples/ opens, compiles without a warning, runs and ends cleanly."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.grc"))
RUN_S = 4  # of a flowgraph that would run for ever

pytestmark = pytest.mark.skipif(shutil.which("grcc") is None, reason="grcc is not installed")


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """The Python files that grcc makes, by name; compiled together, as grcc starts slowly."""
    folder = tmp_path_factory.mktemp("flowgraphs")
    made = {}
    done = subprocess.run([sys.executable, shutil.which("grcc"), "-o", folder, *EXAMPLES],
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    for path in EXAMPLES:
        options = yaml.safe_load(path.read_text())["options"]["parameters"]
        made[path.stem] = folder / f"{options['id']}.py", options["generate_options"]
    return made, done.stdout + done.stderr


def test_grcc_has_nothing_to_complain_about(compiled):
    made, said = compiled
    assert not re.search("warning|error|missing|deprecated", said, re.I), said
    assert all(path.is_file() for path, _ in made.values())


@pytest.mark.parametrize("flowgraph", EXAMPLES, ids=lambda p: p.stem)
def test_runs_and_ends_cleanly(flowgraph, compiled, tmp_path):
    script, kind = compiled[0][flowgraph.stem]
    process = subprocess.Popen(
        [sys.executable, "-u", script], text=True, cwd=tmp_path, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    if kind == "qt_gui":
        time.sleep(RUN_S)
        assert process.poll() is None, process.communicate()[0]
        process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert "Traceback" not in said and "rror" not in said, said


def test_the_headless_flowgraph_prints_what_it_found(compiled):
    done = subprocess.run([sys.executable, compiled[0]["isac_headless"][0], "-n", "4"],
                          capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    assert re.search(r"link: \d frames, 0 lost, BLER 0, .* SNR 2\d\.\d dB", done.stdout)
    assert len(re.findall(r" m/s .* dB$", done.stdout, re.M)) == 8  # 7 targets and the leakage


@pytest.mark.parametrize("flowgraph", EXAMPLES, ids=lambda p: p.stem)
def test_every_gnu_radio_3_10_can_read_it_and_a_person_too(flowgraph):
    """File format 2 exists from 3.10.9 on. Blocks are at least 160 x 60 pixels large, ports not
    counted: nearer than that they would cover each other."""
    document = yaml.safe_load(flowgraph.read_text())
    assert document["metadata"]["file_format"] == 1
    places = {"options": document["options"]["states"]["coordinate"]}
    places.update({b["name"]: b["states"]["coordinate"] for b in document["blocks"]})
    for one, (x, y) in places.items():
        for other, (u, v) in places.items():
            assert one == other or abs(x - u) >= 130 or abs(y - v) >= 64, f"{one} covers {other}"

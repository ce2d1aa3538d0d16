# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every flowgraph in examples/ opens, compiles and runs."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.grc"))
GRCC = "/usr/bin/grcc"


def compile_flowgraph(flowgraph, folder):
    done = subprocess.run([sys.executable, GRCC, "-o", folder, flowgraph], text=True, timeout=120,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    assert done.returncode == 0, done.stdout
    assert "warn" not in done.stdout.lower(), done.stdout
    script, = Path(folder).glob("*.py")
    return script


@pytest.mark.parametrize("flowgraph", EXAMPLES, ids=lambda p: p.stem)
def test_compiles_and_runs(flowgraph, tmp_path):
    """A flowgraph without windows ends by itself; one with windows runs until it is closed."""
    script = compile_flowgraph(flowgraph, tmp_path)
    options = yaml.safe_load(flowgraph.read_text())["options"]["parameters"]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    if options["generate_options"] == "no_gui":
        done = subprocess.run([sys.executable, script], env=environment, text=True, timeout=120,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return
    running = subprocess.Popen([sys.executable, script], env=environment, text=True,
                               stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    time.sleep(8)
    alive = running.poll() is None
    running.send_signal(signal.SIGTERM)
    _, errors = running.communicate(timeout=60)
    assert alive and "Traceback" not in errors, errors

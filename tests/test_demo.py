# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo as its user meets it: a command line, files, an exit status."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

DEMO = [sys.executable, "-m", "gnuradio.isac.demo"]
RESULTS = {"report.txt", "report.json", "range_velocity.png", "constellation.png"}


def demo(*arguments, folder):
    return subprocess.run([*DEMO, *map(str, arguments)], cwd=folder, text=True, timeout=120,
                          stdin=subprocess.DEVNULL, capture_output=True, check=False)


@pytest.mark.parametrize("size, arguments", [
    (1, []), (1000, ["--precoding", "dft"]), (100_000, ["--modulation", "qam64"]),
    (100_000, ["--modulation", "qam64", "--precoding", "dft"])])
def test_the_file_arrives(size, arguments, tmp_path):
    sent = np.random.default_rng(size).bytes(size)
    (tmp_path / "sent.bin").write_bytes(sent)
    done = demo("sent.bin", *arguments, "--out", "out", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "out/sent.bin").read_bytes() == sent
    assert {p.name for p in (tmp_path / "out").iterdir()} == RESULTS | {"sent.bin"}
    report = json.loads((tmp_path / "out/report.json").read_text())
    assert report


def test_a_damaged_file_is_a_failure_and_says_so(tmp_path):
    (tmp_path / "sent.bin").write_bytes(bytes(1000))
    done = demo("sent.bin", "--snr-db", -3, "--out", "out", folder=tmp_path)
    assert done.returncode == 1
    assert "damaged" in done.stdout.lower()
    assert not (tmp_path / "out/sent.bin").exists()


@pytest.mark.parametrize("arguments, says", [
    (["missing.bin"], "missing.bin"), (["."], "folder"), (["empty.bin"], "empty"),
    (["big.bin"], "--limit-mb"), (["ok.bin", "--waveform", "nosuch"], "lab"),
    (["ok.bin", "--scene", "nosuch"], "street"), (["ok.bin", "--precoding", "maybe"], "maybe"),
    (["ok.bin", "--snr-db", "nan"], "snr"), (["ok.bin", "--snr-db", "loud"], "loud"),
    (["ok.bin", "--waveform", "broken.yml"], "broken.yml"),
    (["ok.bin", "--waveform", "unknown.yml"], "colour"),
    (["ok.bin", "--waveform", "range.yml"], "fft_len = 5"),
    (["ok.bin", "--scene", "far.yml"], "range_m = 5000")])
def test_bad_input_is_one_line(arguments, says, tmp_path):
    (tmp_path / "ok.bin").write_bytes(b"ok")
    (tmp_path / "empty.bin").touch()
    with open(tmp_path / "big.bin", "wb") as file:
        file.truncate(50_000_000)
    (tmp_path / "broken.yml").write_text("fft_len: [1024\n")
    (tmp_path / "unknown.yml").write_text("colour: blue\n")
    (tmp_path / "range.yml").write_text("fft_len: 5\n")
    (tmp_path / "far.yml").write_text("targets:\n- {range_m: 5000}\n")
    done = demo(*arguments, "--out", "out", folder=tmp_path)
    assert done.returncode == 2, done.stdout + done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1 and says in lines[0], done.stderr
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


def test_ctrl_c_leaves_nothing_half_written(tmp_path):
    (tmp_path / "sent.bin").write_bytes(bytes(25_000_000))
    running = subprocess.Popen([*DEMO, "sent.bin", "--out", "out"], cwd=tmp_path, text=True,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    running.stdout.readline()  # it has begun
    time.sleep(1)
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Traceback" not in errors
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())

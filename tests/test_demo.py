# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of the demo: what it writes, and what it says when it cannot."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from gnuradio.isac import demo

PICTURE = Path(__file__).parents[1] / "examples" / "street.png"
WRITTEN = {"report.txt", "report.json", "range_velocity.png", "constellation.png"}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QT_QPA_PLATFORM", "")


def written(folder="isac-demo"):
    return {path.name for path in Path(folder).iterdir()}


def a_file(name, n_bytes):
    path = Path(name)
    path.write_bytes(np.random.default_rng(n_bytes).bytes(n_bytes))
    return path


@pytest.mark.parametrize("arguments", [
    [], ["--precoding", "dft"], ["--modulation", "64qam"],
    ["--precoding", "dft", "--modulation", "qam64"]], ids=" ".join)
@pytest.mark.parametrize("n_bytes", [1, 1000, 70000])
def test_a_file_arrives_byte_for_byte(n_bytes, arguments, capsys):
    sent = a_file("some file.bin", n_bytes)
    assert demo.main([str(sent), *arguments]) == 0
    assert written() == WRITTEN | {sent.name}
    assert (Path("isac-demo") / sent.name).read_bytes() == sent.read_bytes()
    out = capsys.readouterr().out
    assert f"intact, all {n_bytes} bytes equal" in out and "SUCCESS" in out


def test_the_default_is_the_picture_and_the_report_is_whole(capsys):
    assert demo.main([]) == 0
    folder = Path("isac-demo")
    assert (folder / "street.png").read_bytes() == PICTURE.read_bytes()
    text = (folder / "report.txt").read_text()
    assert text in capsys.readouterr().out
    for word in ("BLER", "BER", "SNR", "EVM", "throughput", "false alarms", "detection limit"):
        assert word in text
    assert max(map(len, text.splitlines())) <= 100
    report = json.loads((folder / "report.json").read_text())
    assert report["success"] and report["intact"] and len(report["targets"]) == 7
    for target in report["targets"]:
        assert target["found"] and target["found_fraction"] > 0.9
    for name in ("range_velocity.png", "constellation.png"):
        picture = (folder / name).read_bytes()
        assert picture.startswith(b"\x89PNG") and len(picture) > 10000


def test_a_link_that_fails_is_status_1_and_no_file_under_the_final_name(capsys):
    sent = a_file("data.bin", 500)
    assert demo.main([str(sent), "--snr-db", "-20"]) == 1
    assert written() == WRITTEN | {"data.bin.damaged"}
    out = capsys.readouterr().out
    assert "FAILURE: the file is damaged" in out


def test_a_file_called_like_a_report_is_safe(capsys):
    sent = a_file("report.txt", 100)
    before = sent.read_bytes()
    assert demo.main([str(sent), "--out", "."]) == 2
    assert "the report would replace report.txt there" in capsys.readouterr().err
    assert sent.read_bytes() == before
    assert demo.main([str(sent)]) == 0
    assert written() == WRITTEN | {"received-report.txt"}
    assert Path("isac-demo/received-report.txt").read_bytes() == before


def test_a_copy_beside_its_source_has_another_name():
    sent = a_file("data.bin", 100)
    assert demo.main([str(sent), "--out", "."]) == 0
    assert Path("received-data.bin").read_bytes() == sent.read_bytes()


def test_results_of_an_earlier_run_are_replaced():
    sent = a_file("data.bin", 100)
    for _ in range(2):
        assert demo.main([str(sent)]) == 0
    assert written() == WRITTEN | {"data.bin"}


BAD = {
    "no file": (["none.bin"], r"file = 'none.bin', but there is no such file; check the name"),
    "a folder": (["."], r"file = '.', but that is a folder; name a file, or pack"),
    "empty": (["empty"], r"file = 'empty', but it is empty; name a file with at least one byte"),
    "a device": (["/dev/null"], r"file = '/dev/null', but it must be a regular file; copy"),
    "too large": (["large"], r"file = 'large', but its 50.0 MB are more than the limit of 32 MB; "
                             r"raise it with --limit-mb 50"),
    "bad limit": (["small", "--limit-mb", "0"], r"limit-mb = 0, but it must be > 0; leave it out"),
    "preset": (["small", "--waveform", "labb"], r"waveform: 'labb' is no preset; give one of lab"),
    "scene": (["small", "--scene", "x.yml"], r"scene: 'x.yml' does not exist; give a preset"),
    "YAML": (["small", "--scene", "bad.yml"], r"bad.yml: line 1, column \d+: not YAML"),
    "out of reach": (["small", "--scene", "far.yml"],
                     r"scene: targets\[0\].range_m = 2000, but .*351.*: use a longer cp_len or"),
    "precoding": (["small", "--precoding", "x"],
                  r".*precoding = 'x', but it must be one of NONE, DFT"),
    "modulation": (["small", "--modulation", "qam3"],
                   r".*modulation = 'qam3', but it must be one of BPSK, QPSK"),
    "SNR": (["small", "--snr-db", "nan"], r".*link_snr_db = nan, but it must be a number"),
    "no SNR": (["small", "--snr-db", "x"], r"argument --snr-db: invalid float value: 'x'; see"),
    "seed": (["small", "--seed", "-1"], r"experiment: seed = -1, but it must be a whole number"),
    "option": (["small", "--snr", "3", "--nonsense"], r"unrecognized arguments: --nonsense; see"),
    "out": (["small", "--out", "small"], r"out = 'small', but results cannot be written there"),
    "two files": (["small", "small"], r"unrecognized arguments: small; see --help"),
    "no display": (["small", "--gui"], r"gui = True, but there is no display"),
}


@pytest.mark.parametrize("arguments, pattern", BAD.values(), ids=BAD)
def test_bad_input_is_one_line_and_status_2(arguments, pattern, capsys, monkeypatch):
    Path("empty").touch()
    Path("small").write_bytes(b"x")
    Path("bad.yml").write_text("{")
    Path("far.yml").write_text("targets: [{range_m: 2000}]")
    with open("large", "wb") as large:
        large.truncate(50_000_000)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    before = written(".")
    assert demo.main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1
    assert re.match("demo: (bad.yml: |far.yml: )?" + pattern, said.err), said.err
    assert written(".") == before, "nothing is left behind"


def test_a_folder_that_cannot_be_written_is_one_line(capsys):
    a_file("data.bin", 10)
    assert demo.main(["data.bin", "--out", "/proc/nowhere"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("demo: out = '/proc/nowhere', but") and said.count("\n") == 1


def test_ctrl_c_in_the_middle_leaves_nothing():
    """The process is told to stop while frames are under way (the progress says so)."""
    sent = a_file("data.bin", 30_000_000)
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "gnuradio.isac.demo", str(sent)], text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    for line in process.stderr:
        if "frames/s" in line:
            break
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said.splitlines()[-1] == "demo: interrupted; nothing was written"
    assert "Traceback" not in said
    assert time.monotonic() - began < 10
    assert not Path("isac-demo").exists() or written() == set()


def test_help_names_the_presets(capsys):
    with pytest.raises(SystemExit) as left:
        demo.main(["--help"])
    assert left.value.code == 0
    out = capsys.readouterr().out
    assert "mmwave" in out and "street" in out

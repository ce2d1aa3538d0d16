# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cheap half of ./run and what it is made of; a bare machine tests the other half."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RUN = ROOT / "run"
JUNIT = """<testsuites><testsuite><testcase name="a"/><testcase name="b"><{0}/></testcase>
</testsuite></testsuites>"""


def call(*command, **environment):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          timeout=60, stdin=subprocess.DEVNULL, env={**os.environ, **environment})


@pytest.fixture
def installed():
    """The environment that ./run test runs in, given back to a ./run inside it."""
    if Path(sys.prefix) == Path(sys.base_prefix):
        pytest.skip("not inside the venv of ./run")
    return {"ISAC_VENV": sys.prefix}


@pytest.mark.parametrize("script", [RUN, ROOT / ".ci/run"])
def test_the_scripts_are_executable_bash(script):
    assert os.access(script, os.X_OK)
    assert script.read_text().startswith("#!/bin/bash\n")
    assert call("bash", "-n", script).returncode == 0


def test_help_names_every_command():
    done = call(RUN, "help")
    assert done.returncode == 0
    assert done.stderr == ""
    for command in ("demo", "test", "grc", "grcc", "python", "doctor", "setup", "lint"):
        assert f"\n  {command} " in done.stdout
    for variable in ("ISAC_VENV", "ISAC_BUILD", "ISAC_SKIP_APT", "ISAC_PIP_ARGS", "ISAC_TORCH"):
        assert variable in done.stdout


def test_an_unknown_command_is_refused_in_one_line():
    done = call(RUN, "demmo")
    assert done.returncode == 2
    assert done.stderr == "run: no command 'demmo'; ./run help lists them\n"


def test_no_command_shows_the_help():
    done = call(RUN)
    assert done.returncode == 2
    assert done.stderr == call(RUN, "help").stdout


def test_grc_without_a_display_is_refused_before_any_setup(tmp_path):
    done = call(RUN, "grc", DISPLAY="", WAYLAND_DISPLAY="", ISAC_VENV=str(tmp_path / "venv"))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and "no display" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_somebody_else_is_not_overwritten(tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    done = call(RUN, "setup", ISAC_VENV=str(tmp_path), ISAC_SKIP_APT="1")
    assert done.returncode == 1
    assert f"ISAC_VENV = {tmp_path}, but that folder holds something else" in done.stderr
    assert (tmp_path / "thesis.tex").read_text() == "years of work"


def test_it_works_through_a_link_from_any_folder(tmp_path):
    (tmp_path / "go to").mkdir()
    link = tmp_path / "go to" / "isac"
    link.symlink_to(RUN)
    done = subprocess.run([str(link), "help"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.startswith("usage:")


def test_doctor_says_that_nothing_is_set_up(tmp_path):
    """Without a venv: one cure, exit status 1, and no traceback."""
    done = call(RUN, "doctor", ISAC_VENV=str(tmp_path / "venv"))
    assert done.returncode == 1
    assert "isac           not set up" in done.stdout
    assert "./run setup" in done.stdout.splitlines()[-2]
    assert done.stdout.endswith("simulation will not work yet\n")
    assert done.stderr == ""


def test_doctor_finds_this_installation_sound(installed):
    done = call(RUN, "doctor", **installed)
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith("ready for simulation\n")
    names = [line[2:].split("  ")[0] for line in done.stdout.splitlines() if len(line) > 2]
    for name in ("GNU Radio", "VOLK", "FFTW", "numpy", "isac", "torch", "pyadi-iio", "pylibiio",
                 "libiio", "UHD", "GRC", "display", "Pluto", "USRP"):
        assert name in names


@pytest.mark.parametrize(("status", "mark", "counts", "exit_status"), [
    (0, "skipped", "1 passed, 0 failed, 1 skipped", 0),
    (1, "failure", "1 passed, 1 failed, 0 skipped", 1),
    (1, "error", "1 passed, 1 failed, 0 skipped", 1),
    (139, "skipped", "1 passed, 1 failed, 1 skipped", 1),   # crashed after its last test
])
def test_the_closing_line_counts_every_test(tmp_path, status, mark, counts, exit_status):
    report = tmp_path / "report.xml"
    report.write_text(JUNIT.format(mark))
    done = call(sys.executable, ROOT / "tests/summary.py", "part", status, report)
    assert done.returncode == exit_status
    assert done.stdout.splitlines()[-1] == counts


@pytest.mark.parametrize("content", [None, "", "<testsuites/>", "<testsuites"])
def test_a_part_that_reports_nothing_has_failed(tmp_path, content):
    report = tmp_path / "report.xml"
    if content is not None:
        report.write_text(content)
    done = call(sys.executable, ROOT / "tests/summary.py", "format", 0, "-", "part", 0, report)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "1 passed, 1 failed, 0 skipped"

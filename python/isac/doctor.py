# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""./run doctor: versions, radios found, what is missing and the command that cures it.

Runs in the system's Python and imports nothing but the standard library, because it is asked when
the rest does not work. Whatever may hang or crash (a driver, a broken binding) runs in a process
of its own with a time limit.
"""

import argparse
import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

TIMEOUT_S = 8
SETUP = "./run setup"

LOAD = "from gnuradio import gr; print(gr.version())"
LOAD_ISAC = "from gnuradio import isac; isac.waveform(); print(isac.__file__)"
FFTW_VERSION = """
import ctypes
text = (ctypes.c_char * 64).in_dll(ctypes.CDLL("libfftw3f.so.3"), "fftwf_version").value.decode()
print(text.removeprefix("fftw-").split("-")[0])
"""
IIO_VERSION = """
import ctypes
major, minor, tag = ctypes.c_uint(), ctypes.c_uint(), ctypes.create_string_buffer(8)
library = ctypes.CDLL("libiio.so.0")
library.iio_library_get_version(ctypes.byref(major), ctypes.byref(minor), tag)
print(f"{major.value}.{minor.value}")
"""
UHD_VERSION = """
import ctypes, ctypes.util
text = ctypes.create_string_buffer(64)
ctypes.CDLL(ctypes.util.find_library("uhd")).uhd_get_version_string(text, 64)
print(text.value.decode())
"""
IIO_SCAN = """
import ctypes
library = ctypes.CDLL("libiio.so.0")
for name, result, arguments in (
        ("iio_create_scan_context", ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_uint)),
        ("iio_scan_context_get_info_list", ctypes.c_ssize_t, (ctypes.c_void_p, ctypes.c_void_p)),
        ("iio_context_info_get_uri", ctypes.c_char_p, (ctypes.c_void_p,)),
        ("iio_context_info_get_description", ctypes.c_char_p, (ctypes.c_void_p,))):
    function = getattr(library, name)
    function.restype, function.argtypes = result, arguments
for backend in (b"usb", b"ip"):  # apart: without avahi the second fails
    infos = ctypes.POINTER(ctypes.c_void_p)()
    scan = library.iio_create_scan_context(backend, 0)
    count = library.iio_scan_context_get_info_list(scan, ctypes.byref(infos)) if scan else 0
    for i in range(max(count, 0)):
        print(library.iio_context_info_get_uri(infos[i]).decode(),
              library.iio_context_info_get_description(infos[i]).decode())
"""
# By UHD's C interface: uhd.find_devices of GNU Radio 3.10 raises AttributeError.
UHD_SCAN = """
import ctypes, ctypes.util
library = ctypes.CDLL(ctypes.util.find_library("uhd"))
found, count, text = ctypes.c_void_p(), ctypes.c_size_t(), ctypes.create_string_buffer(512)
library.uhd_string_vector_make(ctypes.byref(found))
library.uhd_usrp_find(b"", ctypes.byref(found))
library.uhd_string_vector_size(found, ctypes.byref(count))
for i in range(count.value):
    library.uhd_string_vector_at(found, ctypes.c_size_t(i), text, ctypes.c_size_t(512))
    print(text.value.decode())
"""


def ask(python, code, timeout_s=TIMEOUT_S):
    """Returns (ok, output lines or the last line of the error) of a piece of Python."""
    environment = dict(os.environ, UHD_LOG_CONSOLE_LEVEL="off", QT_QPA_PLATFORM="offscreen")
    try:
        done = subprocess.run([str(python), "-B", "-W", "ignore", "-c", code], timeout=timeout_s,
                              capture_output=True, text=True, env=environment,
                              stdin=subprocess.DEVNULL, errors="replace")
    except subprocess.TimeoutExpired:
        return False, [f"no answer within {timeout_s} s"]
    except OSError as error:
        return False, [str(error)]
    if done.returncode == 0:
        return True, done.stdout.splitlines()
    return False, done.stderr.strip().splitlines()[-1:] or [f"exit status {done.returncode}"]


def cpu():
    """Returns the name of the processor, its cores and which vector instructions it has."""
    text = Path("/proc/cpuinfo").read_text(errors="replace")
    fields = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    fields = {key.strip(): value.strip() for key, value in fields.items()}
    flags = fields.get("flags", fields.get("Features", "")).split()
    vectors = [name for name in ("avx2", "fma", "avx512f", "asimd") if name in flags]
    name = fields.get("model name", platform.machine())
    return f"{name}, {os.cpu_count()} cores, {' '.join(vectors) or 'no AVX2'}", vectors


def venv_version(venv, name):
    """Returns the version of a package in the venv or the system, without importing it."""
    folders = [str(p) for p in venv.glob("lib/python3*/site-packages")]
    for package in importlib.metadata.distributions(name=name, path=folders + sys.path):
        return package.version
    return None


def command_version(command):
    """Returns the first word like a version that a command prints, None without the command."""
    if shutil.which(command[0]) is None:
        return None
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S,
                          stdin=subprocess.DEVNULL)
    words = (done.stdout + " " + done.stderr).split()
    return next((word for word in words if word[:1].isdigit()), "version unknown")


class Report:
    """The table, and the cures in the order in which to try them."""

    def __init__(self):
        self.problems = []
        self.fatal = False

    def line(self, name, value, problem="", cure="", fatal=False):
        """Prints one line; a problem makes it one to cure, fatal if simulation needs it."""
        mark = " " if not problem else "!" if fatal else "-"
        print(f"{mark} {name:14} {problem or value}", flush=True)
        if problem:
            self.problems.append((name, problem, cure))
            self.fatal |= fatal


def machine(report):
    """What the computer is."""
    release = {}
    if Path("/etc/os-release").exists():
        text = Path("/etc/os-release").read_text()
        release = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    report.line("system", f"{release.get('PRETTY_NAME', platform.system()).strip(chr(34))}, "
                          f"Linux {platform.release()}, {platform.machine()}")
    report.line("processor", cpu()[0])
    report.line("Python", f"{platform.python_version()}, {sys.executable}")


def software(report, venv):
    """What simulation needs."""
    apt = "apt-get install --no-install-recommends"
    ok, answer = ask(sys.executable, LOAD)
    report.line("GNU Radio", answer[0], "" if ok else f"does not load: {answer[0]}",
                SETUP, fatal=True)
    for name, command in (("VOLK", ["volk-config-info", "--version"]),
                          ("CMake", ["cmake", "--version"]), ("g++", ["g++", "-dumpfullversion"])):
        version = command_version(command)
        report.line(name, version, "" if version else "missing", SETUP)
    ok, answer = ask(sys.executable, FFTW_VERSION)
    report.line("FFTW", answer[0], "" if ok else "missing", SETUP, fatal=True)

    python = venv / "bin/python"
    system = venv_version(Path("/nonexistent"), "numpy")
    for name in ("numpy", "scipy", "matplotlib"):
        version = venv_version(venv, name)
        wrong = "missing" if version is None else ""
        if name == "numpy" and version != system:
            wrong = f"{version} in {venv} hides the system's {system}, which GNU Radio needs"
        cure = f"rm -r '{venv}' && {SETUP}" if wrong and version else SETUP
        report.line(name, version, wrong, cure, fatal=name == "numpy")

    if not python.exists():
        report.line("isac", "", "not set up", SETUP, fatal=True)
    else:
        ok, answer = ask(python, LOAD_ISAC, 30)
        stamp = venv / "isac-installed"
        report.line("isac", answer[0], "" if ok else f"does not load: {answer[0]}",
                    f"rm '{stamp}'; {SETUP}" if stamp.exists() else SETUP, fatal=True)
    for name in ("torch", "pytest", "ruff", "clang-format"):
        version = venv_version(venv, name)
        report.line(name, version, "" if version else "missing", SETUP)

    companion = shutil.which("gnuradio-companion")
    ok, _ = ask(sys.executable, "import gi; gi.require_version('Gtk', '3.0')")
    report.line("GRC", companion, "" if companion and ok else "missing, or without GTK",
                f"{apt} gnuradio gir1.2-gtk-3.0")
    display = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY")
    report.line("display", display or "none (grcc and everything without a window work)")


def radios(report, venv):
    """The drivers and the devices they see; none of it is needed for simulation."""
    ok, answer = ask(sys.executable, IIO_VERSION)
    report.line("libiio", answer[0], "" if ok else "missing", "apt-get install libiio0")
    for name in ("pyadi-iio", "pylibiio"):
        version = venv_version(venv, name)
        wrong = "" if version else "missing"
        if name == "pylibiio" and ok and version and version.split(".")[0] != answer[0][0]:
            wrong = f"{version} does not fit libiio {answer[0]}"
        report.line(name, version, wrong, f"rm -r '{venv}' && {SETUP}" if version else SETUP)
    if ok:
        found, devices = ask(sys.executable, IIO_SCAN)
        show_devices(report, "Pluto", found, devices,
                     "plug it in and try: ping 192.168.2.1; without root it needs a udev rule")
    ok, answer = ask(sys.executable, UHD_VERSION)
    report.line("UHD", answer[0], "" if ok else f"missing: {answer[0]}", SETUP)
    if ok:
        found, devices = ask(sys.executable, UHD_SCAN)
        show_devices(report, "USRP", found, devices,
                     "apt-get install uhd-host && uhd_images_downloader, then plug it in again")


def show_devices(report, name, found, devices, cure):
    """One line per device."""
    if not found:
        report.line(name, "", f"the search failed: {devices[0]}", cure)
    for device in devices if found else []:
        report.line(name, device)
    if found and not devices:
        report.line(name, "no device found (the simulation needs none)")


def main():
    """Prints the report; 0 if simulation work is possible."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--venv", type=Path, default=Path(sys.prefix), help="folder of the venv")
    arguments = parser.parse_args()

    report = Report()
    machine(report)
    software(report, arguments.venv)
    radios(report, arguments.venv)
    print()
    cures = {}
    for name, _, cure in report.problems:
        cures.setdefault(cure, []).append(name)
    for cure, names in cures.items():
        print(f"cure for {', '.join(names)}: {cure}")
    print("simulation will not work yet" if report.fatal else "ready for simulation")
    return 1 if report.fatal else 0


if __name__ == "__main__":
    sys.exit(main())

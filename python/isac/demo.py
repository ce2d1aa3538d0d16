# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends a file over a simulated street and measures the street from the echoes.

Exit status: 0 if the file arrived intact and every target above the detection limit was
found, 1 if not, 2 for a wrong argument, 130 after Ctrl-C.
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from . import config, plots, report
from .experiment import experiment

PICTURE = Path(__file__).parent / "data" / "street.png"
REPORTS = "report.txt", "report.json", "range_velocity.png", "constellation.png"


class _parser(argparse.ArgumentParser):
    def error(self, message):
        raise ValueError(f"{message}; see --help")


def _arguments(argv):
    parser = _parser(prog="demo", description=__doc__.split("\n\n")[0],
                     epilog=__doc__.split("\n\n")[1])
    add = parser.add_argument
    add("file", metavar="FILE", nargs="?", default=PICTURE, help="to send; default: a picture")
    add("--waveform", default="lab",
        help=f"{', '.join(config.presets('waveforms'))} or a .yml file")
    add("--scene", default="street", help=f"{', '.join(config.presets('scenes'))} or a .yml file")
    add("--snr-db", type=float, help="at the far receiver, of one cell; default: the scene's")
    add("--precoding", help="none (OFDM) or dft (DFT-s-OFDM); default: the waveform's")
    add("--modulation", help="bpsk, qpsk, qam16, qam64 or qam256; default: the waveform's")
    add("--seed", type=int, default=0, help="of the noise; the same seed repeats the run")
    add("--out", type=Path, default=Path("isac-demo"), help="folder for the results")
    add("--limit-mb", type=float, default=32, help="largest file; memory grows with it")
    add("--gui", action="store_true", help="watch it in a window, slowed down")
    return parser.parse_args(argv)


def _read(path, limit_mb):
    def refuse(rule):
        return ValueError(f"file = '{path}', but {rule}")

    if not path.exists():
        raise refuse("there is no such file; check the name")
    if path.is_dir():
        raise refuse("that is a folder; name a file, or pack the folder first")
    if not path.is_file():
        raise refuse("it must be a regular file; copy what it gives into one first")
    if not limit_mb > 0:
        raise ValueError(f"limit-mb = {limit_mb:g}, but it must be > 0; leave it out for 32 MB")
    size = path.stat().st_size
    if size == 0:
        raise refuse("it is empty; name a file with at least one byte")
    if size > limit_mb * 1e6:
        raise refuse(f"its {size / 1e6:.1f} MB are more than the limit of {limit_mb:g} MB; raise "
                     f"it with --limit-mb {-(-size // 10**6)}")
    try:
        return path.read_bytes()
    except OSError as error:
        raise refuse(f"it cannot be read ({error.strerror}); check its permissions") from None


def _make_folder(out, source):
    """The folder for the results, and one inside it for what is not finished yet."""
    if source.resolve() in [(out / name).resolve() for name in REPORTS]:
        raise ValueError(f"out = '{out}', but the report would replace {source.name} there, which "
                         f"is to be sent; name another folder")
    try:
        out.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=".unfinished-", dir=out))
    except OSError as error:
        raise ValueError(f"out = '{out}', but results cannot be written there "
                         f"({error.strerror}); name another folder") from None


class _progress:
    """One line that is written over; without a terminal a few lines."""

    def __init__(self, stream=sys.stderr):
        self._stream, self._tty = stream, stream.isatty()
        self._next, self._width = time.monotonic() + (0 if self._tty else 2), 0

    def __call__(self, fraction, frames_per_s, left_s):
        now = time.monotonic()
        if now < self._next and fraction < 1:
            return
        self._next = now + (0.1 if self._tty else 2)
        text = f"{fraction:5.0%}  {frames_per_s:6.1f} frames/s  {left_s:5.1f} s left"
        if self._tty:
            self._stream.write(f"\r{text:<{self._width}}")
            self._width = len(text)
        elif fraction < 1:
            self._stream.write(text + "\n")
        self._stream.flush()

    def end(self):
        if self._tty and self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()


def _result_names(source, out, intact):
    """Where the received copy goes: under its own name, unless that one is taken."""
    name = source.name if intact else f"{source.name}.damaged"
    if name in REPORTS or (out / name).resolve() == source.resolve():
        name = f"received-{name}"
    return name, *REPORTS


def _write(folder, names, text, result, setup, title):
    received, report_txt, report_json, range_velocity, constellation = names
    (folder / received).write_bytes(result.payload)
    (folder / report_txt).write_text(text + "\n")
    (folder / report_json).write_text(report.as_json(result, setup, received))
    w, c = setup.waveform, result.counts
    plots.save_range_velocity(
        folder / range_velocity, result, w,
        f"{title}: mean of {result.n_maps} maps, {result.false_alarms} false alarms")
    plots.save_constellation(
        folder / constellation, result, w,
        f"{title}: {w.modulation.name} at {c['snr_db']:.1f} dB SNR, EVM {c['evm_db']:.1f} dB")


def _run(setup, gui):
    progress = _progress()
    try:
        if gui:
            from .live import run_live

            return run_live(setup, progress)
        return setup.run(progress)
    finally:
        progress.end()


def _demo(arguments):
    source = Path(arguments.file)
    payload = _read(source, arguments.limit_mb)
    if arguments.gui:
        from .live import N_FRAMES_MIN, check_display

        check_display()
    setup = experiment(arguments.waveform, arguments.scene, payload, seed=arguments.seed,
                       snr_db=arguments.snr_db, precoding=arguments.precoding,
                       modulation=arguments.modulation,
                       **({"n_frames_min": N_FRAMES_MIN} if arguments.gui else {}))
    unfinished = _make_folder(arguments.out, source)
    try:
        print(f"Sending {source.name} ({len(payload)} bytes) in {setup.n_payload_frames} of "
              f"{setup.n_frames} frames, measuring with all of them", flush=True)
        result = _run(setup, arguments.gui)
        names = _result_names(source, arguments.out, result.intact)
        text = report.as_text(result, setup, names[0])
        print(f"\n{text}", flush=True)
        title = f"{Path(arguments.waveform).stem} over {Path(arguments.scene).stem}"
        _write(unfinished, names, text, result, setup, title)
        for name in names:
            os.replace(unfinished / name, arguments.out / name)
        print(f"Results in {arguments.out}/: {', '.join(names)}")
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return 0 if result.success else 1


def main(argv=None):
    try:
        return _demo(_arguments(argv))
    except ValueError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"demo: {error.filename or 'a file'}: {error.strerror}; nothing more was written",
              file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second one changes nothing
        print("demo: interrupted; nothing was written", file=sys.stderr)
        return 130


if __name__ == "__main__":
    status = main()
    if status == 130:
        # A block whose thread has not quite ended would call into Python while Python ends
        # around it, which aborts the process: leave without taking anything down.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)

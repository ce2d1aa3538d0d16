# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A build for any x86-64 beside one for this machine: how much of its speed it keeps.

    cmake -S . -B build/native -DCMAKE_CXX_FLAGS=-march=native && cmake --build build/native
    python bench/generic.py build build/native

Two builds cannot live in one process, so processes take turns, each measures all kernels in
interleaved slices, and every kernel keeps its best slice over all turns.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from curves import progress
from measure import arguments, check, write

MUST = 0.85


def measure(build, rounds):
    """{name: MS/s} of kernels.py with the package of one build tree."""
    package = Path(build).resolve() / "python"
    if not (package / "gnuradio/isac/__init__.py").exists():  # an installed one would be found
        raise SystemExit(f"{build}: holds no package: cmake --build {build}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rates.json"
        subprocess.run(
            [sys.executable, Path(__file__).with_name("kernels.py"), "--json", path,
             "--rounds", str(rounds)], check=True, stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(package)})
        return {name: value for name, value in json.loads(path.read_text()).items()
                if name.endswith("MS/s")}


def main():
    args = arguments(__doc__, builds={"nargs": 2, "metavar": ("GENERIC", "NATIVE")})
    best = [{}, {}]
    for turn in range(args.rounds):
        for build, rates in zip(args.builds, best, strict=True):
            for name, rate in measure(build, 2).items():
                rates[name] = max(rates.get(name, 0), rate)
        progress(f"turn {turn + 1} of {args.rounds}")
    numbers = {}
    for name in best[0]:
        kernel = name.removesuffix(", MS/s")
        if not kernel.endswith("bound"):  # FFTW is the same library in both
            numbers.update(
                check(f"{kernel}: generic / native", best[0][name] / best[1][name], MUST))
    write(args.json, numbers)


if __name__ == "__main__":
    main()

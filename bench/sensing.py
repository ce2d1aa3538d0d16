# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sensing beside its bounds: every study in a sensing_*.py beside this file, or those named.

    bench/sensing.py --parts estimation detection --out plots --json figures.json

Each study prints its figures with their limits and draws them with the bound they are held to.
"""

import importlib
from pathlib import Path

from curves import arguments, progress, write

PARTS = sorted(p.stem.removeprefix("sensing_") for p in Path(__file__).parent.glob("sensing_*.py"))


def main():
    args = arguments(__doc__, parts={"nargs": "+", "choices": PARTS, "default": PARTS,
                                     "metavar": "PART", "help": "of " + ", ".join(PARTS)})
    numbers = {}
    for part in args.parts:
        study = importlib.import_module("sensing_" + part)
        progress(f"{part}: {study.__doc__.splitlines()[0]}")
        numbers |= study.run(args)
        write(args.json, numbers)  # after each: a long run that is stopped keeps what it has


if __name__ == "__main__":
    main()

# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Throughput that a busy machine cannot spoil: CPU time, best of interleaved rounds.

Absolute figures of one binary move by a third from minute to minute. Ratios between cases
that take turns in one process repeat within a few per cent, so every script here reports
ratios, and all of them report alike.
"""

import argparse
import json
import time


def best_rates(cases, rounds):
    """{name: (units, run)} to {name: units per CPU second}, the best of `rounds` each.

    `run` does the work once and may return the CPU seconds it took itself; else the time of
    the whole process counts, all threads together.
    """
    best = dict.fromkeys(cases, 0.0)
    for name in cases:
        cases[name][1]()  # plans, pages and caches are not what is measured
    for _ in range(rounds):
        for name, (units, run) in cases.items():
            start = time.process_time()
            taken = run()
            taken = time.process_time() - start if taken is None else taken
            best[name] = max(best[name], units / taken)
    return best


def best_slices(cases, rounds):
    """{name: (units, run)} to {name: units per CPU second}, for kernels of about a millisecond.

    All cases take turns and each keeps its best slice, so that a pause of the machine spoils
    one slice and not a ratio. `run` returns the CPU seconds that it took.
    """
    best = dict.fromkeys(cases, float("inf"))
    for _ in range(rounds):
        for name, (_, run) in cases.items():
            best[name] = min(best[name], run())
    return {name: units / best[name] for name, (units, _) in cases.items()}


def check(name, is_value, must, unit=""):
    """One line: a figure beside its target. Returns {name: figure}."""
    word = "ok" if is_value >= must else "MISS"
    scale, sign = (100, "%") if not unit else (1, unit)
    print(f"{name:52s}{is_value * scale:9.1f} {sign:6s}>= {must * scale:g}{sign}  {word}")
    return {name: is_value}


def report(title, unit, rates, bound, ratios=()):
    """Prints the table and, with --json FILE, writes {name: number}."""
    print(f"{title}\n{'':40s}{unit:>14s}{'of bound':>10s}")
    numbers = {}
    for name, rate in rates.items():
        share = rate / rates[bound]
        print(f"{name:40s}{rate / 1e6:14.2f}{share:10.1%}")
        numbers[name] = rate / 1e6
        numbers[f"{name} / {bound}"] = share
    for name, over in ratios:
        if name in rates and over in rates:
            ratio = rates[name] / rates[over]
            print(f"{name} is {ratio:.1f} times {over}")
            numbers[f"{name} / {over}"] = ratio
    return numbers


def arguments(description, **positional):
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    for name, keywords in positional.items():
        parser.add_argument(name, **keywords)
    parser.add_argument("--json", metavar="FILE", help="write {name: number} there")
    parser.add_argument("--rounds", type=int, default=5, help="rounds, of which the best counts")
    return parser.parse_args()


def write(path, numbers):
    if path:
        with open(path, "w") as file:
            json.dump(numbers, file, indent=1)

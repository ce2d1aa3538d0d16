# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adds up the parts of ./run test: summary.py NAME STATUS REPORT ...

REPORT is a JUnit file, or - for a part that is one test by itself. The last line printed is
"N passed, N failed, N skipped". A part that failed without saying what (it crashed, hung, or wrote
no report) counts as one failed test. Exits with 0 if something passed and nothing failed.
"""

import sys
import xml.etree.ElementTree as ElementTree


def count(status, report):
    """Returns the passed, failed and skipped tests of one part."""
    if report == "-":
        return (1, 0, 0) if status == 0 else (0, 1, 0)
    passed = failed = skipped = 0
    try:
        cases = list(ElementTree.parse(report).iter("testcase"))
    except (OSError, ElementTree.ParseError):
        return 0, 1, 0
    for case in cases:
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is not None:
            skipped += 1
        else:
            passed += 1
    if failed == 0 and (status != 0 or not cases):
        failed = 1
    return passed, failed, skipped


def main(arguments):
    total = [0, 0, 0]
    for name, status, report in zip(*[iter(arguments)] * 3, strict=True):
        part = count(int(status), report)
        total = [a + b for a, b in zip(total, part, strict=True)]
        print("{:14} {} passed, {} failed, {} skipped".format(name, *part))
    print("{} passed, {} failed, {} skipped".format(*total))
    return 0 if total[0] > 0 and total[1] == 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

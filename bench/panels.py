# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws lines over a linear or logarithmic axis, panel by panel."""

from pathlib import Path

from curves import progress


def draw(path, title, panels, ylabel, yscale="linear"):
    """Writes a PNG: panels {title: ([(label, x, y, style)], xlabel)}."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    columns = min(3, len(panels))
    rows = -(-len(panels) // columns)
    figure, axes = plt.subplots(rows, columns, squeeze=False, layout="constrained",
                                figsize=(5.2 * columns + 0.6, 4 * rows + 0.8))
    for axis in axes.flat[len(panels):]:
        axis.set_visible(False)
    for axis, (name, (lines, xlabel)) in zip(axes.flat, panels.items(), strict=False):
        for label, x, y, style in lines:
            axis.plot(x, y, style, label=label, lw=1, ms=4)
        axis.set(title=name, xlabel=xlabel, ylabel=ylabel, yscale=yscale)
        axis.grid(True, which="both", alpha=0.3)
        axis.legend(fontsize=8)
    figure.suptitle(title)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    plt.close(figure)
    progress(f"wrote {path}")

# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of an experiment as PNG files; matplotlib is imported when one is drawn."""

import numpy as np

from .scoring import LEAKAGE, NO_TARGET

INK, TRUTH, FOUND, FALSE = "#1b2733", "#ffffff", "#ff9f1c", "#ff3b3b"


def save_range_velocity(path, result, waveform, title):
    """The mean map in dB, what is true and what was found, in metres and metres per second."""
    figure, axes = _figure(9.6, 6.2)
    map_db, ranges_m, velocities_mps = result.map, result.range_axis_m, result.velocity_axis_mps
    half_m, half_mps = waveform.range_bin_m / 2, waveform.velocity_bin_mps / 2
    image = axes.imshow(
        map_db, origin="lower", aspect="auto", cmap="viridis", vmin=0,
        vmax=max(30.0, float(map_db.max())), interpolation="nearest",
        extent=(ranges_m[0] - half_m, ranges_m[-1] + half_m,
                velocities_mps[0] - half_mps, velocities_mps[-1] + half_mps))
    bar = figure.colorbar(image, ax=axes, pad=0.02)
    bar.set_label("mean power over the noise (dB)")

    targets = result.targets
    axes.scatter(targets["range_m"], targets["velocity_mps"], s=190, facecolors="none",
                 edgecolors=TRUTH, linewidths=1.8, label="truth, numbered as in the report")
    if np.any(result.truth["target"] == LEAKAGE):
        axes.annotate("leakage", (0, 0), xytext=(9, 14), textcoords="offset points", color=TRUTH,
                      fontsize=9, style="italic")
    found = targets[targets["found_fraction"] > 0]
    axes.scatter(found["found_range_m"], found["found_velocity_mps"], s=55, marker="x",
                 color=FOUND, linewidths=2.0, label="found (mean over frames)")
    alarms = result.detections[result.detections["target"] == NO_TARGET]
    if len(alarms):
        axes.scatter(alarms["range_m"], alarms["velocity_mps"], s=40, marker="^",
                     facecolors="none", edgecolors=FALSE, label="false alarm")
    for target in targets:
        axes.annotate(str(target["target"]), (target["range_m"], target["velocity_mps"]),
                      xytext=(9, 7), textcoords="offset points", color=TRUTH, fontsize=10,
                      fontweight="bold")

    # Cars fill a small part of what the waveform could measure: show that part.
    fastest = np.abs(targets["velocity_mps"]).max() if len(targets) else 0
    shown = min(velocities_mps[-1], max(1.5 * fastest, 12 * waveform.velocity_bin_mps))
    axes.set_ylim(-shown, shown)
    axes.set_xlim(0, ranges_m[-1] + half_m)
    axes.set_xlabel("range (m)")
    axes.set_ylabel("velocity (m/s), positive approaches")
    _finish(path, figure, axes, title, "lower right")


def save_constellation(path, result, waveform, title):
    """Equalised data symbols as a density, and where they should be."""
    figure, axes = _figure(6.4, 6.2)
    cells = result.constellation
    ideal = _ideal(waveform.bits_per_symbol)
    limit = np.abs(ideal.real).max() + 0.6
    density, edges, _ = np.histogram2d(cells.imag, cells.real, bins=200,
                                       range=[[-limit, limit]] * 2)
    # The square root shows the rare far-off symbols beside the crowded middle of a cloud.
    axes.imshow(np.sqrt(density), origin="lower", cmap="viridis",
                extent=(edges[0], edges[-1]) * 2, interpolation="nearest")
    axes.scatter(ideal.real, ideal.imag, s=60, marker="+", color=FOUND, linewidths=1.4,
                 label=f"{len(ideal)} ideal symbols")
    axes.set_xlabel("in phase")
    axes.set_ylabel("quadrature")
    _finish(path, figure, axes, title, "upper right")


def _figure(width, height):
    """Without pyplot: no window system, no global state."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=110, constrained_layout=True)
    FigureCanvasAgg(figure)
    return figure, figure.add_subplot()


def _finish(path, figure, axes, title, legend_at):
    axes.set_title(title, loc="left", fontsize=11)
    legend = axes.legend(loc=legend_at, facecolor=INK, framealpha=0.85, edgecolor="none")
    for text in legend.get_texts():
        text.set_color("white")
    figure.savefig(path, format="png")


def _ideal(bits_per_symbol):
    if bits_per_symbol == 1:
        return np.array([-1, 1], complex)
    levels = np.arange(2 ** (bits_per_symbol // 2), dtype=float)
    levels -= levels.mean()
    symbols = np.add.outer(levels, 1j * levels).ravel()
    return symbols / np.sqrt(np.mean(np.abs(symbols) ** 2))

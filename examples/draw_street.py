#!/usr/bin/env python3
# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws street.png, the picture that the demo sends. Usage: draw_street.py [FILE.png]

A street from above: the mast on the left lights it with OFDM (the wide rings) and every car,
the cyclist and the walker send a little of it back (the small arcs). Units are metres.
"""

import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import (
    Arc,
    Circle,
    Ellipse,
    FancyBboxPatch,
    Polygon,
    Rectangle,
)
from PIL import Image

LENGTH_M, WIDTH_M = 120.0, 75.0
ROAD_M = (29.0, 46.0)
MAST_M = (7.0, 22.0)
INK = "#22303c"


def box(ax, x, y, length, width, color, radius, z, edge="none", alpha=1.0, line=0.8):
    ax.add_patch(FancyBboxPatch((x - length / 2, y - width / 2), length, width, fc=color, ec=edge,
                                boxstyle=f"round,pad=0,rounding_size={radius}", zorder=z,
                                alpha=alpha, lw=line))


def ground(ax, rng):
    """Grass with a little texture, pavement, asphalt and its markings."""
    ax.imshow(rng.normal(size=(19, 30)), extent=(0, LENGTH_M, 0, WIDTH_M), cmap="summer", zorder=0,
              vmin=-9, vmax=11, interpolation="bicubic", aspect="auto", alpha=0.55)
    low, high = ROAD_M
    ax.add_patch(Rectangle((0, low - 4), LENGTH_M, high - low + 8, fc="#d9d4c7", zorder=1))
    for x in np.arange(0, LENGTH_M, 2.5):
        ax.plot([x, x], [low - 4, low], color="#c3bdae", lw=0.5, zorder=1)
        ax.plot([x, x], [high, high + 4], color="#c3bdae", lw=0.5, zorder=1)
    ax.add_patch(Rectangle((0, low), LENGTH_M, high - low, fc="#50575f", zorder=2))
    for y in (low + 0.5, high - 0.5):
        ax.plot([0, LENGTH_M], [y, y], color="white", lw=1.2, zorder=3)
    for x in np.arange(2, LENGTH_M, 9):
        if not 79 < x < 93:
            ax.add_patch(Rectangle((x, (low + high) / 2 - 0.2), 5, 0.4, fc="white", zorder=3))
    for y in np.arange(low + 1.6, high - 1.6, 2.0):  # the crossing
        ax.add_patch(Rectangle((84, y), 5, 1.0, fc="white", zorder=3))


def house(ax, x, y, length, width, color, dark):
    ax.add_patch(Rectangle((x + 1, y - 1), length, width, fc=INK, alpha=0.25, zorder=4))
    ax.add_patch(Rectangle((x, y), length, width / 2, fc=dark, zorder=5))
    ax.add_patch(Rectangle((x, y + width / 2), length, width / 2, fc=color, zorder=5))
    ax.plot([x, x + length], [y + width / 2] * 2, color=INK, lw=0.8, alpha=0.6, zorder=6)
    for i in np.arange(1.2, width / 2, 1.2):
        for base in (y, y + width / 2):
            ax.plot([x, x + length], [base + i] * 2, color=INK, lw=0.3, alpha=0.25, zorder=6)
    ax.add_patch(Rectangle((x + 0.7 * length, y + 0.62 * width), 2, 2, fc="#8f5543", ec=INK, lw=0.5,
                           zorder=6))


def tree(ax, rng, x, y, radius):
    ax.add_patch(Circle((x + 0.8, y - 0.8), radius, fc=INK, alpha=0.25, zorder=6))
    for shade in np.linspace(0, 1, 26):
        angle, out = rng.uniform(0, 2 * np.pi), radius * 0.62 * np.sqrt(rng.uniform())
        color = plt.cm.summer(0.05 + 0.42 * shade)
        center = (x + out * np.cos(angle) - 0.25 * shade, y + out * np.sin(angle) + 0.25 * shade)
        ax.add_patch(Circle(center, radius * 0.42, fc=color, ec="none", alpha=0.85, zorder=7))


def car(ax, x, y, color, heading, length=9.0, width=4.0):
    """Seen from above; heading +1 drives to the right."""
    box(ax, x + 0.5, y - 0.6, length, width, INK, 1.2, 8, alpha=0.35)
    box(ax, x, y, length, width, color, 1.3, 9, edge=INK)
    front, back = x + heading * 0.13 * length, x - heading * 0.33 * length
    box(ax, x - heading * 0.08 * length, y, 0.46 * length, 0.8 * width, INK, 0.6, 10)
    box(ax, x - heading * 0.09 * length, y, 0.27 * length, 0.72 * width, color, 0.4, 11)
    for at, slant in ((front, 0.4), (back, -0.2)):
        ax.add_patch(Polygon([(at, y - 0.36 * width), (at, y + 0.36 * width),
                              (at - heading * slant, y + 0.30 * width),
                              (at - heading * slant, y - 0.30 * width)], fc="#9cc9e0", zorder=12))
    for side in (-1, 1):
        ax.add_patch(Ellipse((x + heading * 0.46 * length, y + side * 0.33 * width), 0.6, 0.9,
                             fc="#fff3b0", zorder=12))
        ax.add_patch(Ellipse((x - heading * 0.47 * length, y + side * 0.33 * width), 0.4, 0.9,
                             fc="#d62828", zorder=12))


def truck(ax, x, y):
    box(ax, x + 0.5, y - 0.7, 19, 5, INK, 0.6, 8, alpha=0.35)
    box(ax, x - 2, y, 14.5, 5, "#f4f1e8", 0.4, 9, edge=INK)
    box(ax, x + 7.4, y, 4.2, 4.6, "#2a9d8f", 0.9, 9, edge=INK)
    box(ax, x + 8.6, y, 0.9, 3.8, "#9cc9e0", 0.3, 10)
    for at in np.arange(-8, 4, 2.2):
        ax.plot([x + at, x + at], [y - 2.4, y + 2.4], color="#cfc8b8", lw=0.6, zorder=10)


def cyclist(ax, x, y):
    for wheel in (-2.0, 2.0):
        ax.add_patch(Ellipse((x + wheel, y), 2.5, 0.6, fc=INK, zorder=10))
    ax.plot([x - 2, x + 2], [y, y], color="#ff5d8f", lw=2, zorder=11)
    ax.plot([x + 1.5, x + 1.5], [y - 1.2, y + 1.2], color=INK, lw=1.4, zorder=15)
    ax.add_patch(Ellipse((x - 0.1, y), 1.8, 2.6, fc="#b8f200", ec=INK, lw=0.5, zorder=15))
    ax.add_patch(Circle((x + 0.4, y), 0.75, fc="#6d4c41", zorder=16))


def walker(ax, x, y):
    ax.add_patch(Ellipse((x + 0.4, y - 0.5), 1.9, 3.2, fc=INK, alpha=0.4, zorder=9))
    ax.add_patch(Ellipse((x, y), 1.8, 3.2, fc="#b5179e", ec=INK, lw=0.5, zorder=15))
    ax.add_patch(Circle((x, y), 0.85, fc="#f2c9a1", ec=INK, lw=0.4, zorder=16))


def echo(ax, x, y):
    """Arcs that leave a reflector towards the mast."""
    towards = np.degrees(np.arctan2(MAST_M[1] - y, MAST_M[0] - x))
    for i, radius in enumerate((7.5, 10, 12.5)):
        ax.add_patch(Arc((x, y), 2 * radius, 2 * radius, theta1=towards - 20, theta2=towards + 20,
                         color="#ffb703", lw=2.2 - 0.5 * i, alpha=0.95 - 0.2 * i, zorder=14))


def mast(ax):
    x, y = MAST_M
    for i, radius in enumerate(np.arange(8, 130, 8.0)):
        ax.add_patch(Arc((x, y), 2 * radius, 2 * radius, theta1=-30, theta2=75, color="#4cc9f0",
                         lw=2.4, alpha=max(0.16, 0.9 - 0.055 * i), zorder=13))
    box(ax, x + 0.5, y - 0.6, 5.5, 5.5, INK, 0.8, 14, alpha=0.35)
    box(ax, x, y, 5.5, 5.5, "#e9ecef", 0.8, 15, edge=INK)
    for angle in (-60, 60, 180):
        direction = np.exp(1j * np.radians(angle))
        tip, side = 4.6 * direction, 1.5j * direction
        corners = [0.5 * tip + side, tip + side, tip - side, 0.5 * tip - side]
        ax.add_patch(Polygon([(x + c.real, y + c.imag) for c in corners], fc="#4361ee", ec=INK,
                             lw=0.8, zorder=16))
    ax.add_patch(Circle((x, y), 1.2, fc="#d62828", ec=INK, lw=0.8, zorder=17))


def draw(path):
    rng = np.random.default_rng(58)
    figure = plt.figure(figsize=(6.4, 4.0), dpi=125)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set_axis_off()
    ground(ax, rng)
    for x, y, length, color, dark in ((18, 58, 21, "#c8553d", "#a5402b"),
                                      (50, 59, 17, "#8d99ae", "#6c7a91"),
                                      (92, 57, 22, "#c8553d", "#a5402b"),
                                      (30, 4, 19, "#e9c46a", "#cfa64a"),
                                      (70, 3, 22, "#8d99ae", "#6c7a91")):
        house(ax, x, y, length, 12.5, color, dark)
    for x, y, radius in ((10, 57, 3.6), (44, 57, 3.2), (74, 62, 4.6), (83, 56, 3.4), (117, 55, 3.2),
                         (20, 11, 4.2), (58, 14, 4.4), (60, 5, 3.2), (98, 12, 4.6), (110, 6, 3.8),
                         (109, 19, 3.0), (3, 6, 4.2), (3, 68, 4.4)):
        tree(ax, rng, x, y, radius)
    reflectors = ((34, 33.5), (60, 33.8), (52, 41.7), (102, 41.7), (86.5, 46.4))
    car(ax, *reflectors[0], "#3a86ff", +1)
    truck(ax, *reflectors[1])
    car(ax, *reflectors[2], "#e63946", -1)
    car(ax, *reflectors[3], "#ffbe0b", -1)
    walker(ax, *reflectors[4])
    cyclist(ax, 79, 31.2)
    for x, y in reflectors + ((79, 31.2),):
        echo(ax, x, y)
    mast(ax)
    ax.set_xlim(0, LENGTH_M)
    ax.set_ylim(0, WIDTH_M)
    figure.canvas.draw()
    picture = Image.fromarray(np.asarray(figure.canvas.buffer_rgba())[..., :3])
    # A palette halves the file and cannot be seen: the demo sends about eight frames of it.
    picture.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    draw(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).with_name("street.png"))

# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Range, velocity and angle with four antennas, and with two transmitters before them.

Measures a street of cars whose directions are close, once with a receiving array of four elements
and once with two transmitting antennas in addition, which makes eight virtual elements. The arrays
are built with errors that are calibrated away on a reflector. Prints truth beside what was found
and draws range over angle.

    ./run python examples/mimo_radar.py --out mimo_radar.png
"""

import argparse
import math

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402
import pmt  # noqa: E402
from gnuradio import blocks, gr, isac  # noqa: E402

REFLECTOR = {"range_m": 30, "angle_rad": 0.0, "rcs_dbsm": 10}
TARGETS = [
    {"range_m": 60, "velocity_mps": 14.0, "angle_rad": 0.40, "rcs_dbsm": 0},
    {"range_m": 60, "velocity_mps": 14.0, "angle_rad": 0.46, "rcs_dbsm": 0},  # side by side
    {"range_m": 85, "velocity_mps": -11.0, "angle_rad": -0.15, "rcs_dbsm": 10},
    {"range_m": 130, "velocity_mps": 20.0, "angle_rad": -0.60, "rcs_dbsm": 10},
]
N_FRAMES = 2  # the first calibrates, the second measures


class Radar(gr.top_block):
    """transmitter -> comb_splitter -> world -> angle_estimator, one port an antenna."""

    def __init__(self, waveform, tx_array, rx_array):
        gr.top_block.__init__(self, "mimo_radar")
        n_tx, n_rx = tx_array.n_elements, rx_array.n_elements
        transmitter = isac.transmitter(waveform, b"what is sent does not matter", repeat=True)
        head = blocks.head(8 * waveform.n_subcarriers, N_FRAMES * waveform.n_symbols)
        splitter = isac.comb_splitter(waveform, n_tx)
        world = isac.scene_channel(waveform, isac.scene(targets=[REFLECTOR, *TARGETS]),
                                   isac.channel_view.ECHO, tx_array, rx_array)
        self.estimator = isac.angle_estimator(waveform, tx_array, rx_array)
        self.estimator.calibrate(REFLECTOR["range_m"], REFLECTOR["angle_rad"])
        self.connect((transmitter, 0), blocks.null_sink(8))
        self.connect((transmitter, 1), head, splitter)
        for t in range(n_tx):
            self.connect((splitter, t), isac.ofdm_modulator(waveform), (world, t))
            self.connect((splitter, t), (self.estimator, t))
        for r in range(n_rx):
            self.connect((world, r), isac.ofdm_demodulator(waveform), (self.estimator, n_tx + r))
        self.pictures = blocks.vector_sink_f(8 * n_tx * n_rx * waveform.n_range_bins)
        self.tables = blocks.message_debug()
        self.connect(self.estimator, self.pictures)
        self.msg_connect(self.estimator, "detections", self.tables, "store")

    def measure(self):
        """The last frame's targets, {column: values}, and its picture [n_angles, n_range_bins]."""
        self.run()
        pdu = self.tables.get_message(self.tables.num_messages() - 1)
        columns = pmt.to_python(pmt.car(pdu))["columns"].split()
        table = np.reshape(pmt.f32vector_elements(pmt.cdr(pdu)), (-1, len(columns)))
        n_angles = 8 * len(self.estimator.calibration)
        pictures = np.reshape(self.pictures.data(), (N_FRAMES, n_angles, -1))
        return dict(zip(columns, table.T, strict=True)), pictures[-1]


def report(name, waveform, found):
    time_s = (N_FRAMES - 0.5) * waveform.n_symbols * waveform.symbol_duration_s
    print(f"\n{name}: {len(found['range_m'])} targets")
    print("    truth                          found")
    for t in [REFLECTOR, *TARGETS]:
        range_m = t["range_m"] - t.get("velocity_mps", 0) * time_s
        miss = np.hypot((found["range_m"] - range_m) / waveform.range_bin_m,
                        10 * (found["angle_rad"] - t["angle_rad"]))
        i = np.argmin(miss)
        print(f"    {range_m:6.1f} m {t.get('velocity_mps', 0):6.1f} m/s "
              f"{math.degrees(t['angle_rad']):6.1f} deg  ", end="")
        print(f"{found['range_m'][i]:6.1f} m {found['velocity_mps'][i]:6.1f} m/s "
              f"{math.degrees(found['angle_rad'][i]):6.1f} +- "
              f"{math.degrees(found['angle_std_rad'][i]):.3f} deg" if miss[i] < 1.5 else "-")


def draw(axis, name, waveform, found, picture):
    angles = np.degrees(isac.antenna_array().beam_angles_rad(len(picture)))
    ranges = np.arange(picture.shape[1]) * waveform.range_bin_m
    level = 10 * np.log10(picture + 1e-30)
    axis.pcolormesh(angles, ranges, level.T, shading="nearest", vmin=np.median(level),
                    vmax=level.max(), cmap="viridis", rasterized=True)
    for t in [REFLECTOR, *TARGETS]:
        axis.plot(math.degrees(t["angle_rad"]), t["range_m"], "o", ms=13, mfc="none", mec="w")
    axis.plot(np.degrees(found["angle_rad"]), found["range_m"], "x", color="C1", ms=8, mew=2)
    axis.set(title=name, xlabel="angle (degrees)", ylim=(0, 200))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--waveform", default="lab", help="name of a preset or path of a YAML file")
    parser.add_argument("--out", default="mimo_radar.png", help="the picture")
    args = parser.parse_args()
    waveform = isac.load_waveform(args.waveform)
    errors = {"gain_error_db": 1, "phase_error_rad": 0.5}
    rx_array = isac.antenna_array(n_elements=4, seed=1, **errors)
    arrays = {
        "1 x 4 antennas": isac.antenna_array(),
        "2 x 4 antennas": isac.antenna_array(n_elements=2, spacing_wavelengths=2, seed=2, **errors),
    }
    figure, axes = plt.subplots(1, 2, figsize=(12, 5), sharey=True, layout="constrained")
    for axis, (name, tx_array) in zip(axes, arrays.items(), strict=True):
        found, picture = Radar(waveform, tx_array, rx_array).measure()
        report(name, waveform, found)
        draw(axis, name, waveform, found, picture)
    axes[0].set_ylabel("range (m)")
    figure.suptitle("Power over range and angle; white: truth, crosses: found")
    figure.savefig(args.out, dpi=110)
    print(f"\nwrote {args.out}")


if __name__ == "__main__":
    main()

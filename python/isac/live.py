# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window of `demo --gui`: the experiment while it runs, slowed down for people to watch."""

import os
import signal
import subprocess
import sys
import threading

from gnuradio import blocks, gr

N_FRAMES_MIN = 240
FRAMES_PER_S = 15.0
FASTEST_SHOWN_MPS = 40.0


def check_display():
    """Raises ValueError where no window can open; Qt itself would abort the process."""
    if not any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))):
        raise ValueError("gui = True, but there is no display (DISPLAY is not set); leave --gui "
                         "out, or log in with ssh -X")
    probe = "from PyQt5 import QtWidgets; from gnuradio import qtgui; QtWidgets.QApplication([])"
    opened = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True)
    if opened.returncode:
        reason = (opened.stderr.strip().splitlines() or ["it crashed"])[0]
        raise ValueError(f"gui = True, but Qt cannot open a window ({reason}); leave --gui out")


def run_live(experiment, progress):
    """Runs the experiment in a window and returns its result once the window is closed.

    Raises:
        KeyboardInterrupt: after Ctrl-C, or when the window is closed before the end.
    """
    from PyQt5 import QtCore, QtWidgets

    app = QtWidgets.QApplication.instance() or QtWidgets.QApplication(["gr-isac"])
    flowgraph = experiment.flowgraph(experiment.waveform.frame_len * FRAMES_PER_S)
    window = _window(experiment, flowgraph)
    outcome = {}

    def run():
        try:
            outcome["result"] = experiment.run(window.note_progress(progress), flowgraph)
        except BaseException as error:  # raised again below, in the main thread
            outcome["error"] = error

    runner = threading.Thread(target=run, daemon=True)
    signal.signal(signal.SIGINT, lambda *_: (outcome.setdefault("interrupted", True), app.quit()))
    timer = QtCore.QTimer()  # Python sees a signal only when Python runs
    timer.timeout.connect(lambda: window.show_state(outcome.get("result")))
    timer.start(100)
    window.resize(1200, 640)
    window.show()
    runner.start()
    app.exec_()
    timer.stop()

    signal.signal(signal.SIGINT, signal.default_int_handler)
    if runner.is_alive():
        flowgraph.stop()
        runner.join(5)  # seconds
        raise KeyboardInterrupt
    if "interrupted" in outcome:
        raise KeyboardInterrupt
    return _result(outcome)


def _result(outcome):
    if "error" in outcome:
        raise outcome["error"]
    return outcome["result"]


def _window(experiment, flowgraph):
    """Displays connected to the flowgraph's blocks. (Made here: Qt is not imported before.)"""
    import sip
    from gnuradio import isac, qtgui
    from PyQt5 import QtWidgets

    waveform = experiment.waveform
    meter = isac.link_meter()
    flowgraph.msg_connect(flowgraph.receiver, "frames", meter, "frames")
    sink = isac.range_doppler_sink(
        waveform, min(FASTEST_SHOWN_MPS, waveform.max_velocity_mps))
    flowgraph.connect(flowgraph.sensor, sink)
    flowgraph.msg_connect(flowgraph.sensor, "detections", sink, "detections")
    flowgraph.msg_connect(flowgraph.tracker, "tracks", sink, "tracks")
    points = qtgui.const_sink_c(2048, "equalised symbols", 1, None)
    points.enable_grid(True)
    points.disable_legend()
    points.set_line_alpha(0, 0.6)
    serial = blocks.vector_to_stream(gr.sizeof_gr_complex, waveform.n_data)
    flowgraph.connect((flowgraph.receiver, 1), serial, points)
    return _make_widget(QtWidgets, meter, sink,
                        sip.wrapinstance(points.qwidget(), QtWidgets.QWidget),
                        experiment)


def _make_widget(QtWidgets, meter, sink, points, experiment):
    class window(QtWidgets.QWidget):
        def __init__(self):
            super().__init__()
            self.setWindowTitle(f"gr-isac: {experiment.waveform.id}")
            self._fraction = 0.0
            self._text = QtWidgets.QLabel()
            self._text.setStyleSheet("font-size: 14pt; padding: 4px")
            self._bar = QtWidgets.QProgressBar()
            self._bar.setMaximum(1000)
            grid = QtWidgets.QGridLayout(self)
            grid.addWidget(sink, 0, 0)
            grid.addWidget(points, 0, 1)
            grid.addWidget(self._text, 1, 0)
            grid.addWidget(self._bar, 1, 1)
            grid.setColumnStretch(0, 4)
            grid.setColumnStretch(1, 3)

        def note_progress(self, then):
            def progress(fraction, rate, left_s):
                self._fraction = fraction
                then(fraction, rate, left_s)
            return progress

        def show_state(self, result):
            state = meter.report()
            self._bar.setValue(int(1000 * self._fraction))
            self._text.setText(
                f"frames {state['frames']}   BLER {state['bler']:.2g}   BER {state['ber']:.2g}   "
                f"SNR {state['snr_db']:.1f} dB" + ("   done: close the window" if result else ""))

    return window()

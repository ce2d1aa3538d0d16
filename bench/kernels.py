# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How near the fused kernels come to the FFTs that nothing can do without, one thread.

transmitter  coded bits to samples: mapping, pilots, DFT spreading, IFFT, prefix
receiver     samples to soft bits: FFT, channel estimation, equalising, despreading, demapping
bound        the IFFT or FFT of every row alone, with DFT-s-OFDM also the DFT of every data row

Header, synchronisation and channel code are in neither. All take turns in slices of a few
milliseconds and keep their best one.
"""

from gnuradio import isac
from measure import arguments, best_slices, check, write

FRAMES = 3  # of a slice
ROWS = {False: 32, True: 59}  # that time_s() of receiver and transmitter go round in
MUST = {"TX QPSK": 0.75, "TX QAM16": 0.65, "TX QAM64": 0.60,
        "RX QPSK": 0.65, "RX QAM16": 0.55, "RX QAM64": 0.45}
DFT_MUST = 0.70
DFT_NAME = {"NONE": "", "DFT": " DFT-s"}


def cases(modulation, precoding):
    """{name: (samples, run)} of both kernels and their bounds."""
    w = isac.waveform(modulation=getattr(isac.modulation, modulation),
                      precoding=getattr(isac.precoding, precoding))
    n_samples, name = FRAMES * w.body_len, f"{modulation}{DFT_NAME[precoding]}"

    def bound(inverse):
        """The transmitter spreads and inverts, the receiver undoes both. Samples come from and
        go to a buffer of as many rows as the kernels use, bins stay where they are."""
        ffts = [(isac.dsp.fft(w.fft_len, inverse=inverse), FRAMES * w.n_symbols, ROWS[inverse])]
        if precoding == "DFT":
            n = FRAMES * w.n_data_rows
            ffts.append((isac.dsp.fft(w.n_dft, inverse=not inverse), n, 1))
        return lambda: sum(fft.time_s(n, n_rows) for fft, n, n_rows in ffts)

    transmitter, receiver = isac.dsp.transmitter(w), isac.dsp.receiver(w)
    return {f"TX {name} bound": (n_samples, bound(True)),
            f"TX {name}": (n_samples, lambda: transmitter.time_s(FRAMES)),
            f"RX {name} bound": (n_samples, bound(False)),
            f"RX {name}": (n_samples, lambda: receiver.time_s(FRAMES))}


def rates(rounds):
    """{name: samples per second}, bounds included."""
    found = {}
    for precoding in ("NONE", "DFT"):
        for modulation in ("QPSK", "QAM16", "QAM64"):
            found.update(best_slices(cases(modulation, precoding), rounds))
    return found


def report(rounds):
    numbers, found = {}, rates(rounds)
    print(f"{'kernel':24s}{'MS/s':>9s}{'bound':>9s}")
    for name in found:
        if not name.endswith("bound"):
            print(f"{name:24s}{found[name] / 1e6:9.0f}{found[name + ' bound'] / 1e6:9.0f}")
    for name in found:
        if not name.endswith("bound"):
            must = DFT_MUST if "DFT" in name else MUST[name]
            numbers.update(check(f"{name} / FFT bound", found[name] / found[name + " bound"], must))
    numbers.update({f"{name}, MS/s": rate / 1e6 for name, rate in found.items()})
    return numbers


if __name__ == "__main__":
    args = arguments(__doc__)
    write(args.json, report(10 * args.rounds))

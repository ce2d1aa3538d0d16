# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The LDPC decoder against gr-fec's on one code, and against decoders in double precision.

Speed: information bits a second of one core, regular (3, 6) code of 1008 bits at 3 dB, both
decoders in turns in one process. gr-fec runs in a flowgraph, as its Python users run it; the words
are all zeros, which for both decoders is as hard as any other word. Its sigma is not the standard
deviation of the noise: with that, hardly a word decodes in GNU Radio 3.10.5. It gets
sigma / sqrt(2), at which it works best.

Accuracy: the Eb/N0 at which one word in a hundred fails.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
from gnuradio import blocks, fec, gr, isac
from measure import best_rates, report, write
from sum_product import decode, min_sum, sum_product

N = 1008
TARGET = 1e-2
N_ITERATIONS = 50
CODES = {"1944 1/2": "LDPC_1_2", "1944 2/3": "LDPC_2_3", "1944 3/4": "LDPC_3_4",
         "1944 5/6": "LDPC_5_6"}


def regular_code(n=N, bit_weight=3, check_weight=6, seed=1):
    """Rows of a regular code, grown bit by bit without cycles of length four."""
    rng = np.random.default_rng(seed)
    n_checks = n * bit_weight // check_weight
    while True:
        rows = [[] for _ in range(n_checks)]
        if all(_add_bit(rows, bit, bit_weight, check_weight, rng) for bit in range(n)):
            return rows


def _add_bit(rows, bit, bit_weight, check_weight, rng):
    """Joins a bit to the lightest checks that share no other bit. False if there are none."""
    near = set()
    for _ in range(bit_weight):
        free = [i for i, row in enumerate(rows)
                if len(row) < check_weight and bit not in row and near.isdisjoint(row)]
        if not free:
            return False
        least = min(len(rows[i]) for i in free)
        chosen = rng.choice([i for i in free if len(rows[i]) == least])
        near.update(rows[chosen])
        rows[chosen].append(bit)
    return True


def write_alist(path, rows, n):
    """MacKay's format: sizes, weights, then the places from 1 by columns and by rows."""
    columns = [[i + 1 for i, row in enumerate(rows) if bit in row] for bit in range(n)]
    lines = [[n, len(rows)], [max(map(len, columns)), max(map(len, rows))],
             list(map(len, columns)), list(map(len, rows)), *columns,
             *[[bit + 1 for bit in row] for row in rows]]
    path.write_text("\n".join(" ".join(map(str, line)) for line in lines) + "\n")


def llrs_of_zeros(n, rate, eb_n0_db, n_words, rng):
    """float64 [n_words, n]: words of zeros sent as +1 through white noise."""
    noise_var = 1 / (2 * rate * 10 ** (eb_n0_db / 10))
    return 2 / noise_var * (1 + np.sqrt(noise_var) * rng.standard_normal((n_words, n)))


def fast(code):
    """Wrong words of the decoder of the project."""
    decoder = isac.dsp.ldpc_decoder(code)

    def wrong(llrs):
        soft = isac.dsp.soft_bits(llrs.T.astype(np.float32)).reshape(llrs.T.shape)
        return decoder.decode(soft).any(axis=0).sum()

    return wrong


def needed_eb_n0_db(n, rate, wrong_words, n_words, start_db, step_db=0.1):
    """Walks up to where the error rate falls below TARGET and interpolates its logarithm."""
    rng = np.random.default_rng(3)
    previous, eb_n0_db = 1.0, start_db
    while True:
        sent = wrong = 0
        while sent < n_words and wrong < 0.05 * n_words:
            llrs = llrs_of_zeros(n, rate, eb_n0_db, 256, rng)
            wrong += wrong_words(llrs)
            sent += len(llrs)
        share = max(wrong, 0.5) / sent
        if share <= TARGET:
            back = np.log(TARGET / share) / np.log(previous / share)
            return float(eb_n0_db - step_db * back)
        previous, eb_n0_db = share, eb_n0_db + step_db


def accuracy(n_words):
    """{name: Eb/N0 in dB} of the decoder of the project and of those in double precision."""
    rows = regular_code()
    codes = {"1008 (3, 6)": (isac.dsp.ldpc_code(N, rows), 1.5, min_sum)}
    for name, rate in CODES.items():
        code = isac.dsp.ldpc_code(1944, getattr(isac.coding, rate))
        codes[name] = (code, {"1/2": 1.0, "2/3": 1.8, "3/4": 2.4, "5/6": 3.1}[name[-3:]],
                       sum_product)
    numbers = {}
    print(f"Eb/N0 for a word error rate of {TARGET:g}")
    for name, (code, start_db, rule) in codes.items():
        def exact(llrs, code=code, rule=rule):
            return decode(code.rows, llrs, N_ITERATIONS, rule).any(axis=1).sum()

        size = (code.n, code.k / code.n)
        ours = needed_eb_n0_db(*size, fast(code), 4 * n_words, start_db)
        double = needed_eb_n0_db(*size, exact, n_words, start_db)
        numbers[f"{name} loss_db"] = ours - double
        numbers[f"{name} eb_n0_db"] = ours
        print(f"  {name:12s} {ours:5.2f} dB, {rule.__name__} {double:5.2f} dB: "
              f"{ours - double:+.2f} dB", flush=True)
    return numbers


class GrFec:
    """gr-fec's decoder in a flowgraph, over words of LLRs that are ready before."""

    def __init__(self, alist, llrs, noise_std):
        # Its samples are those of a matched filter, +1 for a one.
        samples = (-llrs * noise_std ** 2 / 2).astype(np.float32)
        self._samples = samples.ravel().tolist()
        self._make = lambda: fec.ldpc_decoder.make(alist, noise_std / np.sqrt(2), N_ITERATIONS)
        self.wrong = None

    def run(self):
        decoder = fec.decoder(self._make(), gr.sizeof_float, gr.sizeof_char)
        source, sink = blocks.vector_source_f(self._samples), blocks.vector_sink_b()
        top = gr.top_block()
        top.connect(source, decoder, sink)
        top.run()
        self.wrong = np.reshape(sink.data(), (-1, N // 2)).any(axis=1).sum()


def speed(rounds):
    """{name: number}: both decoders at 3 dB, and their ratio."""
    rows = regular_code()
    rng = np.random.default_rng(2)
    noise_std = np.sqrt(10 ** -0.3)  # rate 1/2: 2 R Eb/N0 is Eb/N0
    few = llrs_of_zeros(N, 0.5, 3.0, 100, rng)
    many = llrs_of_zeros(N, 0.5, 3.0, 3200, rng)
    decoder = isac.dsp.ldpc_decoder(isac.dsp.ldpc_code(N, rows))
    side_by_side = np.ascontiguousarray(many.T.astype(np.float32))
    with tempfile.TemporaryDirectory() as folder:
        alist = Path(folder) / "code.alist"
        write_alist(alist, rows, N)
        theirs = GrFec(str(alist), few, noise_std)

        def ours():
            soft = isac.dsp.soft_bits(side_by_side).reshape(side_by_side.shape)
            ours.wrong = decoder.decode(soft).any(axis=0).sum()

        rates = best_rates({"gr-fec": (len(few) * N // 2, theirs.run),
                            "gr-isac": (len(many) * N // 2, ours)}, rounds)
    numbers = report("regular (3, 6) code of 1008 bits at 3 dB", "Mbit/s", rates, "gr-fec",
                     [("gr-isac", "gr-fec")])
    print(f"words wrong: gr-fec {theirs.wrong} of {len(few)}, gr-isac {ours.wrong} of "
          f"{len(many)}")
    return numbers


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", metavar="FILE", help="write {name: number} there")
    parser.add_argument("--rounds", type=int, default=5, help="rounds, of which the best counts")
    parser.add_argument("--words", type=int, default=2000, help="words a point of accuracy")
    args = parser.parse_args()
    gr.logging().set_default_level(gr.log_levels.err)
    numbers = speed(args.rounds)
    print()
    numbers.update(accuracy(args.words))
    write(args.json, numbers)


if __name__ == "__main__":
    main()

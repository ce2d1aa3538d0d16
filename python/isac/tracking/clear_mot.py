# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How good are tracks? The CLEAR MOT counts."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment


@dataclass(frozen=True)
class MotCounts:
    """What tracks got right and wrong over all frames.

    Attributes:
        there: targets, summed over frames
        missed: of these, those no track was close to
        false: tracks that were close to no target
        switches: times that a target was followed under another id than before
        errors: [n, d] track less truth, of all pairs
    """

    there: int
    missed: int
    false: int
    switches: int
    errors: np.ndarray

    @property
    def mota(self):
        wrong = self.missed + self.false + self.switches
        return 1 - wrong / self.there if self.there else math.nan


def clear_mot(truth, tracks, limit):
    """Counts by the rules of Bernardin and Stiefelhagen, EURASIP J. Image and Video Proc. 2008.

    A target keeps its track of the frame before as long as the two stay close; the others
    are paired so that the sum of their distances is least.

    Args:
        truth: a pair (names [n], positions [n, d]) for every frame
        tracks: the same of the tracks, as many frames
        limit: [d]; a pair is close if sum(((a - b) / limit)**2) <= 1
    """
    there = missed = false = switches = 0
    known, held = {}, {}  # track of every target: ever, in the frame before
    errors = [np.zeros((0, len(limit)))]
    for (targets, at), (ids, found) in zip(truth, tracks, strict=True):
        targets, ids = list(targets), list(ids)
        off = np.reshape(found, (-1, 1, len(limit))) - np.reshape(at, (1, -1, len(limit)))
        far = np.sum((off / limit) ** 2, axis=-1)  # [tracks, targets]
        pairs = _pair(far, [ids.index(held[t]) if held.get(t) in ids else -1 for t in targets])
        for i, j in pairs:
            switches += int(known.setdefault(targets[j], ids[i]) != ids[i])
            known[targets[j]] = ids[i]
            errors.append(off[i, j][None])
        held = {targets[j]: ids[i] for i, j in pairs}
        there += len(targets)
        missed += len(targets) - len(pairs)
        false += len(ids) - len(pairs)
    return MotCounts(there, missed, false, switches, np.concatenate(errors))


def _pair(far, before):
    """Pairs (track, target) of distances `far`; before[target] is the track it had, or -1."""
    pairs = [(i, j) for j, i in enumerate(before) if i >= 0 and far[i, j] <= 1]
    taken = np.array(pairs, int).reshape(-1, 2)
    cost = np.where(far <= 1, far, 1e6)
    cost[taken[:, 0]] = cost[:, taken[:, 1]] = 1e6
    rows, columns = linear_sum_assignment(cost)
    return pairs + [(i, j) for i, j in zip(rows, columns, strict=True) if cost[i, j] <= 1]

# Copyright 2026 the gr-isac authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Textbook message passing in double precision: what the fast LDPC decoder is measured against.

Every check and bit exchanges messages in every iteration (flooding), exactly as Kschischang,
Frey and Loeliger, "Factor graphs and the sum-product algorithm", IEEE Trans. Inf. Theory 47(2),
2001, write it down. Nothing is quantised or approximated.
"""

import numpy as np


def sum_product(q):
    """Messages of checks: q [checks, weight, words], infinite where there is no bit."""
    tanh = np.tanh(np.clip(q, -60, 60) / 2)
    tanh[np.abs(tanh) < 1e-12] = 1e-12
    others = tanh.prod(axis=1, keepdims=True) / tanh
    limit = 1 - 1e-16 * 4
    return 2 * np.arctanh(np.clip(others, -limit, limit))


def min_sum(q):
    """The same with the least magnitude of the others instead of their product."""
    size = np.abs(q)
    order = np.argpartition(size, 1, axis=1)
    least = np.take_along_axis(size, order[:, :1], axis=1)
    second = np.take_along_axis(size, order[:, 1:2], axis=1)
    which = np.arange(q.shape[1])[None, :, None] == order[:, :1]
    sign = np.where(q < 0, -1.0, 1.0)
    return sign.prod(axis=1, keepdims=True) * sign * np.where(which, second, least)


class Graph:
    """The edges of a parity-check matrix as index tables, padded with an edge that is none."""

    def __init__(self, rows, n):
        weight = max(map(len, rows))
        self.bits = np.full((len(rows), weight), n)  # bit n is certainly 0
        for i, row in enumerate(rows):
            self.bits[i, :len(row)] = row
        edges = [[] for _ in range(n)]
        for i, row in enumerate(rows):
            for k, bit in enumerate(row):
                edges[bit].append(i * weight + k)
        self.edges = np.full((n, max(map(len, edges))), self.bits.size)  # this one is silent
        for bit, own in enumerate(edges):
            self.edges[bit, :len(own)] = own


def decode(parity_rows, llrs, n_iterations=50, rule=sum_product):
    """Decodes words; those that fulfil all checks stop early.

    Args:
        parity_rows: of each check, the places of its bits
        llrs: float [batch, n], log P(0)/P(1)
        n_iterations: at most
        rule: what checks do, sum_product or min_sum

    Returns:
        hard bits, uint8 [batch, n]
    """
    llrs = np.asarray(llrs, float)
    batch, n = llrs.shape
    graph = Graph(parity_rows, n)
    bits = np.zeros((batch, n), np.uint8)
    words = np.arange(batch)  # those still at work, in the columns of all arrays below
    channel = np.ascontiguousarray(llrs.T)
    messages = np.zeros((graph.bits.size + 1, batch))
    sums = channel
    for iteration in range(n_iterations + 1):
        padded = np.vstack([sums, np.full((1, len(words)), np.inf)])[graph.bits]
        done = ~((padded < 0).sum(axis=1) % 2).any(axis=0)
        done |= iteration == n_iterations
        bits[words[done]] = (sums < 0)[:, done].T
        words, channel = words[~done], channel[:, ~done]
        if not len(words):
            break
        messages, padded = messages[:, ~done], padded[:, :, ~done]
        q = padded - messages[:-1].reshape(padded.shape)
        messages = np.vstack([rule(q).reshape(-1, len(words)), np.zeros((1, len(words)))])
        sums = channel + messages[graph.edges].sum(axis=1)
    return bits

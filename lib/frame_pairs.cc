/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "frame_pairs.h"
#include <algorithm>

namespace gr {
namespace isac {

namespace {

std::size_t depth(const waveform& w)
{
    return std::max<std::size_t>(4, (32u << 20) / (sizeof(gr_complex) * w.grid_len()));
}

} // namespace

frame_pairs::frame_pairs(const waveform& w)
    : d_queues{ { w.n_symbols(), w.n_subcarriers(), depth(w) },
                { w.n_symbols(), w.n_subcarriers(), depth(w) } }
{
}

bool frame_pairs::is_ready()
{
    while (!d_queues[0].is_empty() && !d_queues[1].is_empty()) {
        const auto sent = d_queues[0].number(), received = d_queues[1].number();
        if (!sent || !received || *sent == *received) {
            return true;
        }
        drop(*sent < *received ? 0 : 1);
    }
    return false;
}

void frame_pairs::pop()
{
    d_queues[0].pop();
    d_queues[1].pop();
    ++d_n_paired;
}

void frame_pairs::drop(int port)
{
    d_queues[port].pop();
    ++d_n_dropped[port];
}

} // namespace isac
} // namespace gr

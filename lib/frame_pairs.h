/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_FRAME_PAIRS_H
#define INCLUDED_ISAC_FRAME_PAIRS_H

#include "frame_queue.h"
#include <gnuradio/isac/waveform.h>
#include <atomic>

namespace gr {
namespace isac {

/// Sent (0) and received (1) frames that wait for each other. Drops what cannot pair.
class frame_pairs
{
public:
    /// Each input has room for 32 MiB of frames, at least four.
    explicit frame_pairs(const waveform& w);

    frame_queue& operator[](int port) { return d_queues[port]; }

    /// The two oldest frames belong together; older ones without a partner are gone.
    bool is_ready();

    void pop();          ///< the two oldest, which were paired
    void drop(int port); ///< the oldest of one input, which was not

    std::uint64_t n_paired() const { return d_n_paired; }
    std::uint64_t n_dropped(int port) const { return d_n_dropped[port]; }
    std::uint64_t n_incomplete() const
    {
        return d_queues[0].n_incomplete() + d_queues[1].n_incomplete();
    }

private:
    frame_queue d_queues[2];
    std::atomic<std::uint64_t> d_n_paired{ 0 }, d_n_dropped[2] = { 0, 0 };
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_FRAME_PAIRS_H */

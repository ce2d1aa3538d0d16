/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_FRAME_QUEUE_H
#define INCLUDED_ISAC_FRAME_QUEUE_H

#include <gnuradio/gr_complex.h>
#include <gnuradio/tags.h>
#include <pmt/pmt.h>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace gr {
namespace isac {

/*!
 * Frames of grid rows that wait for their partner, oldest first. Rows arrive in pieces;
 * a frame counts when it is complete.
 */
class frame_queue
{
public:
    frame_queue(int n_symbols, int row_len, std::size_t depth);

    /*!
     * Takes rows until it is full. A frame starts at a tag, and after the end of another.
     * \param rows [n, row_len]
     * \param tags isac_frame tags of these rows
     * \param first what a tag at the first row has as its offset
     * \returns how many rows were taken
     */
    int take(const gr_complex* rows,
             int n,
             const std::vector<gr::tag_t>& tags,
             std::uint64_t first);

    bool is_full() const { return d_n_frames == d_depth; }
    bool is_empty() const { return d_n_frames == 0; }

    /// The oldest frame, [n_symbols, row_len], and its dictionary, which may be null.
    const gr_complex* rows() const { return slot(d_first); }
    const pmt::pmt_t& dict() const { return d_dicts[d_first]; }
    std::optional<std::uint64_t> number() const;
    void pop();

    std::uint64_t n_incomplete() const { return d_n_incomplete; }

private:
    void start(const pmt::pmt_t& dict);
    int push(const gr_complex* rows, int n);
    gr_complex* slot(std::size_t i) const
    {
        return reinterpret_cast<gr_complex*>(d_storage.get()) + i * d_frame_len;
    }

    const int d_n_symbols, d_row_len;
    const std::size_t d_depth, d_frame_len;
    // Floats, because new complex[] would touch every page of it before it is needed.
    const std::unique_ptr<float[]> d_storage;
    std::vector<pmt::pmt_t> d_dicts;
    std::size_t d_first = 0, d_n_frames = 0;
    int d_n_rows = 0; // of the frame that is arriving
    std::atomic<std::uint64_t> d_n_incomplete{ 0 };
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_FRAME_QUEUE_H */

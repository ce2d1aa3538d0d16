/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_FRAME_SAMPLES_H
#define INCLUDED_ISAC_FRAME_SAMPLES_H

#include "payload_queue.h"
#include <gnuradio/gr_complex.h>
#include <gnuradio/isac/dsp/transmitter.h>
#include <vector>

namespace gr {
namespace isac {

/*!
 * The samples of one frame after the other, in pieces: the preamble, then the symbol of
 * each row. A piece is made right where it goes. If there is not enough room for it, it
 * is made beside that and fetched bit by bit.
 */
class frame_samples
{
public:
    explicit frame_samples(const waveform& w);

    /// All samples of the frame are written.
    bool is_over() const { return !is_pending() && !has_rows(); }

    /// Starts a frame, when the last one is over, with its preamble.
    /// \returns samples written, at most \p room.
    int start(const payload_queue::frame& frame, gr_complex* samples, int room);

    struct written {
        int samples, rows;
    };

    /*!
     * Goes on with the frame as far as there is room.
     * \param samples [room]
     * \param rows [row_room, n_subcarriers], receives the rows of the symbols that are
     *             made; or null, if nobody wants them.
     */
    written fill(gr_complex* samples, int room, gr_complex* rows, int row_room);

private:
    bool is_pending() const { return d_taken < d_pending.size(); }
    bool has_rows() const { return d_next_row < d_waveform.n_symbols(); }
    dsp::span<gr_complex> place(gr_complex* samples, int room, int len);
    int placed(gr_complex* samples, int room, int len);
    int take(gr_complex* samples, int room);

    waveform d_waveform;
    dsp::transmitter d_transmitter;
    std::vector<gr_complex> d_pending; // the piece that found no room
    std::size_t d_taken = 0;           // of d_pending
    int d_next_row;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_FRAME_SAMPLES_H */

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#ifndef INCLUDED_ISAC_FRAME_RECEIVER_H
#define INCLUDED_ISAC_FRAME_RECEIVER_H

#include "frame_result.h"
#include "frame_tracker.h"
#include <gnuradio/isac/dsp/receiver.h>

namespace gr {
namespace isac {

/*!
 * What the receiver block does with a stream, but for its outputs: rows come from
 * next_row(), payloads and causes of trouble leave by the message ports.
 *
 * In each call of general_work tracker().open(), next_row() until there is none, and
 * tracker().close().
 */
class frame_receiver
{
public:
    /// Registers the message ports with \p block, which must outlive this object.
    frame_receiver(gr::block& block,
                   const waveform& w,
                   interpolation method,
                   double max_speed_mps);

    /*!
     * Makes the next row of a frame. Once a row of a frame has come, all do, in zeros if
     * its samples are missing.
     * \param row [n_subcarriers] or empty, receives it as it came
     * \param symbols [n_data] or empty, receives its equalised data symbols
     * \returns its number in the frame, or -1 if more samples are needed.
     */
    int next_row(dsp::span<gr_complex> row, dsp::span<gr_complex> symbols);

    /// The isac_frame dictionary of that frame.
    pmt::pmt_t frame_meta() const;

    frame_tracker& tracker() { return d_tracker; }
    const frame_result& result() const { return d_result; }

private:
    bool take_event();
    void take_samples();
    void start_frame();
    void finish_frame();

    gr::block& d_block;
    const waveform d_waveform;
    frame_tracker d_tracker;
    dsp::receiver d_receiver;
    bool d_is_open = false;              // rows of a frame may be waiting in d_receiver
    int d_n_out = 0;                     // rows of the frame that have come out
    int d_n_missing = 0;                 // rows still to be made up for
    std::vector<std::uint8_t> d_payload; // [payload_len]
    pmt::pmt_t d_meta;
    frame_result d_result;
};

} // namespace isac
} // namespace gr

#endif /* INCLUDED_ISAC_FRAME_RECEIVER_H */

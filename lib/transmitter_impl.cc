/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "buffer.h"
#include "transmitter_impl.h"
#include <gnuradio/block_detail.h>
#include <gnuradio/buffer.h>
#include <gnuradio/io_signature.h>
#include <gnuradio/isac/frame_meta.h>

namespace gr {
namespace isac {

transmitter::sptr transmitter::make(const isac::waveform& waveform,
                                    const std::string& payload,
                                    bool repeat,
                                    int n_frames,
                                    bool idle,
                                    int queue_len)
{
    return gnuradio::make_block_sptr<transmitter_impl>(
        waveform, payload, repeat, n_frames, idle, queue_len);
}

transmitter_impl::transmitter_impl(const isac::waveform& waveform,
                                   const std::string& payload,
                                   bool repeat,
                                   int n_frames,
                                   bool idle,
                                   int queue_len)
    : gr::block(
          "transmitter",
          io_signature::make(0, 0, 0),
          io_signature::make2(
              1, 2, sizeof(gr_complex), sizeof(gr_complex) * waveform.n_subcarriers())),
      d_waveform(waveform),
      d_frame(waveform),
      d_input(*this,
              d_logger,
              payload_queue(waveform, payload, repeat, n_frames, idle, queue_len))
{
    set_tag_propagation_policy(TPP_DONT);
    set_min_output_buffer(0, sample_buffer_items(waveform.sample_rate_hz()));
    // The radar takes two frames of rows at once, and the echo of the second arrives
    // only when its samples have gone round: less room here would stop both.
    set_min_output_buffer(1, 3 * waveform.n_symbols());
}

bool transmitter_impl::start()
{
    // Called for less than a symbol it would have to make it beside the output. GNU Radio
    // asks the same of every output, and the one of the rows has no room for so many.
    const int symbol_len = d_waveform.symbol_len();
    if (detail()->noutputs() == 1 &&
        2 * symbol_len <= static_cast<int>(detail()->output(0)->bufsize())) {
        set_min_noutput_items(symbol_len);
    }
    return block::start();
}

/// The next frame, with its tags: they must not be ahead of what nitems_written says, so
/// only before anything else is written. \returns samples written.
int transmitter_impl::start_frame(gr_complex* samples, int room)
{
    const auto frame = d_input.next();
    if (!frame) {
        return 0;
    }
    const auto meta = frame_meta(*frame);
    for (int port = 0; port < detail()->noutputs(); ++port) {
        add_item_tag(port, nitems_written(port), meta::FRAME, meta);
    }
    return d_frame.start(*frame, samples, room);
}

int transmitter_impl::general_work(int,
                                   gr_vector_int&,
                                   gr_vector_const_void_star&,
                                   gr_vector_void_star& output_items)
{
    // The two outputs run at different rates: ask each for its own room.
    const bool wants_rows = detail()->noutputs() > 1;
    auto* samples = static_cast<gr_complex*>(output_items[0]);
    auto* rows = wants_rows ? static_cast<gr_complex*>(output_items[1]) : nullptr;
    const int room = detail()->output(0)->space_available();
    const int row_room = wants_rows ? detail()->output(1)->space_available() : 0;

    const int n = d_frame.is_over() ? start_frame(samples, room) : 0;
    const auto more = d_frame.fill(samples + n, room - n, rows, row_room);
    if (n + more.samples == 0 && d_input.done()) {
        return WORK_DONE;
    }
    produce(0, n + more.samples);
    if (wants_rows) {
        produce(1, more.rows);
    }
    return WORK_CALLED_PRODUCE;
}

} // namespace isac
} // namespace gr

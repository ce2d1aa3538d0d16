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
#include <algorithm>

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
      d_transmitter(waveform),
      d_input(*this,
              d_logger,
              payload_queue(waveform, payload, repeat, n_frames, idle, queue_len)),
      d_next_row(waveform.n_symbols())
{
    d_pending.reserve(waveform.preamble_len());
    set_tag_propagation_policy(TPP_DONT);
    // Waking the next block costs as much as a row: what leaves here comes at full rate.
    set_min_output_buffer(0, 2 * buffer_items(sizeof(gr_complex)));
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

/// Where the next \p len samples are made: in the output, or beside it if that has not
/// enough room.
dsp::span<gr_complex> transmitter_impl::place(gr_complex* samples, int room, int len)
{
    d_taken = 0;
    d_pending.resize(room < len ? len : 0);
    return d_pending.empty() ? dsp::span<gr_complex>(samples, len) : d_pending;
}

bool transmitter_impl::start_frame(gr_complex* samples, int room)
{
    const auto frame = d_input.next();
    if (!frame) {
        return false;
    }
    d_transmitter.start(frame->number,
                        frame->payload,
                        place(samples, room, d_waveform.preamble_len()),
                        frame->segmented);
    d_next_row = 0;
    const auto meta = frame_meta(*frame);
    add_item_tag(0, nitems_written(0), meta::FRAME, meta);
    if (detail()->noutputs() > 1) {
        add_item_tag(1, nitems_written(1), meta::FRAME, meta);
    }
    return true;
}

int transmitter_impl::take_pending(gr_complex* samples, int room)
{
    const int n = std::min<int>(room, d_pending.size() - d_taken);
    std::copy_n(d_pending.begin() + d_taken, n, samples);
    d_taken += n;
    return n;
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
    const int row_room = wants_rows ? detail()->output(1)->space_available() : room;

    int n = 0, n_rows = 0;
    for (int more = 1; n < room && more > 0; n += more) {
        int len = d_waveform.preamble_len();
        if (d_taken == d_pending.size() && d_next_row < d_waveform.n_symbols()) {
            len = d_waveform.symbol_len();
            if (n_rows == row_room || (n > 0 && room - n < len)) {
                break;
            }
            const std::size_t row_len = wants_rows ? d_waveform.n_subcarriers() : 0;
            d_transmitter.make_row(d_next_row++,
                                   { rows + n_rows * row_len, row_len },
                                   place(samples + n, room - n, len));
            ++n_rows;
        } else if (d_taken == d_pending.size() &&
                   (n > 0 || !start_frame(samples, room))) {
            break; // a tag of a frame must not be ahead of what nitems_written says
        }
        more = d_pending.empty() ? len : take_pending(samples + n, room - n);
    }
    if (n == 0 && d_input.done()) {
        return WORK_DONE;
    }
    produce(0, n);
    if (wants_rows) {
        produce(1, n_rows);
    }
    return WORK_CALLED_PRODUCE;
}

} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "buffer.h"
#include "frame_encoder_impl.h"
#include <gnuradio/io_signature.h>
#include <algorithm>

namespace gr {
namespace isac {

frame_encoder::sptr frame_encoder::make(const isac::waveform& waveform)
{
    return gnuradio::make_block_sptr<frame_encoder_impl>(waveform);
}

frame_encoder_impl::frame_encoder_impl(const isac::waveform& waveform)
    : gr::sync_interpolator("frame_encoder",
                            io_signature::make(1, 1, waveform.payload_len()),
                            io_signature::make(1, 1, waveform.bits_per_row()),
                            waveform.n_data_rows()),
      d_payload_len(waveform.payload_len()),
      d_bits_per_frame(waveform.bits_per_frame()),
      d_encoder(waveform)
{
    set_min_output_buffer(
        0, std::max(buffer_items(waveform.bits_per_row()), 2L * waveform.n_data_rows()));
}

int frame_encoder_impl::work(int noutput_items,
                             gr_vector_const_void_star& input_items,
                             gr_vector_void_star& output_items)
{
    const auto* payload = static_cast<const std::uint8_t*>(input_items[0]);
    auto* bits = static_cast<std::uint8_t*>(output_items[0]);

    const int n_frames = noutput_items / static_cast<int>(interpolation());
    for (int i = 0; i < n_frames; ++i) {
        d_encoder.encode({ payload + i * d_payload_len, d_payload_len },
                         { bits + i * d_bits_per_frame, d_bits_per_frame });
    }
    return noutput_items;
}

} // namespace isac
} // namespace gr

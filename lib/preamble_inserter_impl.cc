/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "buffer.h"
#include "preamble_inserter_impl.h"
#include <gnuradio/io_signature.h>
#include <gnuradio/isac/frame_meta.h>
#include <algorithm>

namespace gr {
namespace isac {

preamble_inserter::sptr preamble_inserter::make(const isac::waveform& waveform)
{
    return gnuradio::make_block_sptr<preamble_inserter_impl>(waveform);
}

preamble_inserter_impl::preamble_inserter_impl(const isac::waveform& waveform)
    : gr::block("preamble_inserter",
                io_signature::make(1, 1, sizeof(gr_complex)),
                io_signature::make(1, 1, sizeof(gr_complex))),
      d_frame_len(waveform.frame_len()),
      d_preamble_len(waveform.preamble_len()),
      d_payload_len(waveform.payload_len()),
      d_maker(waveform),
      d_preamble(waveform.preamble_len())
{
    set_relative_rate(waveform.frame_len(), waveform.body_len());
    set_tag_propagation_policy(TPP_CUSTOM);
    set_min_output_buffer(0, buffer_items(sizeof(gr_complex)));
}

void preamble_inserter_impl::forecast(int, gr_vector_int& ninput_items_required)
{
    ninput_items_required[0] = 1; // a frame begins when its first row is there
}

void preamble_inserter_impl::start_frame()
{
    double payload_len = d_payload_len;
    dsp::frame_header header;
    get_tags_in_window(d_tags, 0, 0, 1, meta::FRAME);
    for (const auto& tag : d_tags) {
        d_number = static_cast<std::uint32_t>(
            meta::number_or(tag.value, meta::NUMBER, d_number));
        payload_len = meta::number_or(tag.value, meta::PAYLOAD_LEN, payload_len);
        header.segmented =
            pmt::is_dict(tag.value) &&
            pmt::is_true(pmt::dict_ref(tag.value, meta::SEGMENTED, pmt::PMT_F));
        add_item_tag(0, nitems_written(0), tag.key, tag.value);
    }
    header.number = d_number++;
    header.payload_len =
        static_cast<std::uint32_t>(std::clamp(payload_len, 0.0, double(d_payload_len)));
    d_maker.make(header, d_preamble);
}

int preamble_inserter_impl::general_work(int noutput_items,
                                         gr_vector_int& ninput_items,
                                         gr_vector_const_void_star& input_items,
                                         gr_vector_void_star& output_items)
{
    const auto* in = static_cast<const gr_complex*>(input_items[0]);
    auto* out = static_cast<gr_complex*>(output_items[0]);

    // At most to the end of this frame, so that a call begins at most one.
    if (d_at == 0) {
        start_frame();
    }
    int n = 0;
    if (d_at < d_preamble_len) {
        n = std::min(noutput_items, d_preamble_len - d_at);
        std::copy_n(d_preamble.begin() + d_at, n, out);
    }
    const int body = std::min({ noutput_items - n,
                                ninput_items[0],
                                d_frame_len - std::max(d_at + n, d_preamble_len) });
    if (d_at + n >= d_preamble_len) {
        std::copy_n(in, body, out + n);
        consume(0, body);
        n += body;
    }
    d_at = (d_at + n) % d_frame_len;
    return n;
}

} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "frame_decoder_impl.h"
#include <gnuradio/io_signature.h>
#include <algorithm>

namespace gr {
namespace isac {

frame_decoder::sptr frame_decoder::make(const isac::waveform& waveform)
{
    return gnuradio::make_block_sptr<frame_decoder_impl>(waveform);
}

frame_decoder_impl::frame_decoder_impl(const isac::waveform& waveform)
    : gr::sync_block("frame_decoder",
                     io_signature::make(1, 1, sizeof(float) * waveform.bits_per_row()),
                     io_signature::make(0, 0, 0)),
      d_n_rows(waveform.n_data_rows()),
      d_row_len(waveform.bits_per_row()),
      d_decoder(waveform),
      d_llrs(waveform.bits_per_frame()),
      d_payload(waveform.payload_len()),
      d_result(*this)
{
}

void frame_decoder_impl::start_frame(pmt::pmt_t dict)
{
    if (!pmt::is_dict(dict)) {
        dict = pmt::make_dict();
    }
    if (!pmt::dict_has_key(dict, meta::NUMBER)) {
        dict = pmt::dict_add(dict, meta::NUMBER, pmt::from_uint64(d_number));
    }
    d_number = static_cast<std::uint64_t>(meta::number_or(dict, meta::NUMBER, 0)) + 1;
    d_dict = dict;
    d_next_row = 0;
}

void frame_decoder_impl::finish_frame()
{
    const bool crc_ok = d_decoder.decode(d_llrs, d_payload);
    d_result.publish(d_dict,
                     d_payload,
                     crc_ok,
                     d_decoder.bit_errors(),
                     static_cast<int>(d_llrs.size()));
    d_next_row = 0;
}

int frame_decoder_impl::work(int noutput_items,
                             gr_vector_const_void_star& input_items,
                             gr_vector_void_star&)
{
    const auto* rows = static_cast<const float*>(input_items[0]);

    get_tags_in_window(d_tags, 0, 0, noutput_items, meta::FRAME);
    std::sort(d_tags.begin(), d_tags.end(), gr::tag_t::offset_compare);
    auto tag = d_tags.begin();
    for (int i = 0; i < noutput_items; ++i) {
        bool tagged = false;
        for (; tag != d_tags.end() && tag->offset <= nitems_read(0) + i; ++tag) {
            start_frame(tag->value);
            tagged = true;
        }
        if (d_next_row == 0 && !tagged) {
            start_frame(pmt::make_dict());
        }
        std::copy_n(rows + std::size_t(i) * d_row_len,
                    d_row_len,
                    d_llrs.begin() + std::size_t(d_next_row) * d_row_len);
        if (++d_next_row == d_n_rows) {
            finish_frame();
        }
    }
    return noutput_items;
}

} // namespace isac
} // namespace gr

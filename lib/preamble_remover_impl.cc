/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "buffer.h"
#include "preamble_remover_impl.h"
#include <gnuradio/io_signature.h>
#include <gnuradio/isac/frame_meta.h>
#include <algorithm>

namespace gr {
namespace isac {

preamble_remover::sptr preamble_remover::make(const isac::waveform& waveform)
{
    return gnuradio::make_block_sptr<preamble_remover_impl>(waveform);
}

preamble_remover_impl::preamble_remover_impl(const isac::waveform& waveform)
    : gr::block("preamble_remover",
                io_signature::make(1, 1, sizeof(gr_complex)),
                io_signature::make(1, 1, sizeof(gr_complex))),
      d_frame_len(waveform.frame_len()),
      d_preamble_len(waveform.preamble_len()),
      d_meta(pmt::PMT_NIL)
{
    set_relative_rate(waveform.body_len(), waveform.frame_len());
    set_tag_propagation_policy(TPP_CUSTOM);
    set_min_output_buffer(0, buffer_items(sizeof(gr_complex)));
}

void preamble_remover_impl::forecast(int, gr_vector_int& ninput_items_required)
{
    ninput_items_required[0] = 1;
}

int preamble_remover_impl::until_tag(int n)
{
    get_tags_in_window(d_tags, 0, 0, n, meta::FRAME);
    for (const auto& tag : d_tags) {
        if (tag.offset > nitems_read(0)) {
            return static_cast<int>(tag.offset - nitems_read(0));
        }
        if (tag.offset >= d_taken) {
            d_taken = tag.offset + 1;
            d_missing = d_at > d_preamble_len ? d_frame_len - d_at : 0;
            d_at = 0;
            d_meta = tag.value;
        }
    }
    return n;
}

int preamble_remover_impl::general_work(int noutput_items,
                                        gr_vector_int& ninput_items,
                                        gr_vector_const_void_star& input_items,
                                        gr_vector_void_star& output_items)
{
    const auto* in = static_cast<const gr_complex*>(input_items[0]);
    auto* out = static_cast<gr_complex*>(output_items[0]);
    const int available = until_tag(ninput_items[0]);

    if (d_missing > 0) {
        const int n = std::min(noutput_items, d_missing);
        std::fill_n(out, n, gr_complex(0));
        d_missing -= n;
        return n;
    }
    if (d_at < d_preamble_len) {
        const int n = std::min(available, d_preamble_len - d_at);
        d_at += n;
        consume(0, n);
        return 0;
    }
    if (d_at == d_preamble_len && !pmt::is_null(d_meta)) {
        add_item_tag(0, nitems_written(0), meta::FRAME, d_meta);
        d_meta = pmt::PMT_NIL;
    }
    const int n = std::min({ available, noutput_items, d_frame_len - d_at });
    std::copy_n(in, n, out);
    d_at = (d_at + n) % d_frame_len;
    consume(0, n);
    return n;
}

} // namespace isac
} // namespace gr

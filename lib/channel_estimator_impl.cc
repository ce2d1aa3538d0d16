/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "buffer.h"
#include "channel_estimator_impl.h"
#include <gnuradio/io_signature.h>
#include <gnuradio/isac/frame_meta.h>
#include <algorithm>

namespace gr {
namespace isac {

channel_estimator::sptr channel_estimator::make(const isac::waveform& waveform,
                                                isac::interpolation method,
                                                double max_speed_mps)
{
    return gnuradio::make_block_sptr<channel_estimator_impl>(
        waveform, method, max_speed_mps);
}

channel_estimator_impl::channel_estimator_impl(const isac::waveform& waveform,
                                               isac::interpolation method,
                                               double max_speed_mps)
    : gr::sync_block(
          "channel_estimator",
          io_signature::make(1, 1, sizeof(gr_complex) * waveform.n_subcarriers()),
          io_signature::make(1, 1, sizeof(gr_complex) * waveform.n_subcarriers())),
      d_n_symbols(waveform.n_symbols()),
      d_row_len(waveform.n_subcarriers()),
      d_symbol_len(waveform.symbol_len()),
      d_estimator(waveform, method, max_speed_mps)
{
    // frame_sync emits whole frames: so does everything behind it, and the buffer before
    // this block, which the equalizer reads too, holds one.
    set_output_multiple(d_n_symbols);
    set_tag_propagation_policy(TPP_CUSTOM);
    set_min_output_buffer(0, buffer_items(sizeof(gr_complex) * waveform.n_subcarriers()));
}

void channel_estimator_impl::estimate(const gr_complex* rows,
                                      int n,
                                      gr_complex* channel,
                                      gr::tag_t* tag)
{
    const std::size_t row_len = d_row_len, len = n * row_len;
    if (n < d_n_symbols) {
        for (std::size_t at = 0; at < len; at += row_len) {
            d_estimator.estimate({ rows + at, row_len }, { channel + at, row_len });
        }
        return;
    }
    const double guess = tag ? meta::number_or(tag->value, meta::NOISE_VAR, 1) : 1;
    const double sfo_ppm = tag ? meta::number_or(tag->value, meta::SFO, 0) : 0;
    const double measured = d_estimator.estimate_frame(
        { rows, len }, { channel, len }, guess, d_symbol_len * sfo_ppm * 1e-6);
    if (tag && pmt::is_dict(tag->value)) {
        tag->value =
            pmt::dict_add(tag->value, meta::NOISE_VAR, pmt::from_double(measured));
    }
}

int channel_estimator_impl::work(int noutput_items,
                                 gr_vector_const_void_star& input_items,
                                 gr_vector_void_star& output_items)
{
    const auto* rows = static_cast<const gr_complex*>(input_items[0]);
    auto* channel = static_cast<gr_complex*>(output_items[0]);
    const std::size_t row_len = d_row_len;
    const auto start = nitems_read(0);

    get_tags_in_window(d_tags, 0, 0, noutput_items);
    std::sort(d_tags.begin(), d_tags.end(), gr::tag_t::offset_compare);
    const auto is_frame = [](const gr::tag_t& t) { return pmt::eqv(t.key, meta::FRAME); };
    int n = 0;
    for (int at = 0; at < noutput_items; at += n) {
        const auto here = std::find_if(d_tags.begin(), d_tags.end(), [&](const auto& t) {
            return is_frame(t) && t.offset == start + at;
        });
        const auto later = std::find_if(d_tags.begin(), d_tags.end(), [&](const auto& t) {
            return is_frame(t) && t.offset > start + at;
        });
        const int end = later == d_tags.end() ? noutput_items
                                              : static_cast<int>(later->offset - start);
        n = std::min(d_n_symbols, end - at);
        estimate(rows + at * row_len,
                 n,
                 channel + at * row_len,
                 here == d_tags.end() ? nullptr : &*here);
    }
    for (const auto& tag : d_tags) {
        add_item_tag(0, tag.offset, tag.key, tag.value);
    }
    return noutput_items;
}

} // namespace isac
} // namespace gr

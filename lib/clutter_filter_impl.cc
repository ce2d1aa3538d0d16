/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "clutter_filter_impl.h"
#include <gnuradio/io_signature.h>
#include <gnuradio/isac/frame_meta.h>

namespace gr {
namespace isac {

clutter_filter::sptr clutter_filter::make(const isac::waveform& waveform,
                                          const clutter_params& params)
{
    return gnuradio::make_block_sptr<clutter_filter_impl>(waveform, params);
}

clutter_filter_impl::clutter_filter_impl(const isac::waveform& waveform,
                                         const clutter_params& params)
    : gr::sync_block(
          "clutter_filter",
          io_signature::make(2, 2, sizeof(gr_complex) * waveform.n_subcarriers()),
          io_signature::make(1, 1, sizeof(gr_complex) * waveform.n_subcarriers())),
      d_grid_len(waveform.grid_len()),
      d_n_symbols(waveform.n_symbols()),
      d_filter(waveform, params)
{
    // Both inputs carry isac_frame; the received one knows the time and the SNR.
    set_tag_propagation_policy(TPP_CUSTOM);
    set_output_multiple(d_n_symbols); // what stands still shows only over a whole frame
    set_min_output_buffer(0, 2 * d_n_symbols);
}

int clutter_filter_impl::work(int noutput_items,
                              gr_vector_const_void_star& input_items,
                              gr_vector_void_star& output_items)
{
    const auto* sent = static_cast<const gr_complex*>(input_items[0]);
    const auto* received = static_cast<const gr_complex*>(input_items[1]);
    auto* moving = static_cast<gr_complex*>(output_items[0]);

    for (int i = 0; i < noutput_items / d_n_symbols; ++i) {
        d_filter.filter({ sent + i * d_grid_len, d_grid_len },
                        { received + i * d_grid_len, d_grid_len },
                        { moving + i * d_grid_len, d_grid_len });
        if (d_filter.n_not_finite() > 0) {
            if (d_bad_cells == 0) {
                d_logger->warn("{} cells of a frame are not finite; no more warnings",
                               d_filter.n_not_finite());
            }
            d_bad_cells += d_filter.n_not_finite();
        }
    }
    get_tags_in_window(d_tags, 1, 0, noutput_items, meta::FRAME);
    for (const auto& tag : d_tags) {
        add_item_tag(0, tag.offset, tag.key, tag.value);
    }
    return noutput_items;
}

} // namespace isac
} // namespace gr

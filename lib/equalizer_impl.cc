/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "buffer.h"
#include "equalizer_impl.h"
#include <gnuradio/io_signature.h>
#include <gnuradio/isac/frame_meta.h>

namespace gr {
namespace isac {

equalizer::sptr equalizer::make(const isac::waveform& waveform, double noise_var)
{
    return gnuradio::make_block_sptr<equalizer_impl>(waveform, noise_var);
}

equalizer_impl::equalizer_impl(const isac::waveform& waveform, double noise_var)
    : gr::sync_block("equalizer",
                     io_signature::make2(2,
                                         2,
                                         sizeof(gr_complex) * waveform.n_subcarriers(),
                                         sizeof(gr_complex) * waveform.n_subcarriers()),
                     io_signature::make2(2,
                                         2,
                                         sizeof(gr_complex) * waveform.n_data(),
                                         sizeof(float) * waveform.n_data())),
      d_row_len(waveform.n_subcarriers()),
      d_data_len(waveform.n_data()),
      d_noise_var(static_cast<float>(noise_var)),
      d_equalizer(waveform)
{
    // Both inputs carry isac_frame; that of the channel knows more.
    set_tag_propagation_policy(TPP_CUSTOM);
    set_min_output_buffer(0, buffer_items(sizeof(gr_complex) * waveform.n_data()));
    set_min_output_buffer(1, buffer_items(sizeof(float) * waveform.n_data()));
}

int equalizer_impl::work(int noutput_items,
                         gr_vector_const_void_star& input_items,
                         gr_vector_void_star& output_items)
{
    const auto* rows = static_cast<const gr_complex*>(input_items[0]);
    const auto* channel = static_cast<const gr_complex*>(input_items[1]);
    auto* symbols = static_cast<gr_complex*>(output_items[0]);
    auto* noise = static_cast<float*>(output_items[1]);
    const std::size_t row_len = d_row_len, n_data = d_data_len;

    get_tags_in_window(d_tags, 1, 0, noutput_items, meta::FRAME);
    auto tag = d_tags.begin();
    for (int i = 0; i < noutput_items; ++i) {
        for (; tag != d_tags.end() && tag->offset <= nitems_read(1) + i; ++tag) {
            d_noise_var = static_cast<float>(
                meta::number_or(tag->value, meta::NOISE_VAR, d_noise_var));
            add_item_tag(0, tag->offset, tag->key, tag->value);
            add_item_tag(1, tag->offset, tag->key, tag->value);
        }
        d_equalizer.equalize({ rows + i * row_len, row_len },
                             { channel + i * row_len, row_len },
                             d_noise_var,
                             { symbols + i * n_data, n_data },
                             { noise + i * n_data, n_data });
    }
    return noutput_items;
}

} // namespace isac
} // namespace gr

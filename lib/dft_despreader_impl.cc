/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "buffer.h"
#include "dft_despreader_impl.h"
#include <gnuradio/io_signature.h>

namespace gr {
namespace isac {

dft_despreader::sptr dft_despreader::make(const isac::waveform& waveform)
{
    return gnuradio::make_block_sptr<dft_despreader_impl>(waveform);
}

dft_despreader_impl::dft_despreader_impl(const isac::waveform& waveform)
    : gr::sync_block("dft_despreader",
                     io_signature::make2(2,
                                         2,
                                         sizeof(gr_complex) * waveform.n_dft(),
                                         sizeof(float) * waveform.n_dft()),
                     io_signature::make2(2,
                                         2,
                                         sizeof(gr_complex) * waveform.n_data(),
                                         sizeof(float) * waveform.n_data())),
      d_data_len(waveform.n_data()),
      d_dft_len(waveform.n_dft()),
      d_despreader(waveform)
{
    // Both inputs carry isac_frame; what belongs to the frame came with the first.
    set_tag_propagation_policy(TPP_CUSTOM);
    set_min_output_buffer(0, buffer_items(sizeof(gr_complex) * waveform.n_data()));
    set_min_output_buffer(1, buffer_items(sizeof(float) * waveform.n_data()));
}

int dft_despreader_impl::work(int noutput_items,
                              gr_vector_const_void_star& input_items,
                              gr_vector_void_star& output_items)
{
    const auto* cells = static_cast<const gr_complex*>(input_items[0]);
    const auto* cell_noise = static_cast<const float*>(input_items[1]);
    auto* symbols = static_cast<gr_complex*>(output_items[0]);
    auto* symbol_noise = static_cast<float*>(output_items[1]);
    const std::size_t n_data = d_data_len, n_dft = d_dft_len;

    for (int i = 0; i < noutput_items; ++i) {
        d_despreader.despread({ cells + i * n_dft, n_dft },
                              { cell_noise + i * n_dft, n_dft },
                              { symbols + i * n_data, n_data },
                              { symbol_noise + i * n_data, n_data });
    }
    get_tags_in_window(d_tags, 0, 0, noutput_items);
    for (const auto& tag : d_tags) {
        add_item_tag(0, tag.offset, tag.key, tag.value);
        add_item_tag(1, tag.offset, tag.key, tag.value);
    }
    return noutput_items;
}

} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "buffer.h"
#include "symbol_demapper_impl.h"
#include <gnuradio/io_signature.h>

namespace gr {
namespace isac {

symbol_demapper::sptr symbol_demapper::make(const isac::waveform& waveform,
                                            isac::demapping method)
{
    return gnuradio::make_block_sptr<symbol_demapper_impl>(waveform, method);
}

symbol_demapper_impl::symbol_demapper_impl(const isac::waveform& waveform,
                                           isac::demapping method)
    : gr::sync_block("symbol_demapper",
                     io_signature::make2(2,
                                         2,
                                         sizeof(gr_complex) * waveform.n_data(),
                                         sizeof(float) * waveform.n_data()),
                     io_signature::make(1, 1, sizeof(float) * waveform.bits_per_row())),
      d_n_data(waveform.n_data()),
      d_bits_per_row(waveform.bits_per_row()),
      d_demapper(waveform.params().modulation, method)
{
    // Both inputs carry the same isac_frame; one of them is enough.
    set_tag_propagation_policy(TPP_CUSTOM);
    set_min_output_buffer(0, buffer_items(sizeof(float) * waveform.bits_per_row()));
}

int symbol_demapper_impl::work(int noutput_items,
                               gr_vector_const_void_star& input_items,
                               gr_vector_void_star& output_items)
{
    const auto* symbols = static_cast<const gr_complex*>(input_items[0]);
    const auto* noise_var = static_cast<const float*>(input_items[1]);
    auto* llrs = static_cast<float*>(output_items[0]);

    get_tags_in_window(d_tags, 0, 0, noutput_items);
    for (const auto& tag : d_tags) {
        add_item_tag(0, tag);
    }
    d_demapper.demap({ symbols, noutput_items * d_n_data },
                     { noise_var, noutput_items * d_n_data },
                     { llrs, noutput_items * d_bits_per_row });
    return noutput_items;
}

} // namespace isac
} // namespace gr

/*
 * Copyright 2026 the gr-isac authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "buffer.h"
#include "dft_spreader_impl.h"
#include <gnuradio/io_signature.h>

namespace gr {
namespace isac {

dft_spreader::sptr dft_spreader::make(const isac::waveform& waveform)
{
    return gnuradio::make_block_sptr<dft_spreader_impl>(waveform);
}

dft_spreader_impl::dft_spreader_impl(const isac::waveform& waveform)
    : gr::sync_block("dft_spreader",
                     io_signature::make(1, 1, sizeof(gr_complex) * waveform.n_data()),
                     io_signature::make(1, 1, sizeof(gr_complex) * waveform.n_dft())),
      d_data_len(waveform.n_data()),
      d_dft_len(waveform.n_dft()),
      d_spreader(waveform)
{
    set_min_output_buffer(0, buffer_items(sizeof(gr_complex) * waveform.n_dft()));
}

int dft_spreader_impl::work(int noutput_items,
                            gr_vector_const_void_star& input_items,
                            gr_vector_void_star& output_items)
{
    const auto* symbols = static_cast<const gr_complex*>(input_items[0]);
    auto* cells = static_cast<gr_complex*>(output_items[0]);
    const std::size_t n_data = d_data_len, n_dft = d_dft_len;

    for (int i = 0; i < noutput_items; ++i) {
        d_spreader.spread({ symbols + i * n_data, n_data }, { cells + i * n_dft, n_dft });
    }
    return noutput_items;
}

} // namespace isac
} // namespace gr
